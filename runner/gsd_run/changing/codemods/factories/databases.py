"""What is known of the database of a suite's tests."""

import re
from collections.abc import Iterable

from msgspec import Struct

ADDRESS = re.compile(r"[\"'](sqlite|postgres|postgresql|mysql|mariadb|oracle|mssql)(?:\+\w+)?:")
FOREIGN_KEYS = re.compile(r"pragma\s+foreign_keys\s*(=|\()\s*(on|1|true|yes)", re.IGNORECASE)


class Database(Struct, frozen=True):
    """What is known of the database of the tests; `sqlite` only where nothing else is named."""

    sqlite: bool = False
    foreign_keys: bool = True


def database_of(near: Iterable[str], others: Iterable[str]) -> Database:
    """Read off which database tests use: from the files near them, else from the project's."""
    close, far = list(near), list(others)
    for texts in (close, [*close, *far]):
        named = {name for text in texts for name in ADDRESS.findall(text)}
        if named:
            break
    sqlite = named == {"sqlite"}
    switched = any(FOREIGN_KEYS.search(text) for text in (*close, *far))
    return Database(sqlite, switched or not sqlite)
