"""Packages: those that are installed, and those that are published."""

import re
from collections.abc import Iterator

from gsd_run.checking.harms.folders import Placed
from gsd_run.checking.harms.saying import Rule, Said, both
from gsd_run.domain import lazy
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
    "npm": lazy.pattern(r"(publish|unpublish|deprecate)\b"),
    "pnpm": lazy.pattern(r"publish\b"),
    "yarn": lazy.pattern(r"(npm )?publish\b"),
    "cargo": lazy.pattern(r"publish\b"),
    "gem": lazy.pattern(r"push\b"),
    "twine": lazy.pattern(r"upload\b"),
    "uv": lazy.pattern(r"publish\b"),
    "poetry": lazy.pattern(r"publish\b"),
    "docker": lazy.pattern(r"push\b"),
    "gh": lazy.pattern(
        r"(release (create|delete|edit|upload)|pr (create|merge|close|edit|comment|review)"
        r"|issue (create|close|edit|comment|delete)|repo (create|delete|edit)|workflow run"
        r"|secret set|variable set|api .*(-X|--method) ?(POST|PUT|PATCH|DELETE))\b"
    ),
    "vercel": lazy.pattern(r"(deploy\b|--prod\b)"),
    "netlify": lazy.pattern(r"deploy\b"),
    "wrangler": lazy.pattern(r"(deploy|publish|secret)\b"),
    "firebase": lazy.pattern(r"deploy\b"),
    "fly": lazy.pattern(r"deploy\b"),
    "flyctl": lazy.pattern(r"deploy\b"),
    "terraform": lazy.pattern(r"(-\S+ )?(apply|destroy|import)\b"),
    "tofu": lazy.pattern(r"(apply|destroy)\b"),
    "kubectl": lazy.pattern(r"(apply|delete|create|patch|scale|rollout restart)\b"),
    "helm": lazy.pattern(r"(install|upgrade|uninstall|rollback)\b"),
    "supabase": lazy.pattern(r"(db push|functions deploy|link|secrets set)\b"),
    "heroku": lazy.pattern(r"\S+"),
    "aws": lazy.pattern(r"s3 (rm|rb|sync|mv)\b|\w+ (delete|create|put|terminate)-"),
    "changeset": lazy.pattern(r"publish\b"),
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
