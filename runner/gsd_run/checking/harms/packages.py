"""Packages: those that are installed, and those that are published."""

import re
from collections.abc import Iterator

from gsd_run.checking.harms.folders import Placed
from gsd_run.checking.harms.saying import Rule, Said, both
from gsd_run.outside.calls import Call, Word

_INSTALLS: dict[str, tuple[frozenset[str], bool]] = {
    # the verbs that install, and whether they install what the project declares without names
    **dict.fromkeys(["npm", "pnpm", "yarn", "bun"], (frozenset({"install", "i", "add"}), True)),
    **dict.fromkeys(["pip", "pip3"], (frozenset({"install"}), True)),
    **dict.fromkeys(["uv", "poetry", "pdm", "cargo"], (frozenset({"add", "install"}), True)),
    **dict.fromkeys(["apt", "apt-get", "brew", "dnf"], (frozenset({"install"}), False)),
    **dict.fromkeys(["yum", "gem", "pipx", "snap"], (frozenset({"install"}), False)),
    **dict.fromkeys(["apk", "flutter", "dotnet"], (frozenset({"add"}), False)),
    **dict.fromkeys(["choco", "winget"], (frozenset({"install"}), False)),
    "go": (frozenset({"get", "install"}), True),
    "composer": (frozenset({"require"}), True),
    "rustup": (frozenset({"install", "target", "component"}), False),
}  # fmt: skip


def _installs(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    verbs, declared = _INSTALLS[call.program]
    named = [word.text for word in call.named()]
    if call.program == "uv" and named[:1] == ["pip"]:
        named = named[1:]
    options = {word.text for word in call.arguments}
    if not named or named[0] not in verbs or options & {"-r", "-e", "--requirement", "--editable"}:
        return
    # `npm install` and `pip install .` install what the project itself asks for.
    names = [
        name for name in named[1:] if not name.startswith((".", "/", "$")) and name != "package"
    ]
    globally = bool(options & {"-g", "--global"})
    if names or globally or not declared:
        yield "installs", f"installs {', '.join(names[:3]) or 'packages'}"


_PUBLISHES: dict[str, re.Pattern[str]] = {
    "npm": re.compile(r"(publish|unpublish|deprecate)\b"),
    "pnpm": re.compile(r"publish\b"),
    "yarn": re.compile(r"(npm )?publish\b"),
    "cargo": re.compile(r"publish\b"),
    "gem": re.compile(r"push\b"),
    "twine": re.compile(r"upload\b"),
    "uv": re.compile(r"publish\b"),
    "poetry": re.compile(r"publish\b"),
    "docker": re.compile(r"push\b"),
    "gh": re.compile(
        r"(release (create|delete|edit|upload)|pr (create|merge|close|edit|comment|review)"
        r"|issue (create|close|edit|comment|delete)|repo (create|delete|edit)|workflow run"
        r"|secret set|variable set|api .*(-X|--method) ?(POST|PUT|PATCH|DELETE))\b"
    ),
    "vercel": re.compile(r"(deploy\b|--prod\b)"),
    "netlify": re.compile(r"deploy\b"),
    "wrangler": re.compile(r"(deploy|publish|secret)\b"),
    "firebase": re.compile(r"deploy\b"),
    "fly": re.compile(r"deploy\b"),
    "flyctl": re.compile(r"deploy\b"),
    "terraform": re.compile(r"(-\S+ )?(apply|destroy|import)\b"),
    "tofu": re.compile(r"(apply|destroy)\b"),
    "kubectl": re.compile(r"(apply|delete|create|patch|scale|rollout restart)\b"),
    "helm": re.compile(r"(install|upgrade|uninstall|rollback)\b"),
    "supabase": re.compile(r"(db push|functions deploy|link|secrets set)\b"),
    "heroku": re.compile(r"\S+"),
    "aws": re.compile(r"s3 (rm|rb|sync|mv)\b|\w+ (delete|create|put|terminate)-"),
    "changeset": re.compile(r"publish\b"),
}


def _publishes(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    text = " ".join(word.text for word in call.arguments)
    if _PUBLISHES[call.program].match(text):
        yield "publishes", "changes what others see or use: a package, a deployment, a repository"


RULES: dict[str, Rule] = {
    name: both(
        *(
            rule
            for rule, known in ((_installs, _INSTALLS), (_publishes, _PUBLISHES))
            if name in known
        )
    )
    for name in (*_INSTALLS, *_PUBLISHES)
}
