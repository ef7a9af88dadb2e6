"""A change: what one step does to files, as a value, before anything is written."""

from msgspec import Struct


class Edit(Struct, frozen=True, kw_only=True):
    """New content for one file; `before` is None for a new file, `after` None for a deletion.

    `path` is relative to the project root, with forward slashes. The content is text in UTF-8,
    line ends as they are in the file; bytes that are no UTF-8 are in it as Python's surrogate
    escapes, so that `bytes_of` gives back exactly what the file holds. `executable` says whether
    the file is to be a program; None leaves that as it is, and no for a new file.
    """

    path: str
    before: str | None
    after: str | None
    executable: bool | None = None


def bytes_of(text: str) -> bytes:
    """Return the bytes of an edit's content."""
    return text.encode("utf-8", "surrogateescape")


def content_of(held: bytes) -> str:
    """Return a file's bytes as the content of an edit."""
    return held.decode("utf-8", "surrogateescape")


def is_binary(text: str) -> bool:
    """Tell whether an edit's content is no text: it holds a NUL, or bytes that are no UTF-8."""
    return "\0" in text or any("\udc80" <= letter <= "\udcff" for letter in text)


def unified_diff(edit: Edit) -> str:
    """Return an edit as a unified diff with git's head lines; "" when it changes nothing."""
    import difflib  # noqa: PLC0415 - only what is shown needs it

    old, new = (text or "" for text in (edit.before, edit.after))
    head = [f"diff --git a/{edit.path} b/{edit.path}\n"]
    if edit.before is None:
        head.append(f"new file mode 100{'755' if edit.executable else '644'}\n")
    elif edit.after is None:
        head.append("deleted file\n")
    elif edit.executable is not None:
        head.append(f"new mode 100{'755' if edit.executable else '644'}\n")
    if is_binary(old) or is_binary(new):
        sizes = " and ".join(
            f"{side}/{edit.path} ({len(bytes_of(text))} bytes)"
            for side, text in (("a", edit.before), ("b", edit.after))
            if text is not None
        )
        return "".join([*head, f"Binary files {sizes} differ\n"])
    was, now = (
        "/dev/null" if text is None else f"{side}/{edit.path}"
        for side, text in (("a", edit.before), ("b", edit.after))
    )
    lines = list(difflib.unified_diff(_lines(old), _lines(new), was, now))
    if not lines and edit.before == edit.after and edit.executable is None:
        return ""
    return "".join([*head, *(_ended(line) for line in lines)])


def _lines(text: str) -> list[str]:
    """Part a text at its line feeds only, as git does."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


class Applied(Struct, frozen=True, kw_only=True):
    """One thing that a step did: the rule by which it did it, where, and in words."""

    rule: str
    path: str
    line: int
    message: str


class Undecided(Struct, frozen=True, kw_only=True):
    """A place that a step left as it was, because it could not decide; the candidates it saw."""

    path: str
    line: int
    message: str
    candidates: tuple[str, ...] = ()


class StepResult(Struct, frozen=True, kw_only=True):
    """What a step would do. With `failure` set it does nothing, and the text says why."""

    edits: tuple[Edit, ...] = ()
    applied: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    deviations: tuple[str, ...] = ()
    failure: str | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What a step may need to know that is not in the tree before it.

    `figures` are measured values as text, by name (`coverage:core/models.py` is `98.6`);
    `base_texts` are files as they are at the run's base commit, by their path relative to the
    project root, with None for a file that was not there. Only what steps ask for is in them.
    """

    figures: dict[str, str] = {}
    base_texts: dict[str, str | None] = {}
