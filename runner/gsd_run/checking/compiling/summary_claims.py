"""What a summary states, as claims to be judged like the plan's own."""

from collections.abc import Iterator, Sequence

from gsd_run.checking.expecting.statements import Sources, statement_parts
from gsd_run.domain import lazy
from gsd_run.domain.claim import (
    ArtifactCheck,
    Claim,
    Expectation,
    Part,
    ScriptCheck,
    ScriptSource,
)
from gsd_run.domain.plan import Text

# What a sentence says of a program's output says nothing of which program it was.
_OF_A_COMMAND = frozenset({"output_contains", "output_lacks", "output_empty", "output_count"})
_INSIDE = lazy.pattern(r"(?!/|~|\.\./)[^\0]+")


def summary_claims(
    statements: Sequence[Text],
    files: Sequence[tuple[Text, bool]],
    commits: Sequence[Text],
    claims: Sequence[Claim],
) -> tuple[Claim, ...]:
    """Return the claims of a summary that a program can decide, numbered `summary.N`.

    `files` are paths, each with whether it was created, not only modified. Statements are bound
    to the commands of the plan's `claims`; those that none of these decides are left out: they
    were nobody's to prove.
    """
    sources = Sources(scripts=tuple(_scripts(claims)))
    stated = (
        *((text, tuple(_parts(text, sources))) for text in statements),
        *((path, (_file(path.text, created=made),)) for path, made in files),
        *((commit, (_commit(commit.text),)) for commit in commits),
    )
    decidable = [(text, parts) for text, parts in stated if parts]
    return tuple(
        Claim(id=f"summary.{number}", kind="summary", text=text.text, line=text.line, parts=parts)
        for number, (text, parts) in enumerate(sorted(decidable, key=_line), 1)
    )


def _line(stated: tuple[Text, tuple[Part, ...]]) -> int:
    return stated[0].line


def _parts(text: Text, sources: Sources) -> Iterator[Part]:
    for part in statement_parts(text.text, sources, of_all=True):
        if isinstance(part.check, ScriptCheck) and _OF_A_COMMAND.isdisjoint(_kinds(part.check)):
            yield part


def _kinds(check: ScriptCheck) -> frozenset[str]:
    return frozenset(expectation.kind for expectation in check.expectations)


def _scripts(claims: Sequence[Claim]) -> Iterator[ScriptSource]:
    """Return the scripts of the plan's own commands, each once."""
    seen = set()
    for claim in claims:
        for part in claim.parts:
            for source in part.check.sources if isinstance(part.check, ScriptCheck) else ():
                if source.claim == claim.id and source not in seen:
                    seen.add(source)
                    yield source


def _file(path: str, *, created: bool) -> Part:
    rule = "a file that the summary lists"
    if not _INSIDE.fullmatch(path):
        return Part(text=path, rule=rule, unproven=f"{path} is outside the project")
    check = ArtifactCheck(path=path, changed="created" if created else "changed")
    return Part(text=path, rule=rule, check=check)


def _commit(name: str) -> Part:
    """A commit counts only if the work that is judged rests on it."""
    source = ScriptSource(claim="summary", script=f"git merge-base --is-ancestor {name} HEAD")
    ends = Expectation(kind="exit_zero", text=f"commit {name}", command="")
    check = ScriptCheck(sources=(source,), expectations=(ends,))
    return Part(text=name, rule="a commit that the summary names", check=check)
