"""What runs beside the project: databases, containers, processes."""

import re
from collections.abc import Iterator

from gsd_run.checking.harms.folders import Placed
from gsd_run.checking.harms.saying import Rule, Said
from gsd_run.domain import lazy
from gsd_run.outside.calls import Call, Word

_DROPS = lazy.pattern(
    r"\b(?:DROP\s+(?:DATABASE|SCHEMA|TABLE|OWNED)|TRUNCATE\s+(?:TABLE\s+)?\w|DELETE\s+FROM\s+\w+\s*(?:;|$)"
    r"|FLUSHALL|FLUSHDB|dropDatabase\()",
    re.IGNORECASE,
)
_RESETS = lazy.pattern(
    r"(?:^|\s)(?:db:(?:drop|reset|purge|migrate:reset)|migrate reset|db reset|migrate:fresh"
    r"|ecto\.(?:drop|reset)|--force-reset|--accept-data-loss|database drop)\b"
)
_TESTS = lazy.pattern(r"test", re.IGNORECASE)


def _drops(call: Call, placed: Placed, _: dict[str, Word]) -> Iterator[Said]:
    given = " ".join(word.text for word in call.arguments)
    documents = " ".join(one.target.text for one in call.redirections)
    settings = " ".join(f"{name}={value.text}" for name, value in placed.call.sets)
    client = call.program in _CLIENTS
    hit = _DROPS.search(f"{given} {documents}") if client else _RESETS.search(given)
    if (call.program == "dropdb" or hit) and not _TESTS.search(f"{given} {settings}"):
        yield "databases", "drops a database or empties it"


def _containers(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    text = " ".join(word.text for word in call.arguments)
    everything = re.match(
        r"(?:system|volume|image|container|builder|network) prune\b|volume rm\b", text
    )
    listed = re.match(r"(?:container )?(?:rm|stop|kill)\b|(?:image rm|rmi)\b", text) and call.inside
    if everything or listed:
        yield "containers", "removes containers, images or volumes of other projects too"


def _kills(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    texts = [word.text for word in call.arguments]
    if call.program in {"pkill", "killall", "fuser"}:
        if call.program != "fuser" or call.flags("k"):
            yield "kills", "ends processes by their name or port, whoever started them"
    elif call.program == "kill":
        if texts[-1:] == ["-1"] and len(texts) > 1:
            yield "kills", "ends every process of the user"
        elif any("lsof" in text or "pgrep" in text or "pidof" in text for text in texts):
            yield "kills", "ends processes by their name or port, whoever started them"
    else:
        yield "kills", "stops the machine"


_CLIENTS = frozenset({"psql", "mysql", "mariadb", "redis-cli", "mongosh", "mongo", "sqlcmd"})
_RESETTERS = frozenset({"prisma", "rails", "rake", "supabase", "mix", "artisan", "sequelize"})

RULES: dict[str, Rule] = {
    **dict.fromkeys([*_CLIENTS, *_RESETTERS, "dropdb"], _drops),
    **dict.fromkeys(["pkill", "killall", "fuser", "kill", "shutdown", "reboot"], _kills),
    "docker": _containers,
}
