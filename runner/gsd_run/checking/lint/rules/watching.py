"""Rules about commands that don't end by themselves: servers, watchers, and what waits for keys."""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.scripts import Hit, brief, by_text
from gsd_run.checking.lint.subject import LintRule
from gsd_run.domain import lazy
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Call, Step, every
from gsd_run.outside.shell_calls import commands_of

ENDLESS = Rule(
    code="V271",
    name="never-ends",
    severity="error",
    about="A server, or a command that watches for changes, is run as if it ended.",
    why="The run waits until its time is up, kills it, and the claim is refuted.",
    mend="Watchers: use the one-shot form (vitest run, tsc --noEmit). Servers: put it into the "
    "background, ask it, end it: npm run dev & pid=$!; sleep 5; curl -f localhost:3000; kill $pid.",
)
WATCHES_ON_TERMINAL = Rule(
    code="V272",
    name="watches-on-a-terminal",
    severity="warning",
    about="A test runner watches for changes unless it is told otherwise.",
    why="gsd-run gives it no terminal, so that it ends here; for whoever types it, it does not.",
    mend="Say so: vitest run, or npm test -- --run.",
)
NEEDS_A_PERSON = Rule(
    code="V273",
    name="needs-a-person",
    severity="error",
    about="A command is for a person at a terminal.",
    why="There is no terminal and no input: it fails, or ends at once having done nothing.",
    mend="Use the form for scripts: psql -c '…', git commit -m '…', npm init -y; or a checkpoint.",
)

# Names of scripts in package.json that keep running, by custom.
_SCRIPTS = r"dev|serve|watch|preview|storybook|start:dev|dev:\w+|\w+:watch"
# A program, and the words behind it with which it keeps running.
_SERVERS: dict[str, re.Pattern[str]] = {
    name: lazy.pattern(pattern)
    for names, pattern in (
        ("npm pnpm yarn bun", rf"(?:.* )?(?:run )?(?:{_SCRIPTS})(?: |$)"),
        ("vite", r"(?!.*\b(?:build|optimize)\b)"),
        ("next nuxt astro remix gatsby vinxi", r"(?:dev|develop|start|preview)\b"),
        ("webpack rspack rollup esbuild swc parcel", r"(?:serve\b|.*(?:--watch\b|--serve\b|-w\b))"),
        ("tsc sass tailwindcss tsup babel", r".*(?:--watch\b|-w\b)(?!=false)"),
        ("jest", r".*--watch(?:All)?\b(?!=false)"),
        ("vitest", r"(?:watch\b|dev\b|.*(?:--watch\b(?!=false)|-w\b|--ui\b))"),
        ("mocha ava", r".*(?:--watch\b|-w\b)"),
        ("karma", r"start\b(?!.*--single-run)"),
        ("playwright", r".*--ui\b"),
        ("cypress", r"open\b"),
        ("nodemon", r""),
        ("node bun tsx deno", r"(?:.* )?(?:--watch\b|watch\b|--hot\b)"),
        ("uvicorn gunicorn hypercorn daphne waitress-serve granian", r""),
        ("flask", r"(?:.* )?run\b"),
        ("fastapi", r"(?:dev|run)\b"),
        ("http.server", r""),
        ("django-admin", r"runserver\b"),
        ("python python3", r"manage\.py runserver\b"),
        ("streamlit chainlit", r"run\b"),
        ("jupyter", r"(?:notebook|lab)\b"),
        ("celery", r".*\b(?:worker|beat)\b"),
        ("mkdocs zensical", r"serve\b"),
        ("hugo", r"(?:server|serve)\b"),
        ("jekyll", r"(?:serve|s)\b"),
        ("rails", r"(?:s|server)\b"),
        ("puma rackup foreman overmind", r"(?:start\b.*)?$"),
        ("php", r".*-S \S|artisan serve\b"),
        ("mix", r"phx\.server\b"),
        ("cargo", r"watch\b|(?:tauri|leptos) (?:dev|watch|serve)\b"),
        ("trunk dx", r"(?:serve|watch)\b"),
        ("tauri electron-vite", r"dev\b"),
        ("dotnet", r"watch\b"),
        ("ng", r"serve\b"),
        ("storybook", r"dev\b"),
        ("wrangler vercel netlify", r"dev\b"),
        ("firebase", r"emulators:start\b"),
        ("expo", r"start\b"),
        ("docker docker-compose", r"(?:compose )?(?:-\S+ \S+ )*(?:up\b|logs\b.* --?f(?:ollow)?\b)"),
        ("kubectl", r"port-forward\b|logs\b.* (?:-f|--follow)\b"),
        ("tail", r".*(?:-\d*[fF]\b|--follow\b)"),
        ("journalctl", r".*(?:-f\b|--follow\b)"),
        ("sleep", r"infinity\b"),
        ("watch", r".*\S"),
        ("fswatch entr ngrok air watchexec", r""),
        ("stripe", r"listen\b"),
        ("turbo", r"(?:run )?dev\b"),
        ("nx", r"serve\b"),
    )
    for name in names.split()
}  # fmt: skip
# With one of these a command ends by itself.
_ENDS = frozenset(
    {"--help", "-h", "--version", "-V", "-d", "--detach", "--wait", "--exit-code-from", "--run"}
    | {
        "--abort-on-container-exit",
        "--no-watch",
        "--dry-run",
        "--check",
        "--once",
        "--pid",
        "--quit",
    }
)
_NPM_VALUED = frozenset({"--filter", "-F", "-C", "--dir", "--prefix", "--cwd", "-w", "--workspace"})
_INTERACTIVE: dict[str, re.Pattern[str]] = {
    name: lazy.pattern(pattern)
    for names, pattern in (
        ("vim vi nvim nano emacs pico micro htop btop passwd ssh-keygen", r""),
        ("irb pry ipython", r"$"),
        ("read", r"(?:\S+ )*?-\w*p\b"),
        ("rails", r"(?:c|console|dbconsole)\b"),
        ("git", r"(?:rebase (?:.* )?(?:-i|--interactive)\b|add (?:.* )?(?:-p|--patch|-i)\b)"),
        ("docker", r"(?:exec|run) (?:\S+ )*?(?:-it|-ti)\b"),
        ("kubectl", r"exec (?:.* )?(?:-it|-ti)\b"),
        ("crontab visudo", r"(?:-e\b|$)"),
    )
    for name in names.split()
}  # fmt: skip
_SCRIPTED = {
    "vim": "-es",
    "vi": "-es",
    "nvim": "--headless",
    "emacs": "--batch",
    "ssh-keygen": "-N",
}


def _foreground(text: str) -> Iterator[tuple[Step, Call]]:
    """Return the commands that are waited for."""
    commands = commands_of(text)
    for step in commands.steps if commands else ():
        for call in step.calls if not step.background else ():
            for inner in call.inside:
                yield from ((held, one) for _, held, one in every(inner) if not held.background)
            yield step, call


def _bounded(step: Step, call: Call) -> bool:
    """Tell whether `timeout`, or who reads from its pipe, ends a command."""
    if call.words and call.words[0].text.rpartition("/")[2] in {"timeout", "gtimeout"}:
        return True
    if call not in step.calls:
        return False
    behind = step.calls[step.calls.index(call) + 1 :]
    return any(
        reader.program == "head" or (reader.program == "grep" and reader.has("-q", "-m"))
        for reader in behind
    )


def _given(call: Call) -> str:
    return " ".join(word.text for word in call.arguments)


def _endless(text: str) -> Iterator[Hit]:
    for step, call in _foreground(text):
        pattern = _SERVERS.get(call.program)
        if pattern is None or not pattern.match(_given(call)) or _bounded(step, call):
            continue
        if any(word.text in _ENDS for word in call.arguments) or _is_other(call):
            continue
        told = brief(text[call.start : call.end])
        yield Hit(
            message=f"`{told}` does not end by itself; {_instead(call)}",
            start=call.start,
            needle=told.rstrip("…"),
        )


def _is_other(call: Call) -> bool:
    """Tell whether the words mean something else: `npm install dev`, `npm test -- watch`."""
    if call.program not in {"npm", "pnpm", "yarn", "bun"}:
        return False
    named: list[str] = []
    valued = False
    for word in call.arguments:
        if not valued and not word.text.startswith("-"):
            named.append(word.text)
        valued = word.text in _NPM_VALUED
    script = named[1:2] if named[:1] == ["run"] else named[:1]
    return not script or not re.fullmatch(_SCRIPTS, script[0])


def _instead(call: Call) -> str:
    if call.program in {"vitest", "jest", "mocha"}:
        return "run the tests once: vitest run, jest"
    if call.program in {"tsc", "sass", "tsup", "webpack", "rollup", "esbuild"}:
        return "leave the watching out"
    if call.program in {"docker", "docker-compose"}:
        return "start it with -d --wait, or with a time limit"
    return "put it into the background and end it, or give it a time limit"


def _on_terminal(text: str) -> Iterator[Hit]:
    for step, call in _foreground(text):
        if (
            call.program != "vitest"
            or _bounded(step, call)
            or _SERVERS["vitest"].match(_given(call))
        ):
            continue
        first = next((word.text for word in call.named()), "")
        one_shot = first in {"run", "bench", "list", "related", "init"}
        if one_shot or call.has("--run", "--no-watch", "--help", "--version", "--watch"):
            continue
        told = brief(text[call.start : call.end])
        yield Hit(
            message=f"`{told}` watches when it is typed on a terminal; write vitest run",
            start=call.start,
            needle=told.rstrip("…"),
        )


def _waits(text: str) -> Iterator[Hit]:
    for _, call in _foreground(text):
        pattern = _INTERACTIVE.get(call.program)
        scripted = _SCRIPTED.get(call.program)
        if pattern is None or not pattern.match(_given(call)):
            continue
        if any(word.text in _ENDS or word.text == scripted for word in call.arguments):
            continue
        if any(one.operator in {"<", "<<", "<<<"} for one in call.redirections):
            continue
        told = brief(text[call.start : call.end])
        yield Hit(
            message=f"`{told}` needs a person at a terminal, and a run has neither",
            start=call.start,
            needle=told.rstrip("…"),
        )


RULES: tuple[LintRule, ...] = (
    by_text(ENDLESS, _endless),
    by_text(WATCHES_ON_TERMINAL, _on_terminal),
    by_text(NEEDS_A_PERSON, _waits),
)
