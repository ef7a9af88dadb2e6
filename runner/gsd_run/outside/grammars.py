"""Source files by the grammars of their languages; the only place that knows which there are."""

from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import Rule, SgNode

_LANGUAGES = {
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".py": "python", ".pyi": "python", ".go": "go", ".rs": "rust", ".java": "java",
    ".cs": "csharp", ".php": "php", ".rb": "ruby", ".rake": "ruby", ".swift": "swift",
    ".kt": "kotlin", ".kts": "kotlin",
    ".sh": "bash", ".bash": "bash", ".css": "css", ".html": "html", ".yml": "yaml",
    ".yaml": "yaml", ".c": "c", ".h": "cpp", ".cpp": "cpp", ".cc": "cpp", ".hpp": "cpp",
    ".scala": "scala", ".lua": "lua", ".ex": "elixir", ".exs": "elixir", ".hs": "haskell",
    ".dart": "dart", ".nix": "nix", ".tf": "hcl", ".hcl": "hcl", ".sol": "solidity",
}  # fmt: skip
# Enough for the files of one plan; a tree costs some hundred bytes for each token of its text.
_KEPT = 256
_LARGEST = 2_000_000  # characters; beyond it a file is data, whatever its name


def language_of(path: str) -> str:
    """Return the language of a file by the end of its name, "" when no grammar reads it."""
    return _LANGUAGES.get(PurePosixPath(path).suffix.lower(), "")


def parsed(text: str, language: str) -> "SgNode | None":
    """Return the root of a text's syntax tree; its positions count characters.

    None when no grammar reads the language, or the text is too large to be source.
    """
    if language not in _LANGUAGES.values() or len(text) > _LARGEST:
        return None
    return root_of(text, language)


@lru_cache(maxsize=_KEPT)
def root_of(text: str, language: str) -> "SgNode":
    """Return the root of a text's syntax tree, however large it is, in a language that is known."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - only claims about source files pay for it

    return SgRoot(text, language).root()


def nodes(root: "SgNode", language: str, kinds: frozenset[str]) -> "list[SgNode]":
    """Return all nodes of these kinds below a root, in their order.

    Kinds that the language's grammar does not have are passed over.
    """
    known = _known(language, kinds)
    return list(root.find_all(any=list(known))) if known else []


@lru_cache(maxsize=_KEPT)
def _known(language: str, kinds: frozenset[str]) -> "tuple[Rule, ...]":
    empty = parsed("", language)
    return tuple({"kind": kind} for kind in sorted(kinds) if empty and _has(empty, kind))


def _has(root: "SgNode", kind: str) -> bool:
    try:
        root.find_all(kind=kind)
    except RuntimeError:  # the binding's only word for a kind that the grammar does not have
        return False
    return True
