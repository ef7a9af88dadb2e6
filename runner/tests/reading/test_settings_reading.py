import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.reading.settings import Settings, read_settings


@pytest.fixture
def config(tmp_path):
    def write(text: str):
        (tmp_path / ".planning").mkdir(exist_ok=True)
        (tmp_path / ".planning" / "config.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_settings(tmp_path) == Settings(
        commit_docs=True,
        protected_branches=(),
        branching_strategy="none",
        commit_evidence=True,
        venv=None,
        timeout=600,
        baseline_budget=None,
    )


def test_all_settings_and_unknown_keys(config):
    root = config(
        """{
          "mode": "yolo",
          "planning": {"commit_docs": false, "sub_repos": []},
          "git": {"protected_branches": ["main", "release"], "branching_strategy": "phase"},
          "gsd_run": {"commit_evidence": false, "venv": "backend/.venv", "timeout": 30,
                      "baseline_budget": 2.5, "colour": "blue"}
        }"""
    )

    assert read_settings(root) == Settings(
        commit_docs=False,
        protected_branches=("main", "release"),
        branching_strategy="phase",
        commit_evidence=False,
        venv="backend/.venv",
        timeout=30,
        baseline_budget=2.5,
    )


def test_null_is_the_default(config):
    root = config('{"gsd_run": {"venv": null, "timeout": null}, "git": null}')

    assert read_settings(root) == Settings()


def test_every_wrong_type_is_named_at_its_line(config):
    root = config(
        '{\n"commit_docs": "yes",\n"git": {\n"protected_branches": "main"\n},\n'
        '"gsd_run": {\n"timeout": 0,\n"venv": 3,\n"baseline_budget": true\n}\n}'
    )

    with pytest.raises(UsageError) as caught:
        read_settings(root)

    assert caught.value.message == (
        '.planning/config.json:2: commit_docs is true or false, not "yes"\n'
        '.planning/config.json:4: git.protected_branches is a list of texts, not "main"\n'
        ".planning/config.json:8: gsd_run.venv is a text, not 3\n"
        ".planning/config.json:7: gsd_run.timeout is a number of seconds above 0, not 0\n"
        ".planning/config.json:9: gsd_run.baseline_budget is a number of seconds above 0, not true"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"mode": \n}', ".planning/config.json:3: no JSON: Expecting value"),
        ("[1]", ".planning/config.json:1: the settings are an object {…}"),
        (
            '{"git": "main",\n"workflow": []}',
            '.planning/config.json:1: git is an object {…}, not "main"\n'
            ".planning/config.json:2: workflow is an object {…}, not []",
        ),
        (
            f'{{"gsd_run": {{"timeout": {"9" * 400}}}}}',
            ".planning/config.json:1: gsd_run.timeout is a number of seconds above 0, at most "
            f"1000000000, not {'9' * 60}",
        ),
        (
            f'{{"gsd_run": {{"timeout": {"9" * 5000}}}}}',
            ".planning/config.json:1: no settings: a number of thousands of digits",
        ),
    ],
)
def test_what_is_no_json_object_or_holds_no_settings(config, text, message):
    with pytest.raises(UsageError) as caught:
        read_settings(config(text))

    assert caught.value.message == message
