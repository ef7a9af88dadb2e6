"""Any bytes give a Plan or a PlanError, and what a plan says of its lines is so."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Plan, Text
from gsd_run.reading.plan import obstacles, read_plan
from gsd_run.reading.vocabulary import KNOWN
from hypothesis import given, settings
from hypothesis import strategies as st

PATH = ".planning/phases/01-a/01-01-PLAN.md"
EXAMPLES = int(os.environ.get("GSD_RUN_EXAMPLES", "80"))
FIXTURE = (Path(__file__).parent / "plans" / "03-orders-GAP-01-PLAN.md").read_text(encoding="utf-8")

more = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="GSD_RUN_EXAMPLES" not in os.environ
)

words = st.sampled_from(
    ["a", "x.py", "src/a.py", "&amp;", "#1", "`b`", "“c”", "- ", "1. ", ": ", "'", '"', "<", ">", "\\d",
     "[", "]", "{", "}", "|", "@a/b.md", "-->", "<!--", "]]>", "<![CDATA[", "\t", "  ", "été", "\u2028",
     "\x85", "\0", "**Files:**", "SUMMARY.md", "Purpose:", "*a", "&b", "%"]
)  # fmt: skip
lines = st.lists(words, max_size=6).map("".join)
names = st.sampled_from([*sorted(KNOWN), "wave", "Task", "ACTION", "option", "div", "fails_when"])
marks = st.sampled_from(["---", "...", "```", "```yaml", "~~~", "````", "# Title", "## Task 1: a",
                         "### Step 2", "## Tasks", "- [ ] a", "<tasks>", "</tasks>", "</task>",
                         "<task", '<task type="auto">', "", "    "])  # fmt: skip
keys = st.sampled_from(
    ["phase", "plan", "wave", "depends_on", "must_haves", "truths", "artifacts", "key_links", "path",
     "from", "to", "pattern", "contains", "exists", "min_lines", "tasks", "files_modified", "a b"]
)  # fmt: skip
yaml_lines = st.builds(
    lambda indent, dash, key, value: f"{' ' * indent}{dash}{key}: {value}",
    st.integers(0, 6),
    st.sampled_from(["", "- ", "-", "- - "]),
    keys,
    lines,
)
tags = st.builds(
    lambda indent, name, attribute, text, end: f"{' ' * indent}<{name}{attribute}>{text}{end}",
    st.integers(0, 4),
    names,
    st.sampled_from(["", ' type="auto"', " name='a", " id=1 tdd", ' title="b"c"']),
    lines,
    st.sampled_from(["", "</name>", "</action>", "</verify> ", "</files>\n</task>", "`</done>`"]),
)
plan_like = st.builds(
    lambda opening, front, closing, body: "\n".join([opening, *front, closing, *body]),
    st.sampled_from(["---", "", "# A", "```yaml", "\ufeff---"]),
    st.lists(yaml_lines, max_size=12),
    st.sampled_from(["---", "", "```"]),
    st.lists(st.one_of(tags, marks, lines), max_size=25),
)


def read(content: str | bytes) -> Plan | None:
    try:
        plan = read_plan(content, PATH)
    except PlanError as error:
        refused = error
    else:
        return check_whole(plan)
    assert refused.findings
    assert all(finding.code for finding in refused.findings)
    return None


def check_whole(plan: Plan) -> Plan:
    """Return the plan; that it can be looked through and written down is the check."""
    obstacles(plan)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
    return plan


def texts_of(value: object) -> Iterator[Text]:
    """Yield every Text in a value that is the plan's own, as it stands there."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from texts_of(getattr(value, field))


def numbers_of(value: object) -> Iterator[int]:
    """Yield every line number in a value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_of(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from numbers_of(inner)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            inner = getattr(value, field)
            if field == "line":
                yield inner
            elif field == "lines":
                yield from inner.values()
            else:
                yield from numbers_of(inner)


def check_places(plan: Plan, content: str) -> None:
    read_as = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    own = read_as.replace("\0", " ").split("\n")
    assert all(1 <= number <= len(own) for number in numbers_of(plan))
    if any(warning.code == "T108" for warning in plan.warnings):
        return  # tasks out of YAML, whose texts are the values of its scalars
    for text in texts_of(plan):
        for offset, line in enumerate(text.text.split("\n")):
            stands = own[text.line - 1 + offset]
            # <automated> outside of <verify> is put into its tags again
            assert re.sub("^<automated>|</automated>$", "", line).strip() in stands
    for finding in plan.warnings:
        assert finding.column >= 1


@more
@given(st.binary(max_size=400))
def test_any_bytes(content):
    read(content)


@more
@given(st.text(max_size=400))
def test_any_text(content):
    plan = read(content)
    if plan:
        check_places(plan, content)


@more
@given(plan_like)
def test_texts_like_plans(content):
    plan = read(content)
    if plan:
        check_places(plan, content)


@more
@given(st.data())
def test_a_plan_with_lines_lost_doubled_and_broken(data):
    own = FIXTURE.split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        i = data.draw(st.integers(0, len(own) - 1))
        kind = data.draw(st.sampled_from(["lost", "doubled", "put in", "cut", "indented", "moved"]))
        if kind == "lost" and len(own) > 1:
            del own[i]
        elif kind == "doubled":
            own.insert(i, own[i])
        elif kind == "put in":
            own.insert(i, data.draw(st.one_of(tags, marks, lines, yaml_lines)).split("\n")[0])
        elif kind == "cut":
            own[i] = own[i][: data.draw(st.integers(0, len(own[i])))]
        elif kind == "indented":
            own[i] = data.draw(st.sampled_from(["  ", "\t", "> ", "- "])) + own[i]
        else:
            own.insert(data.draw(st.integers(0, len(own) - 1)), own.pop(i))
    content = "\n".join(own)
    plan = read(content)
    if plan:
        check_places(plan, content)


@pytest.mark.skipif("GSD_RUN_CORPUS" not in os.environ, reason="GSD_RUN_CORPUS names no plans")
def test_the_lines_of_real_plans():
    for file in sorted(Path(os.environ["GSD_RUN_CORPUS"]).rglob("*PLAN.md")):
        content = file.read_bytes().decode("utf-8", "replace")
        plan = read(content)
        if plan:
            check_places(plan, content)
