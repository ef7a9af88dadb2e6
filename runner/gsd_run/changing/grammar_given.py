"""The block of a merge, read as definitions."""

import textwrap

from gsd_run.changing.block_form import mergeable
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_shapes import SHAPES
from gsd_run.changing.grammar_units import Source, read_source


def read_given(block: str, language: str, into_class: str | None) -> Source:
    """Return the definitions of a block; members of a class are put into one of its name.

    Raises:
        StepFailure: it leaves code out, or can't be parsed.
    """
    code = mergeable(block)
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
