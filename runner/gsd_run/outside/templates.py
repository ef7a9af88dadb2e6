"""Templates: every text that a user keeps is rendered here, and a missing value is an error."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gsd_run.domain import lazy
from gsd_run.domain.visible import visible

if TYPE_CHECKING:
    import jinja2


# Markdown passes tags on, and a comment hides what follows it.
_TAG = lazy.pattern(r"<(?=[A-Za-z!/?])")
_PLAIN_SCALAR = lazy.pattern(r"(?=[\d.-]*[A-Za-z])\w+(?:\.\w+)*(?:-\w+(?:\.\w+)*)+", re.ASCII)
# GSD searches a whole summary for its headings, also in the middle of a line.
_HEADING = lazy.pattern(r"#(?=#)")


def rendered(package: str, name: str, values: Mapping[str, Any]) -> str:
    """Render the template `name` of a package's folder `templates`."""
    return environment(package).get_template(name).render(values)


def source(package: str, name: str) -> str:
    """Return the text of the template `name` of a package."""
    found = environment(package)
    assert found.loader is not None
    return found.loader.get_source(found, name)[0]


@cache
def environment(package: str) -> "jinja2.Environment":
    """Return the place where a package's templates are found, each compiled once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - 40 ms

    # The texts are Markdown: nothing is escaped for HTML.
    found = Environment(loader=PackageLoader(package), undefined=StrictUndefined, **SYNTAX)  # noqa: S701
    found.filters.update(FILTERS)
    return found


def _quoted(value: object) -> str:
    """Write a value as a YAML scalar or flow list; JSON is both."""
    text = visible(json.dumps(value, ensure_ascii=False))
    return _HEADING.sub(r"\\u0023", _TAG.sub(r"\\u003c", text))


def _scalar(value: object) -> str:
    """Write a YAML scalar: a plain one where every reader takes it for this text, else quoted."""
    text = str(value)
    return text if _PLAIN_SCALAR.fullmatch(text) else _quoted(text)


def _plain(value: object) -> str:
    """Write a value on one line without backticks: GSD takes what stands in them for paths."""
    line = " ".join(visible(str(value)).replace("`", "").split())
    return _HEADING.sub("&#35;", _TAG.sub("&lt;", line))


def _path(value: object) -> str:
    """Write the name of a file so that it stays on its line, and within backticks."""
    return visible(str(value).replace("\n", "\\n").replace("`", "'"))


def _cell(value: object) -> str:
    """Write a value so that it stays in one cell of a Markdown table."""
    return _plain(value).replace("|", "\\|")


def duration(seconds: float) -> str:
    """Write seconds as people say them."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f}s" if seconds < 10 else f"{seconds:.0f}s"  # noqa: PLR2004
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}min" if hours else f"{minutes}min {rest}s"


# How templates are written, and the filters that they have beside Jinja's own.
SYNTAX: dict[str, Any] = {
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "autoescape": False,
}
FILTERS = {
    "quoted": _quoted,
    "scalar": _scalar,
    "plain": _plain,
    "cell": _cell,
    "path": _path,
    "duration": duration,
}
