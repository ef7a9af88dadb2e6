"""The prompt of one attempt: a brief as an agent reads it, within a number of letters."""

from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.agents.texts import cleaned, cut, fenced, on_one_line, shared_out, shortened
from gsd_run.domain.agent import Brief, BriefCheck, BriefFile, EarlierAttempt
from gsd_run.domain.plan import Task
from gsd_run.domain.redaction import MARK
from gsd_run.outside.templates import rendered

# About 30 000 tokens, which leaves most models room to work; plain text of that length is also
# still taken as one argument of a command line.
LETTERS = 120_000
MOST_LISTED = 200  # files, checks, references of which each is named
# Parts of the letters: the task itself, the checks, what was refuted; the files have the rest.
_TASK, _CHECKS, _EARLIER = 0.45, 0.15, 0.2
_SHRINK = 0.6
_FENCE = 20  # letters by which the fences of a file may be longer than the shortest
# Parts of a task that say nothing of the work, or stand elsewhere in the prompt.
_ELSEWHERE = frozenset({"name", "files", "action", "verify", "done", "acceptance_criteria"})


class _Part(Struct, frozen=True):
    """A heading and the text under it."""

    heading: str
    text: str


def prompt_of(brief: Brief, letters: int = LETTERS) -> str:
    """Return the prompt for one attempt, of at most `letters` unless that is next to nothing.

    Long texts lose their middle, with a note: the files' first of all, then the others'. Texts of
    the plan, of files and of outputs stand between fences which their content can't close, and
    without terminal escapes and known secrets.
    """
    clean = _cleaned(brief)
    crlf = frozenset(file.path for file in brief.files if "\r\n" in (file.text or ""))
    share = 1.0
    while True:
        prompt = _fitted(clean, crlf, letters, share)
        if len(prompt) <= letters or share < _SHRINK**6:
            return prompt
        share *= _SHRINK


def _cleaned(brief: Brief) -> Brief:
    """Return the brief with its long texts cleaned: once, since that takes a while."""
    return replace(
        brief,
        files=tuple(
            file if file.text is None else replace(file, text=cleaned(file.text))
            for file in brief.files
        ),
        checks=tuple(
            replace(
                check,
                text=cleaned(check.text).strip("\n"),
                commands=tuple(cleaned(one) for one in check.commands),
            )
            for check in brief.checks
        ),
        earlier=tuple(
            replace(
                attempt,
                refuted=tuple(
                    replace(one, excerpt=cleaned(one.excerpt).strip("\n"))
                    for one in attempt.refuted
                ),
            )
            for attempt in brief.earlier
        ),
    )


def _fitted(brief: Brief, crlf: frozenset[str], letters: int, share: float) -> str:
    """Render with texts that have a share of their part; the files have what is left over."""
    listed = max(5, round(MOST_LISTED * share))
    values = {
        "plan": on_one_line(brief.plan),
        "task": brief.task,
        "title": shortened(brief.task.title, 300),
        "allowed": [on_one_line(path) for path in brief.allowed[:listed]],
        "parts": _parts(brief, round(letters * _TASK * share)),
        "context": [shortened(one, 300) for one in brief.context[:listed]],
        "checks": _checks(brief.checks[:listed], round(letters * _CHECKS * share)),
        "earlier": _attempts(brief.earlier, round(letters * _EARLIER * share)),
        "proposals": on_one_line(brief.proposals),
        "amendable": next((one.claim for one in brief.checks if _is_verify(one.claim)), ""),
        "unnamed": {
            "paths": max(0, len(brief.allowed) - listed),
            "context": max(0, len(brief.context) - listed),
            "checks": max(0, len(brief.checks) - listed),
        },
        "mark": MARK,
        "test_driven": brief.task.type == "tdd" or brief.task.attributes.get("tdd") == "true",
    }
    files = brief.files[:listed]
    bare = _rendered(values | {"files": _contents(files, crlf, 0)})
    room = round((letters - len(bare) - _FENCE * len(files)) * share)
    return _rendered(values | {"files": _contents(files, crlf, room)})


def _is_verify(claim: str) -> bool:
    return claim.startswith("verify.")


def _rendered(values: dict[str, object]) -> str:
    return rendered("gsd_run.changing.agents", "prompt.md.j2", values)


def _parts(brief: Brief, letters: int) -> list[_Part]:
    """Return what the plan says of the task, its objective first."""
    task = brief.task
    texts = [
        ("Objective of the plan", brief.objective),
        ("Action", task.action.text if task.action else ""),
        *_other_parts(task),
        ("Acceptance criteria", "\n".join(one.text for one in task.acceptance)),
        ("Done when", "\n".join(one.text for one in task.done)),
    ]
    given = [(heading, cleaned(text).strip("\n")) for heading, text in texts if text.strip()]
    shares = shared_out([len(text) for _, text in given], letters)
    return [
        _Part(heading, fenced(cut(text, most)))
        for (heading, text), most in zip(given, shares, strict=True)
    ]


def _other_parts(task: Task) -> list[tuple[str, str]]:
    return [
        (on_one_line(name).replace("_", " ").replace("-", " ").capitalize(), one.text)
        for name, texts in task.parts.items()
        if name not in _ELSEWHERE
        for one in texts
    ]


def _checks(checks: tuple[BriefCheck, ...], letters: int) -> list[dict[str, str]]:
    texts = [check.text for check in checks]
    scripts = ["\n".join(check.commands).strip("\n") for check in checks]
    # A claim that is nothing but its command is shown once.
    texts = ["" if text == script else text for text, script in zip(texts, scripts, strict=True)]
    shares = shared_out([len(one) for one in (*texts, *scripts)], letters)
    said, run = shares[: len(checks)], shares[len(checks) :]
    return [
        {
            "claim": on_one_line(check.claim),
            "text": fenced(cut(text, most)) if text else "",
            "commands": fenced(cut(script, most_run), "bash") if script else "",
        }
        for check, text, script, most, most_run in zip(
            checks, texts, scripts, said, run, strict=True
        )
    ]


def _attempts(earlier: tuple[EarlierAttempt, ...], letters: int) -> list[dict[str, object]]:
    """Return what earlier attempts got refuted; where room is short, the excerpts are cut."""
    refuted = [one for attempt in earlier for one in attempt.refuted]
    shares = shared_out([len(one.excerpt) for one in refuted], letters)
    most = dict(zip(refuted, shares, strict=True))
    per_reason = max(200, letters // (4 * max(1, len(refuted) + len(earlier))))
    return [
        {
            "number": attempt.attempt,
            "reason": shortened(attempt.reason, per_reason),
            "put_back": attempt.put_back,
            "refuted": [
                {
                    "claim": on_one_line(one.claim),
                    "text": shortened(one.text, per_reason),
                    "reason": shortened(one.reason, per_reason),
                    "excerpt": fenced(cut(one.excerpt, most[one])) if one.excerpt.strip() else "",
                }
                for one in attempt.refuted
            ],
        }
        for attempt in earlier
    ]


def _contents(
    files: tuple[BriefFile, ...], crlf: frozenset[str], letters: int
) -> list[dict[str, object]]:
    """Return the files with their texts; without letters, only what stands around the texts."""
    texts = [file.text or "" for file in files]
    shares = shared_out([len(text) for text in texts], letters)
    return [
        {
            "path": on_one_line(file.path),
            "missing": file.text is None,
            "empty": file.text == "",
            "crlf": file.path in crlf,
            "cut": most < len(text),
            "secret": MARK in text,
            "lines": text.count("\n") + (not text.endswith("\n")),
            "text": fenced(cut(text, most) if letters else "", PurePosixPath(file.path).suffix[1:]),
        }
        for file, text, most in zip(files, texts, shares, strict=True)
    ]
