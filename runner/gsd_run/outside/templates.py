"""Templates: every text that a user keeps is rendered here, and a missing value is an error."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gsd_run.domain import lazy
from gsd_run.domain.visible import visible

if TYPE_CHECKING:
    import jinja2


# Markdown passes tags on, and a comment hides what follows it.
_TAG = lazy.pattern(r"<(?=[A-Za-z!/?])")


def rendered(package: str, name: str, values: Mapping[str, Any]) -> str:
    """Render the template `name` of a package's folder `templates`."""
    return environment(package).get_template(name).render(values)


@cache
def environment(package: str) -> "jinja2.Environment":
    """Return the place where a package's templates are found, each compiled once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - 40 ms

    found = Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the texts are Markdown
    )
    found.filters["quoted"] = _quoted
    found.filters["plain"] = _plain
    found.filters["cell"] = _cell
    found.filters["path"] = _path
    found.filters["duration"] = duration
    return found


def _quoted(value: object) -> str:
    """Write a value as a YAML scalar or flow list; JSON is both."""
    return _TAG.sub(r"\\u003c", visible(json.dumps(value, ensure_ascii=False)))


def _plain(text: str) -> str:
    """Write a text on one line without backticks: GSD takes what stands in them for paths."""
    return _TAG.sub("&lt;", " ".join(visible(text).replace("`", "").split()))


def _path(text: str) -> str:
    """Write the name of a file so that it stays on its line, and within backticks."""
    return visible(text.replace("\n", "\\n").replace("`", "'"))


def _cell(text: str) -> str:
    """Write a text so that it stays in one cell of a Markdown table."""
    return _plain(text).replace("|", "\\|")


def duration(seconds: float) -> str:
    """Write seconds as people say them."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f}s" if seconds < 10 else f"{seconds:.0f}s"  # noqa: PLR2004
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}min" if hours else f"{minutes}min {rest}s"
