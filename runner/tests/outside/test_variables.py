"""Which variables reach commands, and which values are secrets."""

import pytest
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import secrets_of, without_secrets
from gsd_run.outside.variables import lasting, looks_secret, passed

PASSED = [
    "HOME",
    "PATH",
    "USER",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TZ",
    "TERM",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "HTTPS_PROXY",
    "no_proxy",
    "CI",
    "SSL_CERT_FILE",
    "NO_COLOR",
    "JAVA_HOME",
    "GOPATH",
    "GOFLAGS",
    "CGO_ENABLED",
    "CARGO_HOME",
    "RUSTUP_TOOLCHAIN",
    "NVM_DIR",
    "NODE_OPTIONS",
    "NODE_ENV",
    "npm_config_registry",
    "UV_CACHE_DIR",
    "PIP_INDEX_URL",
    "POETRY_HOME",
    "DOTNET_ROOT",
    "ANDROID_HOME",
    "GEM_HOME",
    "BUNDLE_PATH",
    "COMPOSER_HOME",
    "PHPRC",
    "PYTEST_ADDOPTS",
    "DOCKER_HOST",
    "GIT_AUTHOR_NAME",
    "GIT_CONFIG_GLOBAL",
    "LD_LIBRARY_PATH",
    "CC",
    "MIX_ENV",
    "RAILS_ENV",
    "UV_KEYRING_PROVIDER",
]
WITHHELD = [
    "DATABASE_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "GITHUB_TOKEN",
    "OPENAI_API_KEY",
    "NPM_TOKEN",
    "UV_PUBLISH_TOKEN",
    "NODE_AUTH_TOKEN",
    "CARGO_REGISTRY_TOKEN",
    "COMPOSER_AUTH",
    "CYPRESS_RECORD_KEY",
    "SSH_AUTH_SOCK",
    "EDITOR",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "KUBECONFIG",
    "TF_VAR_x",
    "BUNDLE_GEMS__EXAMPLE__COM",
    "RAILS_MASTER_KEY",
    "POETRY_PYPI_TOKEN_PYPI",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "BASH_ENV",
    "PGPASSWORD",
    "HOMEBREW_GITHUB_API_TOKEN",
]
SECRET = [
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "DB_PASSWORD",
    "PGPASSWORD",
    "MYSQL_PWD_PASS",
    "OPENAI_API_KEY",
    "STRIPE_KEY",
    "SECRET",
    "jwt_secret",
    "NPM_AUTH",
    "SSH_PASSPHRASE",
    "APP_CREDENTIALS",
    "SENTRY_DSN",
    "GH_PAT",
    "apiKey",
]
PLAIN = [
    "PATH",
    "HOME",
    "SSH_AUTH_SOCK",
    "GIT_AUTHOR_NAME",
    "TOKENIZERS_PARALLELISM",
    "KEYBOARD",
    "XKB_KEYMAP",
    "PUBLIC_KEY",
    "API_KEY_FILE",
    "XAUTHORITY",
    "PATTERN",
    "COMPASS",
    "KEYRING_BACKEND",
    "AUTHOR",
]


def test_what_reaches_commands() -> None:
    assert sorted(passed(dict.fromkeys(PASSED + WITHHELD, "x"))) == sorted(PASSED)


def test_what_the_settings_name_reaches_them() -> None:
    given = dict.fromkeys(WITHHELD, "x")
    asked = ("DATABASE_URL", "AWS_*", "*_TOKEN")
    assert sorted(passed(given, asked)) == sorted(
        name
        for name in WITHHELD
        if name == "DATABASE_URL" or name.startswith("AWS_") or name.endswith("_TOKEN")
    )


def test_settings_of_git_come_together_unless_one_signs_in() -> None:
    trusts = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }
    assert passed(trusts) == trusts
    assert passed(trusts | {"GIT_CONFIG_KEY_0": "http.https://example.org/.extraheader"}) == {}


@pytest.mark.parametrize("name", SECRET)
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", PLAIN)
def test_names_of_no_secrets(name: str) -> None:
    assert not looks_secret(name)


def test_values_of_secrets() -> None:
    environment = {
        "GITHUB_TOKEN": "abc123def456",
        "LONGER_TOKEN": "abc123def456-and-more",
        "DB_PASSWORD": "postgres",
        "SHORT_KEY": "a1b2",
        "FLAG_KEY": "true",
        "NUMBER_TOKEN": "12345678",
        "KEY_PATH_SECRET": "/run/secrets/key",
        "SIGNING_KEY": "first line of the key\nsecond line of the key\nend",
        "HOME": "/home/somebody-else",
    }
    assert secrets_of(environment) == (
        "first line of the key\nsecond line of the key\nend",
        "second line of the key",
        "abc123def456-and-more",
        "first line of the key",
        "abc123def456",
    )
    text = "Bearer abc123def456-and-more, postgres, second line of the key"
    assert without_secrets(text, environment) == "Bearer ⟦redacted⟧, postgres, ⟦redacted⟧"


def test_secrets_of_our_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "correct-horse")
    assert without_secrets("a correct-horse!") == "a ⟦redacted⟧!"
    monkeypatch.setenv("SHOP_PASSWORD", "battery-staple")
    assert without_secrets("a correct-horse, a battery-staple") == "a correct-horse, a ⟦redacted⟧"


def test_results_rest_on_what_lasts() -> None:
    assert lasting({"TERM": "xterm", "PATH": "/bin", "NODE_ENV": "test", "COLUMNS": "80"}) == {
        "NODE_ENV": "test",
        "PATH": "/bin",
    }


def test_what_is_withheld(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("DATABASE_URL", "x")
    project = Project(root=tmp_path)
    assert "DATABASE_URL" in project.withheld()
    assert "PATH" not in project.withheld()
