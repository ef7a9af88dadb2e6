"""What a source file offers to others, as values; which language it is in makes no difference."""

from typing import Literal

from msgspec import Struct

Kind = Literal["function", "class", "type", "value", "module"]

# public: others can use it. package: only code nearby can (Java's package, C#'s assembly).
# perhaps: it depends on how the program runs, or on what else is known.
Visibility = Literal["public", "package", "perhaps", "private"]


class Definition(Struct, frozen=True, kw_only=True):
    """A name that a file defines, at the lines `line` to `end`; a member is `Owner.member`.

    `stub` quotes the body of a function that says that it does nothing yet, `empty` tells that
    its body has nothing in it; an `abstract` one is meant to have none. `inherits` tells that a
    class has members that stand elsewhere. `label` is what makes a visibility other than public.
    """

    name: str
    kind: Kind
    line: int
    end: int
    start: int
    visibility: Visibility = "public"
    label: str = ""
    stub: str = ""
    empty: bool = False
    abstract: bool = False
    inherits: bool = False


class Passed(Struct, frozen=True, kw_only=True):
    """A name that a file passes on from another module; `name` "*" means all that it offers.

    `original` is the name there, "" for the module itself. With `used_only` it is imported for
    use, and others get it by accident.
    """

    name: str
    original: str
    module: str
    line: int
    start: int
    used_only: bool = False


class Import(Struct, frozen=True, kw_only=True):
    """A module that a file imports, as written, at the characters `start` to `end`.

    `names` are the names that it binds here, `items` those asked of the module. `passes` tells
    that the file hands them on, so that it need not use them itself.
    """

    module: str
    line: int
    start: int
    end: int
    names: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    passes: bool = False


class Outline(Struct, frozen=True, kw_only=True):
    """All that a file defines, passes on and imports.

    `open` says why it may offer more names than can be seen, `broken` is the character at which
    the grammar first can't read it, -1 if nowhere. `work` is the line of the first thing at the
    top that does something outside of functions, 0 for none. `package` is what the file says
    that it belongs to.
    """

    definitions: tuple[Definition, ...] = ()
    passed: tuple[Passed, ...] = ()
    imports: tuple[Import, ...] = ()
    open: str = ""
    broken: int = -1
    work: int = 0
    package: str = ""
