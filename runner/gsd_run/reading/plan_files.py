"""A plan as a file: its text from bytes, and what its name tells."""

import codecs
import re
from pathlib import PurePosixPath

from gsd_run.domain import lazy
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Finding
from gsd_run.reading.codes import Code
from gsd_run.reading.notes import Notes

_PHASE = lazy.pattern(r"(?:[A-Z][A-Z0-9_]*-)?(?:v\d[\d.]*-)?\d+[A-Za-z]?(?:\.\d+)*")


def decoded(content: bytes, notes: Notes) -> str:
    """Return a file's text with LF line ends and without its byte order mark.

    Raises:
        PlanError: it is neither UTF-8 nor marked as UTF-16.

    """
    text = _of_utf_16(content)
    if text is not None:
        notes.add(1, "the file is UTF-16; save it as UTF-8", Code.UTF_16)
    else:
        text = _of_utf_8(content, notes.path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:  # no program can be given one, so no command that holds one can be run
        line = text.count("\n", 0, text.index("\0")) + 1
        notes.add(line, "the NUL characters here are read as spaces", Code.FORBIDDEN_CHARACTER)
        text = text.replace("\0", " ")
    return text


def _of_utf_16(content: bytes) -> str | None:
    """Return the text of what begins with the byte order mark of UTF-16, else None."""
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError:
        return None


def _of_utf_8(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        finding = Finding(path=path, line=line, message=message, code=str(Code.NOT_UTF_8))
        raise PlanError([finding]) from None


def names_by_path(path: str) -> tuple[str, str, str]:
    """Return (id, phase, number) as a plan's path tells them, for what its text leaves out."""
    file = PurePosixPath(path)
    stem = re.sub(r"\.md$", "", file.name, flags=re.IGNORECASE)
    plan_id = re.sub(r"-?PLAN$", "", stem, flags=re.IGNORECASE) or file.parent.name or stem
    phase = file.parent.name
    token = _PHASE.match(phase)
    number = plan_id
    for prefix in (phase, token[0] if token else ""):
        if prefix and plan_id.startswith(prefix + "-"):
            number = plan_id[len(prefix) + 1 :]
            break
    return plan_id, phase, number
