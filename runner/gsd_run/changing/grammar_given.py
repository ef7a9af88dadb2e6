"""The block of a merge: made ready to be read, and refused when it leaves code out."""

import re
import textwrap

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_shapes import SHAPES
from gsd_run.changing.grammar_units import Source, read_source

# A comment that stands for code left out: merging such a definition would lose that code.
_ELIDED = re.compile(
    r"^[^\S\n]*(?://|#|/\*|\{/\*|--)[^\S\n]*(?:\.\.\.|…|(?:\.\.\. )?(?:existing|rest of|remaining"
    r"|other|previous|same|unchanged)\b[^\n]{0,40}$)",
    re.MULTILINE | re.IGNORECASE,
)


_NAME_OF_FILE = re.compile(r"\A(?://|#|/\*)[^\S\n]*[\w./@()\[\]-]+\.\w{1,5}[^\S\n]*(?:\*/)?\n+")


def read_given(block: str, language: str, into_class: str | None) -> Source:
    """Return the definitions of a block; members of a class are put into one of its name.

    Raises:
        StepFailure: it leaves code out, or can't be parsed.
    """
    code = textwrap.dedent(block.replace("\r\n", "\n")).strip("\n") + "\n"
    code = _NAME_OF_FILE.sub("", code)
    if elided := _ELIDED.search(code):
        line = code.count("\n", 0, elided.start()) + 1
        raise StepFailure(
            f"line {line} of the block ({elided[0].strip()}) leaves code out, so that what it "
            "stands for would be lost; give the whole definition"
        )
    if language == "php" and "<?php" not in code:
        code = f"<?php\n{code}"
    if into_class is None:
        try:
            return read_source(code, language, "the block")
        except StepFailure as failure:
            raise StepFailure(
                f"{failure}; if it holds members of a class, say of which with class: NAME"
            ) from failure
    around = SHAPES[language].around
    if around is None:
        raise StepFailure(f"{language} has no classes to put members into; leave `class` out")
    opening, closing = (word.format(name=into_class.rpartition(".")[2]) for word in around)
    tag = "<?php\n" if code.startswith("<?php\n") else ""
    inner = textwrap.indent(code.removeprefix(tag), "    ")
    return read_source(f"{tag}{opening}\n{inner}{closing}\n", language, "the block in its class")
