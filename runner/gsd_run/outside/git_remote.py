"""What a repository is called where others get it from."""

import re

from gsd_run.outside.git_calls import Repository, call

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?(?P<host>[^/:\s]*)(?::\d+(?=/))?[:/]+(?P<path>.+)"
)


def name_of(repository: Repository) -> str:
    """Return the repository's name: host and path of its `origin`, else its folder's name.

    No user name or password is in it. Of an `origin` on this machine it is the folder's name.
    """
    address = call(repository, "config", "--get", "remote.origin.url").text
    own = repository.common_dir.parent.name if repository.common_dir.name == ".git" else ""
    plain = re.sub(r"(\.git)?/*$", "", address)
    if not plain:
        return own or repository.top.name
    found = _ADDRESS.fullmatch(plain)
    if plain.startswith(("/", ".", "file:")) or found is None or not found["host"]:
        return plain.rstrip("/").rpartition("/")[2]
    return f"{found['host'].lower()}/{found['path'].strip('/')}"
