"""Which variables of the caller's environment reach the programs that a run starts.

A person's environment holds secrets of every tool they use; a plan's commands get what programs
need in general and what the tools of the field need, and no more. Names that look like a secret's
are never among these: they are named in the settings, or stay here.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from gsd_run.domain import lazy

# What any program needs; an agent's process gets these as well.
BASIC = frozenset(
    {
        *("HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        *("NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"),
    }
)
BASIC_KINDS = lazy.pattern(
    r"LC_[A-Z]+|XDG_[A-Z_]+|(?:HTTP|HTTPS|FTP|ALL|NO)_PROXY|(?:http|https|ftp|all|no)_proxy"
)
# Where tools are, and how they are set up. By what they belong to.
_TOOLS = frozenset(
    {
        *("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "LINES"),
        *("CI", "HOSTNAME", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "TEMP", "TMP"),
        *("CC", "CXX", "CPP", "AR", "LD", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS"),
        *("CPATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"),
        *("PKG_CONFIG_PATH", "MAKEFLAGS", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"),
        *("LOCALE_ARCHIVE", "MANPATH", "INFOPATH"),
        *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_BUILDKIT"),
        *("GOPATH", "GOROOT", "GOBIN", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GONOPROXY"),
        *("GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOTOOLCHAIN", "GOOS", "GOARCH"),
        *("GOARM", "GOAMD64", "GOWORK", "GOEXPERIMENT", "GOMAXPROCS", "GOGC", "GOENV", "GOTMPDIR"),
        *("M2_HOME", "MVNW_VERBOSE", "GEM_HOME", "GEM_PATH", "RUBYOPT", "RUBYLIB", "PHPRC"),
        *("RAILS_ENV", "RACK_ENV", "MIX_ENV", "MIX_HOME", "HEX_HOME", "STACK_ROOT", "PUB_CACHE"),
        *("BUNDLE_PATH", "BUNDLE_GEMFILE", "BUNDLE_WITHOUT", "BUNDLE_WITH", "BUNDLE_APP_CONFIG"),
        *("BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN", "BUNDLE_JOBS", "BUNDLE_USER_HOME"),
        *("CHROME_BIN", "CHROME_PATH", "CHROMEDRIVER_PATH", "FIREFOX_BIN"),
        *("DJANGO_SETTINGS_MODULE", "FLASK_APP", "FLASK_ENV", "APP_ENV", "SOURCE_DATE_EPOCH"),
        *("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE"),
        *("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE"),
        *("GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_CEILING_DIRECTORIES", "EMAIL"),
        *("FAKETIME", "UMASK"),
    }
)
_TOOL_KINDS = lazy.pattern(
    r"(?:PYTEST|COVERAGE|PIP|UV|POETRY|PDM|HATCH|PIPENV|PYENV|CONDA|MAMBA|TOX|NOX|MYPY|RUFF"
    r"|NODE|NVM|FNM|VOLTA|COREPACK|YARN|PNPM|BUN|DENO|JEST|VITEST|PLAYWRIGHT|CYPRESS|PUPPETEER"
    r"|TURBO|NX|ASDF|MISE|RBENV|SDKMAN|HOMEBREW|NIX|CGO|TESTCONTAINERS|COMPOSE"
    r"|JAVA|JDK|GRADLE|MAVEN|KOTLIN|SBT|ANDROID|CARGO|RUSTUP|SCCACHE|CMAKE|CTEST|NINJA"
    r"|DOTNET|NUGET|MSBUILD|PHP|COMPOSER|ERL|ELIXIR|DART|FLUTTER|SWIFT|OPAM|GHCUP|CABAL"
    r")_[A-Z0-9_]+|(?:PYTHON|RUST|MSBUILD|NEXT_TELEMETRY)[A-Z0-9_]*|GIT_CONFIG_(?:GLOBAL|SYSTEM"
    r"|NOSYSTEM)|(?:npm|NPM|yarn|YARN|pnpm|PNPM)_(?:config|CONFIG)_\w+|DYLD_[A-Z_]+"
)
_SECRET = lazy.pattern(
    r"(?:^|_)(?:\w*KEY|\w*TOKEN|\w*SECRETS?|\w*PASSWORDS?|\w*PASSWD|PASS|PW|\w*PASSPHRASE"
    r"|CREDENTIALS?|CREDS|\w*AUTH|PAT|JWT|COOKIE|DSN|SIGNATURE|SAS)(?:_|\d*$)"
    r"|(?:api|access|private|secret|auth|signing|encryption)_?key|token(?!ize)|secret|passw"
    r"|credential",
    re.IGNORECASE,
)
# They look like a secret's name and are none.
_NO_SECRET = lazy.pattern(
    r"SSH_AUTH_SOCK|XAUTHORITY|\w*PUBLIC_?KEY\w*|TOKENIZERS_PARALLELISM|\w*KEY(?:BOARD|MAP)\w*"
    r"|\w*(?:PATH|FILE|DIR|HOME|SOCK)",
    re.IGNORECASE,
)


def looks_secret(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret."""
    return _SECRET.search(name) is not None and _NO_SECRET.fullmatch(name) is None


def is_basic(name: str) -> bool:
    """Tell whether any program needs the variable."""
    return name in BASIC or BASIC_KINDS.fullmatch(name) is not None


def is_passed(name: str, asked: Iterable[str] = ()) -> bool:
    """Tell whether a variable reaches a plan's commands; `asked` are names or patterns (`MY_*`)."""
    if any(fnmatchcase(name, pattern) for pattern in asked):
        return True
    if is_basic(name):
        return True
    return (name in _TOOLS or _TOOL_KINDS.fullmatch(name) is not None) and not looks_secret(name)


def passed(environment: Mapping[str, str], asked: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables that reach a plan's commands."""
    patterns = tuple(asked)
    kept = {name: text for name, text in environment.items() if is_passed(name, patterns)}
    # Settings of git by variables come together or not at all; a header among them signs one in.
    given = {name: text for name, text in environment.items() if _GIT_SETTINGS.fullmatch(name)}
    signs_in = any("extraheader" in text.lower() for text in given.values())
    return kept if signs_in else kept | given


_GIT_SETTINGS = lazy.pattern(r"GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+)")
# What git needs to sign a commit, to reach a remote, and what its hooks ask for.
_GITS = lazy.pattern(r"GIT_\w+|SSH_\w+|GNUPGHOME|GPG_\w+|HUSKY\w*|LEFTHOOK\w*|PRE_COMMIT\w*|SKIP")


def passed_to_git(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a commit needs besides those that commands get."""
    return {name: text for name, text in environment.items() if _GITS.fullmatch(name)}


# They differ from one terminal to the next, and no result rests on them.
_FLEETING = lazy.pattern(
    r"TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CLICOLOR|COLUMNS|LINES|HOSTNAME|\w*DISPLAY|XAUTHORITY"
    r"|XDG_(?:SESSION|SEAT|VTNR|RUNTIME|ACTIVATION)\w*|TMPDIR|TEMP|TMP|\w+_PID|PYTEST_CURRENT_TEST"
    r"|PYTEST_XDIST\w*|MANPATH|INFOPATH|SHELL|UV_RUN_RECURSION_DEPTH"
)


def lasting(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables on which a result may rest, in a fixed order."""
    kept = {name: text for name, text in environment.items() if not _FLEETING.fullmatch(name)}
    return dict(sorted(kept.items()))
