"""XML entities in the parts of a plan that are read as values, such as names."""

from gsd_run.domain import lazy

_ENTITY = lazy.pattern(r"&(?:amp|lt|gt|quot|apos|#39|#34);")
_CHARACTERS = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'",
    "&#39;": "'", "&#34;": '"',
}  # fmt: skip
_BARE = lazy.pattern(r"<|&(?!(?:\w{1,10}|#\d{1,6}|#x[0-9a-fA-F]{1,6});)")


def undone(text: str) -> str:
    """Return a text with the characters that its entities stand for."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: _CHARACTERS[match[0]], text)


def undone_in_code(code: str) -> str:
    """Return code with its entities undone, unless it holds a bare `<` or `&` as well.

    Then nobody escaped it, and an entity in it is what the code says.
    """
    return code if _BARE.search(code) else undone(code)
