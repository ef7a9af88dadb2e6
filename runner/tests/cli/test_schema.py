"""`gsd-run schema`: the schemas are valid, and hold for what is really read and written."""

import json
from pathlib import Path

import pytest
import yaml
from gsd_run.changing import command, merge, patch, replace, write
from gsd_run.changing.codemods import registry
from gsd_run.changing.steps import KINDS
from gsd_run.cli.main import main
from gsd_run.reading.run_file import read_run_file
from jsonschema import Draft202012Validator
from sandbox import RUN_FILE, Sandbox

PROJECT = Path(__file__).parents[3]
BUNDLED = next(PROJECT.glob(".planning/phases/*/*-RUN.yaml"))

STEPS = {
    "merge": merge.OPTIONS,
    "replace": replace.OPTIONS,
    "write": write.OPTIONS,
    "patch": patch.OPTIONS,
}
KIND_OF = {
    "count": "number",
    "block": "number",
    "flag": "flag",
    "texts": "texts",
    "figures": "pairs",
}


def schema(what, capsys):
    assert main(["schema", what]) == 0
    printed = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(printed)
    return printed


def mistakes(text, capsys):
    """Return where a run file breaks the schema, as editors see it: keys are texts to them."""
    content = json.loads(json.dumps(yaml.safe_load(text)))
    validator = Draft202012Validator(schema("run-file", capsys))
    return sorted({error.json_path for error in validator.iter_errors(content)})


@pytest.mark.parametrize("what", ["plan", "run-file", "event", "graph"])
def test_it_is_a_schema_of_2020_12(what, capsys):
    printed = schema(what, capsys)

    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["title"].startswith("gsd-run ")
    assert "$id" not in printed
    assert "\n    " not in json.dumps(printed["$defs"])


def test_plans_events_and_graphs_fit_theirs(greeting: Sandbox, capsys):
    greeting.gsd_run("01-01")
    shown = {
        "plan": [greeting.gsd_run("show", "01-01", "--json").stdout],
        "graph": [greeting.gsd_run("graph", "1", "--format", "json").stdout],
        "event": greeting.journal.read_text().splitlines(),
    }

    for what, texts in shown.items():
        validator = Draft202012Validator(schema(what, capsys))
        for text in texts:
            assert [error.message for error in validator.iter_errors(json.loads(text))] == []


GOOD = """\
amend:
  - claim: verify.1
    replace:
      - {old: "a", new: ""}
    reason: it is wrong
  - {tests: tests/test_a.py, reason: it goes}
changes:
  1:
    - merge: {into: a.py, block: 1, whole_classes: false, remove: [A, B]}
    - replace: {in: a.py, old: x, new: "", count: 2}
    - patch: |
        --- a/a.py
        +++ b/a.py
    - patch: {text: "--- a/a\\n+++ b/a\\n"}
    - command: black a.py
      files: a.py
      timeout: 60
    - command: {run: black a.py, files: [a.py]}
    - codemod: factories
      tests: tests/test_a.py
    - codemod: of_another_distribution
      options: [of, its, own]
    - write: {path: b.txt, text: "{n}", figures: {"{n}": "{tests:passed}"}}
  2:
proofs:
  - {claim: truth.1, command: "true", subject: [a.py]}
"""


@pytest.mark.parametrize("text", [RUN_FILE, GOOD, BUNDLED.read_text(), "", "amend: []\n"])
def test_good_run_files(text, capsys):
    read_run_file(text, "01-01-RUN.yaml")

    assert mistakes(text, capsys) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- a\n", "$"),
        ("ammend: []\n", "$"),
        ("amend: {claim: verify.1}\n", "$.amend"),
        ("amend:\n  - claim: verify.1\n    replace: {a: b}\n", "$.amend[0]"),
        ("amend:\n  - {claim: verify.1, replace: {}, reason: r}\n", "$.amend[0]"),
        ("amend:\n  - {claim: verify.1, replace: {a: b}, reason: ''}\n", "$.amend[0]"),
        ("amend:\n  - {claim: verify.1, replace: {a: b}, reason: r, note: n}\n", "$.amend[0]"),
        ("changes:\n  - write: {path: a, text: b}\n", "$.changes"),
        ("changes:\n  one: []\n", "$.changes"),
        ("changes:\n  0: []\n", "$.changes"),
        ("changes:\n  1:\n    - {path: a, text: b}\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - write: {path: a}\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - write: {path: a, text: b, block: 1}\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - write: {path: a, text: b, mode: 1}\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - merge: {into: a.sql, block: 1}\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - codemod: ''\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - codemod: notes\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - command: black\n", "$.changes['1'][0]"),
        ("changes:\n  1:\n    - replace: {in: a, old: '', new: b}\n", "$.changes['1'][0]"),
        ("proofs:\n  - {claim: truth.1}\n", "$.proofs[0]"),
        ("proofs:\n  - {claim: truth.1, command: a, expects: b}\n", "$.proofs[0]"),
    ],
)
def test_bad_run_files(text, place, capsys):
    assert mistakes(text, capsys) == [place]


def test_the_steps_of_the_schema_are_those_that_there_are(capsys):
    definitions = schema("run-file", capsys)["$defs"]
    known = [one["$ref"].rpartition("/")[2] for one in definitions["step"]["oneOf"]]
    assert known == list(KINDS) == [*STEPS, "codemod", "command"]

    for kind, options in {**STEPS, "command": command.OPTIONS}.items():
        assert described(options) in list(forms(definitions[kind], definitions)), kind


def test_the_codemods_of_the_schema_are_those_that_there_are(capsys):
    definitions = schema("run-file", capsys)["$defs"]
    *own, others = definitions["codemod"]["oneOf"]
    by_name = {one["properties"]["codemod"]["const"]: one for one in own}
    assert sorted(by_name) == sorted(registry.MODULES)
    assert others["properties"]["codemod"]["not"] == {"enum": sorted(registry.MODULES)}

    for name, form in by_name.items():
        wanted = described(registry.named(name).OPTIONS) | {"codemod": (None, True)}
        assert wanted in list(forms(form, definitions)), name


def described(options):
    """Return options as {name: (kind, required)}."""
    return {name: (option.kind, option.required) for name, option in options.items()}


def forms(node, definitions):
    """Give every object that a schema describes, its properties as `described` has them."""
    if isinstance(node, dict):
        if "properties" in node:
            required = node.get("required", ())
            yield {
                name: (kind_of(value, definitions), name in required)
                for name, value in node["properties"].items()
            }
        for value in node.values():
            yield from forms(value, definitions)
    elif isinstance(node, list):
        for value in node:
            yield from forms(value, definitions)


def kind_of(value, definitions):
    """Return which kind of option a property is, by the definition that it leads to."""
    name = value.get("$ref", "").rpartition("/")[2]
    if name in KIND_OF:
        return KIND_OF[name]
    if name:
        return kind_of(definitions[name], definitions)
    return "text" if value.get("type") == "string" else None
