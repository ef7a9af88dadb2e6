"""A code block as it can be merged: without what plans write around code, and whole."""

import re
import textwrap

from gsd_run.changing.failure import StepFailure

# A comment that stands for code left out: merging such a definition would lose that code.
_ELIDED = re.compile(
    r"^[^\S\n]*(?://|#|/\*|\{/\*|--)[^\S\n]*"
    r"(?:(?:\.\.\.|…).*$|(?:(?:keep|all) )?(?:the )?(?:(?:existing|rest of|remaining|unchanged)\b"
    r"|(?:other|previous|same) (?:code|imports?|methods?|functions?|fields?|props|tests|as)\b)"
    r"[^\n.,;:]{0,40}$)",
    re.MULTILINE | re.IGNORECASE,
)
# Plans often say above a block which file it is for.
_NAME_OF_FILE = re.compile(r"\A(?://|#|/\*)[^\S\n]*[\w./@()\[\]-]+\.\w{1,5}[^\S\n]*(?:\*/)?\n+")


def mergeable(block: str) -> str:
    """Return a block's code with line feeds, dedented, without the name of its file above it.

    Raises:
        StepFailure: a comment in it stands for code that it leaves out.
    """
    code = textwrap.dedent(block.replace("\r\n", "\n")).strip("\n") + "\n"
    if elided := _ELIDED.search(code):
        line = code.count("\n", 0, elided.start()) + 1
        raise StepFailure(
            f"line {line} of the block ({elided[0].strip()}) leaves code out, so that what it "
            "stands for would be lost; give the whole definition"
        )
    return _NAME_OF_FILE.sub("", code.lstrip("\ufeff"))
