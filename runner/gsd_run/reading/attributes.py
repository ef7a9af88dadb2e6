"""The attributes of a tag, in any order and with any quotes."""

import re

from gsd_run.domain import lazy
from gsd_run.reading.entities import undone
from gsd_run.reading.tokens import Lines

_ATTRIBUTE = lazy.pattern(
    r"""([\w:-]+)\s*=\s*(?:
    "([^"]*(?:"[^"=]*)*?)"(?=\s+[\w:-]+\s*=|\s*/?\s*$) |  # quotes inside of the quotes too
    "([^"]*)" | '([^']*)' | [“”]([^“”]*)[“”] | ([^\s"'>/]+)
    )""",
    re.VERBOSE,
)
_FLAG = lazy.pattern(r"(?:^|\s)(tdd|optional)(?=\s|$)", re.IGNORECASE)


def attributes_of(tag: re.Match[str], lines: Lines) -> tuple[dict[str, str], dict[str, int]]:
    """Return the values and the lines of a tag's attributes, which are its third group."""
    text = tag[3]
    if not text or text.isspace():
        return {}, {}
    attributes, places = {}, {}
    for match in _ATTRIBUTE.finditer(text):
        name = match[1].lower()
        value = next((group for group in match.groups()[1:] if group is not None), "")
        attributes[name] = undone(value.strip())
        places[name] = lines.at(tag.start(3) + match.start())
    for match in _FLAG.finditer(_ATTRIBUTE.sub("", text)):
        attributes.setdefault(match[1].lower(), "true")
        places.setdefault(match[1].lower(), lines.at(tag.start()))
    return attributes, places
