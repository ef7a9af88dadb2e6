"""Patterns that are compiled when first used: most commands need few of the hundreds there are."""

import re
from typing import cast


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what acts as `re.compile(text, flags)`, and compiles only once it is asked to.

    It has all methods and attributes of a compiled pattern, but can't be handed to the functions
    of `re`, and is not the `re` of its matches: compare the two by their `pattern`. A mistake in
    `text` shows as `re.error` on first use.
    """
    return cast("re.Pattern[str]", Uncompiled(text, flags))


class Uncompiled:
    """Becomes a compiled pattern as soon as anything but its text is wanted."""

    def __init__(self, text: str, flags: int) -> None:
        self.pattern = text
        self._asked = flags

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._asked)
        # From now on each is found at once, as in the compiled pattern itself.
        wanted = (one for one in dir(compiled) if not one.startswith("_"))
        self.__dict__.update((one, getattr(compiled, one)) for one in wanted)
        return self.__dict__[name]
