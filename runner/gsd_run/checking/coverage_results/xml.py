"""XML as a stream of elements; a document that defines entities is refused."""

from collections.abc import Iterator
from xml.parsers import expat

from gsd_run.checking.coverage_results.unreadable import Unreadable


def elements(document: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the elements of a document in their order, with their attributes.

    `source` comes with its text as its path, and the end of `methods` as an element `/methods`.

    Raises:
        Unreadable: it is no XML, or defines entities, with which a small file can grow without
            bounds.
    """
    found = list[tuple[str, dict[str, str]]]()
    text = list[str]()

    def refuse(*_: object) -> None:
        raise Unreadable("the coverage report defines entities")

    def begin(name: str, attributes: dict[str, str]) -> None:
        text.clear()
        found.append((name, attributes))

    def end(name: str) -> None:
        if name == "source":
            found.append(("source", {"path": "".join(text).strip()}))
        elif name == "methods":
            found.append(("/methods", {}))

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Unreadable(f"the coverage report is no XML: {error}") from error
    yield from found
