"""A graph in layers: nodes in columns by wave, in an order in which few of its lines cross."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

_SWEEPS = 8


class Layered(Struct, frozen=True, kw_only=True):
    """Columns of names, and each line of the graph as the names that it passes, first to last.

    A line over several columns passes a place of its own in each between; the name of such a
    place is no node's.
    """

    columns: tuple[tuple[str, ...], ...]
    lines: dict[tuple[str, str], tuple[str, ...]]


def layered(columns: Sequence[Sequence[str]], edges: Iterable[tuple[str, str]]) -> Layered:
    """Return nodes, given by column, and the edges between them, in a good order.

    An edge is (from, to); one that does not go to a later column passes nothing between.
    """
    column_of = {name: n for n, column in enumerate(columns) for name in column}
    whole = [list(column) for column in columns]
    lines: dict[tuple[str, str], tuple[str, ...]] = {}
    links: list[tuple[str, str]] = []
    for source, to in dict.fromkeys(edges):
        between = range(column_of[source] + 1, column_of[to])
        passed = [f"{source}\0{to}\0{n}" for n in between]
        for n, place in zip(between, passed, strict=True):
            whole[n].append(place)
        lines[source, to] = (source, *passed, to)
        if column_of[source] < column_of[to]:
            links += zip(lines[source, to], lines[source, to][1:], strict=False)
    ordered = _fewest_crossings(whole, links)
    return Layered(columns=tuple(map(tuple, ordered)), lines=lines)


def _fewest_crossings(
    columns: list[list[str]], links: Sequence[tuple[str, str]]
) -> list[list[str]]:
    """Order each column by the middle of its neighbours, to and fro, and keep the best."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, to in links:
        before.setdefault(to, []).append(source)
        after.setdefault(source, []).append(to)
    best, fewest = [list(one) for one in columns], crossings(columns, links)
    now = [list(one) for one in columns]
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        forth = sweep % 2 == 0
        places = range(1, len(now)) if forth else range(len(now) - 2, -1, -1)
        for n in places:
            beside = {name: at for at, name in enumerate(now[n - 1 if forth else n + 1])}
            now[n] = _by_middle(now[n], before if forth else after, beside)
        count = crossings(now, links)
        if count < fewest:
            best, fewest = [list(one) for one in now], count
    return best


def _by_middle(
    column: Sequence[str], neighbours: Mapping[str, Sequence[str]], beside: Mapping[str, int]
) -> list[str]:
    def middle(at: int, name: str) -> float:
        places = [beside[one] for one in neighbours.get(name, ()) if one in beside]
        return sum(places) / len(places) if places else float(at)

    keyed = [(middle(at, name), at, name) for at, name in enumerate(column)]
    return [name for _, _, name in sorted(keyed)]


def crossings(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> int:
    """Return how many pairs of lines between neighbouring columns cross."""
    place = {name: (n, at) for n, column in enumerate(columns) for at, name in enumerate(column)}
    by_column: dict[int, list[tuple[int, int]]] = {}
    for source, to in links:
        by_column.setdefault(place[source][0], []).append((place[source][1], place[to][1]))
    count = 0
    for pairs in by_column.values():
        pairs.sort()
        ends = [to for _, to in pairs]
        count += sum(
            ends[i] > ends[j] and pairs[i][0] != pairs[j][0]
            for i in range(len(ends))
            for j in range(i + 1, len(ends))
        )
    return count
