"""Git's folders of a work tree, found in the way that git finds them, without calling it."""

import os


def git_folders(root: str) -> tuple[str, str] | None:
    """Return the git folder of the work tree that `root` is in, and the one that all share.

    None where git would have to be asked: no `.git` up to the top, or one in a form of its own.
    """
    folder = root
    while not os.path.lexists(os.path.join(folder, ".git")):  # noqa: PTH118 - pathlib takes long
        above = os.path.dirname(folder)  # noqa: PTH120 - to import, and callers are in a hurry
        if above == folder:
            return None
        folder = above
    own = os.path.join(folder, ".git")  # noqa: PTH118 - as above
    try:
        if not os.path.isdir(own):  # noqa: PTH112 - as above
            word, _, place = _text(own).partition(": ")
            if word != "gitdir":
                return None
            own = os.path.normpath(os.path.join(folder, place))  # noqa: PTH118 - as above
        shared = os.path.join(own, "commondir")  # noqa: PTH118 - as above
        if not os.path.lexists(shared):
            return (own, own) if _is_repository(own) else None
        common = os.path.normpath(os.path.join(own, _text(shared)))  # noqa: PTH118 - as above
    except (OSError, ValueError):
        return None
    return (own, common) if _is_repository(common) else None


def branch_of(git_folder: str) -> str | None:
    """Return the branch that a work tree's git folder says is checked out, "" for none.

    None where git would have to be asked: not every way to store refs has it there.
    """
    try:
        said = _text(os.path.join(git_folder, "HEAD"))  # noqa: PTH118 - as above
    except (OSError, ValueError):
        return None
    word, _, name = said.partition(": ")
    if word != "ref":
        return ""
    return name.removeprefix("refs/heads/") if name != "refs/heads/.invalid" else None


def _text(place: str) -> str:
    with open(place, encoding="utf-8") as file:  # noqa: PTH123 - as above
        return file.read().rstrip("\n")


def _is_repository(folder: str) -> bool:
    return os.path.isdir(os.path.join(folder, "objects"))  # noqa: PTH112, PTH118 - as above
