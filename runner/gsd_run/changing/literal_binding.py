"""Which file a code block of a task's action belongs to, by the words around it."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from gsd_run.domain.plan import CodeBlock, Task
from gsd_run.outside.grammars import language_of


class Chunk(Struct, frozen=True):
    """A paragraph, list item or heading of an action: its lines joined, and its first line."""

    text: str
    line: int
    is_title: bool


class Place(Struct, frozen=True, kw_only=True):
    """A code block where it stands: its fence's words, and the prose since the block before."""

    number: int
    block: CodeBlock
    fence: str
    closed: bool
    prose: tuple[Chunk, ...]

    @property
    def lead(self) -> str:
        """Return the words right before the block."""
        return self.prose[-1].text if self.prose else ""


_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?(`{3,}|~{3,})(.*)$")
_TITLE = re.compile(
    r"\s*(?:#{1,6}\s|\*\*|__|(?:[-*+]\s+)?\d{1,3}[.)]\s|step \d|file\b)", re.IGNORECASE
)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_PATH = re.compile(r"[\w@.\-/\[\]()+]*[\w\])]|`([^`\n]+)`")
_MARKS = re.compile(
    r"^\s*(?://+|#+|--|;+|/\*+|<!--|%)\s*(?:file(?:name|path)?:?\s*)?(.*?)\s*(?:\*/|-->)?$",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"""(?:title|file(?:name|path)?|path)\s*[=:]\s*["']?([^"'\s}]+)""", re.IGNORECASE
)
# Names of libraries that look like names of files.
_NO_FILES = frozenset(
    {
        "alpine.js", "chart.js", "d3.js", "discord.js", "ember.js", "express.js", "next.js",
        "node.js", "nuxt.js", "p5.js", "react.js", "socket.io", "three.js", "vue.js",
    }
)  # fmt: skip
# Ends of names of files that no grammar reads.
_FURTHER = frozenset(
    {
        ".cfg", ".csproj", ".env", ".gradle", ".graphql", ".ini", ".json", ".jsonc", ".lock", ".md",
        ".mdx", ".prisma", ".proto", ".razor", ".sql", ".svelte", ".toml", ".txt", ".vue", ".xml",
    }
)  # fmt: skip
_ALIASES = {
    "ts": "typescript", "js": "javascript", "jsx": "javascript", "py": "python", "rs": "rust",
    "golang": "go", "kt": "kotlin", "cs": "csharp", "c#": "csharp", "yml": "yaml", "rb": "ruby",
    "sh": "bash", "shell": "bash", "zsh": "bash", "console": "bash", "mjs": "javascript",
    "cjs": "javascript", "terraform": "hcl", "c++": "cpp", "node": "javascript",
}  # fmt: skip
_LANGUAGES = frozenset(
    {*_ALIASES.values(), "tsx", "java", "php", "swift", "css", "html", "lua", "dart", "scala"}
) - {"bash", "yaml"}
_NO_LANGUAGE = frozenset({"", "text", "txt", "plaintext", "plain"})
_ALIKE = ({"typescript", "tsx", "javascript"}, {"c", "cpp"}, {"html", "xml"})


def places_of(task: Task) -> tuple[Place, ...]:
    """Return the blocks of a task's action with the prose before each."""
    if task.action is None:
        return ()
    lines = task.action.text.split("\n")
    found: list[Place] = []
    at = 0
    for number, block in enumerate(task.blocks, 1):
        fence = block.line - task.action.line - 1
        opening = _FENCE.match(lines[fence]) if 0 <= fence < len(lines) else None
        end = fence + 1 + block.code.count("\n")
        closing = _FENCE.match(lines[end]) if end < len(lines) else None
        found.append(
            Place(
                number=number,
                block=block,
                fence=opening[2].strip() if opening else "",
                closed=opening is not None and closing is not None and not closing[2].strip(),
                prose=chunks(lines[at:fence], task.action.line + at),
            )
        )
        at = end + 1
    return tuple(found)


def after(task: Task) -> tuple[Chunk, ...]:
    """Return the prose behind the last block."""
    if task.action is None or not task.blocks:
        return ()
    last = task.blocks[-1]
    at = last.line - task.action.line + last.code.count("\n") + 1
    return chunks(task.action.text.split("\n")[at:], task.action.line + at)


def chunks(lines: Sequence[str], first: int) -> tuple[Chunk, ...]:
    """Return the paragraphs, list items and headings of some lines."""
    found: list[Chunk] = []
    current: list[str] = []
    start = first
    for number, line in enumerate([*lines, ""], first):
        if current and (not line.strip() or _ITEM.match(line) or _TITLE.match(line)):
            text = " ".join(" ".join(current).split())
            found.append(Chunk(text, start, _TITLE.match(current[0]) is not None))
            current = []
        if line.strip():
            if not current:
                start = number
            current.append(line)
    return tuple(found)


def mentioned(text: str, files: Sequence[str]) -> tuple[str, ...]:
    """Return what a text names: files of the task, and others as they are written, each once."""
    found: list[str] = []
    for match in _PATH.finditer(text):
        for part in (match[1] or match[0]).split():
            word = part.strip("()[],:;*'\"").removeprefix("./")
            mine = [file for file in files if file == word or (word and file.endswith(f"/{word}"))]
            if len(mine) == 1 or word in files:
                found.append(word if word in files else mine[0])
            elif mine:
                found += mine
            elif _looks_like_file(word):
                found.append(word)
    return tuple(dict.fromkeys(found))


def _looks_like_file(word: str) -> bool:
    name = PurePosixPath(word).name
    suffix = PurePosixPath(name).suffix.lower()
    if word.lower() in _NO_FILES or "(" in word or word.startswith(("http", "www.")):
        return False
    known = language_of(name) or suffix in _FURTHER
    return bool(known) and name != suffix


def named_by_itself(place: Place, files: Sequence[str]) -> str | None:
    """Return the file that the fence or the block's first line names, if it is nothing else."""
    titled = _TITLED.search(place.fence)
    bare = [part.strip("`\"'()") for part in place.fence.split()[1:]]
    tail = place.fence.partition(":")[2].strip() if " " not in place.fence else ""
    first = place.block.code.lstrip("\n").partition("\n")[0]
    marked = _MARKS.match(first)
    comment = marked[1].strip("`\"' ") if marked else ""
    comment = re.sub(r"\s*\((?:new|new file|create|created)\)$", "", comment, flags=re.IGNORECASE)
    for word in (titled[1] if titled else "", tail, *bare, comment):
        if word and " " not in word and (_looks_like_file(word) or word in files):
            names = mentioned(word, files)
            return names[0] if len(names) == 1 else word
    return None


def titles_above(places: Sequence[Place], index: int, files: Sequence[str]) -> tuple[str, ...]:
    """Return the files that the nearest title above a block names which names one at all."""
    for place in reversed(places[: index + 1]):
        for chunk in reversed(place.prose):
            if chunk.is_title and (names := mentioned(chunk.text, files)):
                return names
    return ()


def fits(block: CodeBlock, path: str) -> bool:
    """Tell whether a block of this language can be of a file of this name."""
    language = language_of(path)
    given = block.language.partition(":")[0]
    said = _ALIASES.get(given, given)
    if said in _NO_LANGUAGE:
        return True
    if not language:  # no grammar reads the file: then at least no other language may be said
        return said not in _LANGUAGES
    return said == language or any({said, language} <= alike for alike in _ALIKE)
