"""Truths about files and what stands in them: what they are bound to, and how that is judged."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.judging import Tree, judge
from gsd_run.domain.claim import (
    ArtifactCheck,
    Check,
    Claim,
    Expectation,
    NameCheck,
    ScriptCheck,
    ScriptSource,
)
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Artifact, Plan

Planned = Callable[..., Plan]
Truthful = Callable[..., Claim]

FILES = ("src/app/store.ts", "src/app/util.py", "docs/GUIDE.md", "conf/app.yaml", "src/")


def bound(claim: Claim) -> tuple[list[Check], list[str]]:
    """Return a claim's checks, and the texts of what is left undecided."""
    checks = [part.check for part in claim.parts if part.check]
    return checks, [part.text for part in claim.parts if part.check is None]


STORE = "src/app/store.ts"


@pytest.mark.parametrize(
    ("sentence", "check", "rest"),
    [
        ("store.ts exists", ArtifactCheck(path=STORE), ""),
        ("`src/app/store.ts` still exists.", ArtifactCheck(path=STORE), ""),
        ("The file store.ts no longer exists", ArtifactCheck(path=STORE, present=False), ""),
        ("Old store.ts was removed", ArtifactCheck(path=STORE, present=False), ""),
        ("store.ts exists with five actions", ArtifactCheck(path=STORE), "with five actions"),
        ("store.ts exports createStore and useStore",
         ArtifactCheck(path=STORE, exports=("createStore", "useStore")), ""),
        ("`createStore()` is exported from src/app/store.ts (used by all)",
         ArtifactCheck(path=STORE, exports=("createStore",)), "(used by all)"),
        ("Class `Basket` exists in util.py",
         NameCheck(path="src/app/util.py", defined=("Basket",), sort="class"), ""),
        ("store.ts imports loadAll from './disk'",
         NameCheck(path=STORE, imported=("loadAll",), module="./disk"), ""),
        ("docs/GUIDE.md contains a 'Setup (fast)' section for beginners",
         ArtifactCheck(path="docs/GUIDE.md", matches=(r"^#{1,6}\s.*Setup\ \(fast\)",)),
         "for beginners"),
        ("GUIDE.md mentions `make all`", ArtifactCheck(path="docs/GUIDE.md", contains=("make all",)), ""),
        ("Config field `depth` is gone from app.yaml",
         NameCheck(path="conf/app.yaml", lacks=("depth",)), ""),
        ("No file under src/ references `old_name`", NameCheck(path="src/", lacks=("old_name",)), ""),
        ("Zero eprintln! calls in src/", NameCheck(path="src/", lacks=("eprintln!",)), ""),
        ("store.ts has zero unwrap calls", NameCheck(path=STORE, lacks=("unwrap(",)), ""),
        ("No console.* in src/", NameCheck(path="src/", lacks=("console.",)), ""),
        ("app.yaml has a 'depth' key",
         ArtifactCheck(path="conf/app.yaml", matches=(r"(?<![\w-])[\"']?depth[\"']?\s*[:=]",)), ""),
        ("GUIDE.md mentions `widgets`",
         ArtifactCheck(path="docs/GUIDE.md", matches=(r"(?<![\w-])widgets(?![\w-])",)), ""),
        ("store.ts does not import `lodash`", NameCheck(path=STORE, lacks=("lodash",)), ""),
    ],
)  # fmt: skip
def test_sentences_about_files(
    planned: Planned, truth: Truthful, sentence: str, check: Check, rest: str
) -> None:
    assert bound(truth(planned(sentence, files=FILES))) == ([check], [rest] if rest else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "When store.ts exists, the cache is warm",
        "config.json exists after the first start",
        "store.ts exists or is made anew",
        "@scope/store and @scope/other are removed",
        "other.ts no longer exists",
        "lib/unknown.ts does not exist",
        "No file under src/ imports from `../legacy/parsers.ts`",
        "GUIDE.md explains the setup",
        "src/app/*.ts exist",
        "store.ts has a section 'Setup'",
        "store.ts has a `depth` field",
        "No Buffer.prototype.slice() in src/",
        "GUIDE.md contains 'first run' note when nothing was run before",
    ],
)
def test_sentences_that_say_something_else_get_no_check(
    planned: Planned, truth: Truthful, sentence: str
) -> None:
    assert bound(truth(planned(sentence, files=FILES)))[0] == []


def test_a_name_without_a_file_is_looked_for_where_the_plan_has_it(
    planned: Planned, truth: Truthful
) -> None:
    artifacts = [Artifact(path=STORE, line=1, exports=("StoreRegistry",))]
    plan = planned("StoreRegistry interface exists with three methods", artifacts=artifacts)
    assert bound(truth(plan)) == (
        [NameCheck(path=STORE, defined=("StoreRegistry",), sort="interface")],
        ["with three methods"],
    )


def test_a_request_and_a_command_are_those_of_the_plan(planned: Planned, truth: Truthful) -> None:
    script = "npm run build 2>&1 | tail -3\ncurl -si http://localhost:3000/api/health"
    plan = planned(
        "GET /api/health returns 200",
        "GET /api/health returns 200 with the version",
        "POST /api/health returns 200",
        "npm run build succeeds",
        "npm run lint exits 0",
        verify=script,
    )
    source = (ScriptSource(claim="verify.1", script=script),)
    asked = Expectation(
        kind="http_status",
        text="GET /api/health returns 200",
        number=200,
        command="curl -si http://localhost:3000/api/health",
    )
    built = Expectation(
        kind="exit_zero", text="npm run build succeeds", command="npm run build 2>&1 | tail -3"
    )
    assert [bound(truth(plan, number)) for number in range(1, 6)] == [
        ([ScriptCheck(sources=source, expectations=(asked,))], []),
        ([ScriptCheck(sources=source, expectations=(asked,))], ["with the version"]),
        ([], ["POST /api/health returns 200"]),
        ([ScriptCheck(sources=source, expectations=(built,))], []),
        ([], ["npm run lint exits 0"]),
    ]


def verdict(root: Path, claim: Claim) -> str:
    """Return the verdict on a claim that only looks at files."""

    def nothing_runs(source: ScriptSource) -> Measurement:
        raise AssertionError(source.script)

    found = judge(
        claim, Tree(root=root, measure=nothing_runs, before=lambda _: None, base_text=None)
    )
    return f"{found.state} {found.reason}"


PROJECT = {
    "src/app/store.ts": (
        "import { loadAll } from './disk';\n// old_name was here\nexport const createStore = () => "
        "loadAll();\nfunction helper() { return 1; }\n"
    ),
    "src/app/util.py": 'class Basket:\n    """A basket."""\n\n    def size(self) -> int:\n        return 1\n',
    "docs/GUIDE.md": "# Guide\n\nSetup (fast) is easy.\n\n## Usage\n\nrun `make all`\n",
    "conf/app.yaml": "width: 3\n",
    "src/empty.ts": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("store.ts exists", "PROVEN 4 lines"),
        ("src/empty.ts exists", "REFUTED is empty"),
        ("store.ts was removed", "REFUTED src/app/store.ts exists"),
        ("store.ts exports createStore", "PROVEN 4 lines, exports createStore at src/app/store.ts:3"),
        ("store.ts exports helperOne", "REFUTED does not export helperOne"),
        ("Class `Basket` exists in util.py", "PROVEN defines Basket at src/app/util.py:1"),
        ("Function `Basket` exists in util.py",
         "UNPROVEN Basket at src/app/util.py:1 is a class, which the truth calls otherwise"),
        ("Class `Crate` exists in util.py", "REFUTED src/app/util.py does not define Crate"),
        ("store.ts imports loadAll from './disk'", "PROVEN imports from './disk' at src/app/store.ts:1"
         .replace("'", "")),
        ("store.ts imports from './net'", "REFUTED src/app/store.ts does not import from ./net"),
        ("GUIDE.md contains a 'Usage' section", "PROVEN 7 lines, matches '^#{1,6}\\\\s.*Usage' at "
         "docs/GUIDE.md:5"),
        ("GUIDE.md contains a 'Setup (fast)' section",
         "REFUTED does not match '^#{1,6}\\\\s.*Setup\\\\ \\\\(fast\\\\)'"),
        ("Config field `depth` is gone from app.yaml", "PROVEN no 'depth' in conf/app.yaml"),
        ("app.yaml has an 'idth' key",
         r"""REFUTED does not match '(?<![\\w-])[\\"\']?idth[\\"\']?\\s*[:=]'"""),
        ("GUIDE.md mentions `sag`", "REFUTED does not match '(?<![\\\\w-])sag(?![\\\\w-])'"),
        ("Config field `width` is gone from app.yaml",
         "REFUTED 'width' stands at conf/app.yaml:1"),
        ("No file under src/ references `old_name`",
         "UNPROVEN 'old_name' stands only in a comment or in code that never runs, at "
         "src/app/store.ts:2"),
        ("No file under src/ references `other_name`", "PROVEN 'other_name' in none of 3 files"),
    ],
)  # fmt: skip
def test_what_stands_in_files(
    planned: Planned, truth: Truthful, tmp_path: Path, sentence: str, told: str
) -> None:
    for path, text in PROJECT.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    files = (*FILES, "src/empty.ts")
    assert verdict(tmp_path, truth(planned(sentence, files=files))) == told
