"""What a task asks of a person, from the layouts in which plans write it down."""

import re

from gsd_run.domain import lazy
from gsd_run.domain.plan import Checkpoint, HumanCheck, Option, Text
from gsd_run.reading.entities import undone
from gsd_run.reading.inside import elements_inside, inside_of
from gsd_run.reading.items import items_of

_KINDS = ("human-verify", "decision", "human-action")
_KIND = lazy.pattern(
    r"(?:checkpoint\s*[:/_-]?\s*)?(human[-_ ]?verify|human[-_ ]?action|decision)", re.IGNORECASE
)
_ID = lazy.pattern(r"""\b(?:id|value)\s*=\s*["']?([^"'\s>]+)""")
_LISTED = lazy.pattern(
    r"(?:\*\*)?(?:option[ -])?([\w-]{1,40})(?:\*\*)?\s{0,5}[:.)\u2014-]", re.IGNORECASE
)

Parts = dict[str, list[Text]]


def checkpoint_of(type_: str, gate: str, parts: Parts) -> Checkpoint | None:
    """Return the checkpoint of a task of this type, None if the type is no checkpoint's.

    Four layouts are known: what was built and how to verify it; a decision with its options;
    instructions for a person to act on; and action, verify and done as in any other task.
    """
    kind = checkpoint_kind(type_)
    if kind is None:
        return None
    kind = kind or _kind_by_parts(parts)
    return Checkpoint(
        kind=kind,
        gate=re.sub(r"[\s_]+", "-", gate.strip().lower()),  # blocking_human asks for a person, too
        what_built=_first(parts, "what-built"),
        how_to_verify=_first(parts, "how-to-verify") or _first(parts, "verify", "verification"),
        resume_signal=_first(parts, "resume-signal"),
        decision=_first(parts, "decision"),
        context=_first(parts, "context"),
        options=tuple(option for text in parts.get("options", ()) for option in _options(text)),
        instructions=_first(parts, "instructions", "action"),
    )


def checkpoint_kind(type_: str) -> str | None:
    """Return the kind that a task's type names, "" for a bare checkpoint, None for no checkpoint.

    `checkpoint:human-verify`, `checkpoint-human_verify` and `human-verify` are one kind.
    """
    word = type_.strip().lower()
    known = _KIND.fullmatch(word)
    if known:
        plain = re.sub(r"[_ ]", "-", known[1])
        return next(kind for kind in _KINDS if kind.replace("-", "") == plain.replace("-", ""))
    if not word.startswith("checkpoint"):
        return None
    return re.sub(r"^checkpoint\s*[:/_-]?\s*", "", word)


def _kind_by_parts(parts: Parts) -> str:
    if "decision" in parts or "options" in parts:
        return "decision"
    verified = "how-to-verify" in parts or "what-built" in parts
    return "human-action" if "instructions" in parts and not verified else "human-verify"


def human_checks_of(texts: tuple[Text, ...]) -> tuple[HumanCheck, ...]:
    """Return the human checks that stand in verify elements."""
    return tuple(
        HumanCheck(
            text=check.text,
            line=check.line,
            test=_inside(check.text, "test"),
            expected=_inside(check.text, "expected"),
            why_human=_inside(check.text, "why_human"),
        )
        for text in texts
        for check in inside_of(text, "human-check")
    )


def _inside(text: str, name: str) -> str:
    return next((_line(inner.text) for inner in inside_of(Text(text, 1), name)), "")


def _options(text: Text) -> list[Option]:
    found: list[Option] = []
    for option in elements_inside(text, "option"):
        identity, inner = _ID.search(option.attributes), option.inner.text
        found.append(
            Option(
                id=undone(identity[1]) if identity else str(len(found) + 1),
                line=option.line,
                name=_inside(inner, "name"),
                pros=_inside(inner, "pros"),
                cons=_inside(inner, "cons"),
                text=inner,
            )
        )
    return found or [_listed(item, number) for number, item in enumerate(items_of(text), 1)]


def _listed(item: Text, number: int) -> Option:
    named = _LISTED.match(item.text)
    name = _line(item.text.split("\n")[0])
    identity = named[1] if named else str(number)
    return Option(id=identity, line=item.line, name=name, text=item.text)


def _first(parts: Parts, *names: str) -> Text | None:
    return next((text for name in names for text in parts.get(name, ()) if text.text), None)


def _line(text: str) -> str:
    return undone(" ".join(text.split()))
