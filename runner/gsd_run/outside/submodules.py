"""Repositories inside a repository, which git holds in its trees as commits."""

from gsd_run.outside.git_calls import Repository, called, relative


def submodules_in(repository: Repository, tree: str) -> frozenset[str]:
    """Return the paths of the submodules that a commit or tree has within the project."""
    told = called(repository, "ls-tree", "-r", "-z", "--full-tree", tree)
    entries = (field.partition(b"\t") for field in told.stdout.split(b"\0"))
    return frozenset(
        relative(repository, path.decode(errors="replace"))
        for meta, _, path in entries
        if meta.startswith(b"160000 ")
    )
