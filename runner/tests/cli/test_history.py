"""`gsd-run history`: runs as a table, as JSON, and in real databases."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from begun import copied, greeting_at
from gsd_run.domain.agent import AgentEnded, Usage
from gsd_run.domain.errors import GsdRunError
from gsd_run.domain.history import PastRun
from gsd_run.outside.database import export
from gsd_run.reporting.history import past_run
from gsd_run.reporting.history_table import table
from gsd_run.running.journals.journal import read
from msgspec.structs import replace
from rich.cells import cell_len
from sandbox import FOLDER, RUN_FILE, RUN_PATH, Sandbox
from sqlalchemy import create_engine, text
from terminal import Terminal

DOCS = Path(__file__).parents[3] / "docs" / "history.md"
EVIDENCE = f"{FOLDER}/01-01-EVIDENCE.jsonl"
PASSWORD = "o/p@n s3same"
QUOTED = "o%2Fp%40n%20s3same"
AGENT = """\
import pathlib
count = pathlib.Path(__file__).with_name("calls")
calls = int(count.read_text()) if count.exists() else 0
count.write_text(str(calls + 1))
name, word = [("greeting.txt", "helo"), ("greeting.txt", "hello"), ("farewell.txt", "bye")][calls]
pathlib.Path(name).write_text(word + "\\n")
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project with two runs: one that failed and was left, one that an agent brought to its end."""
    folder = tmp_path_factory.mktemp("history")
    made = greeting_at(folder / "shop", RUN_FILE.replace("hello", "helo"))
    assert made.gsd_run("01-01").status == 1
    made.git("clean", "-fdq")
    made.git("rm", "-q", RUN_PATH)
    agent = folder / "agent.py"
    agent.write_text(AGENT)
    settings = f'[agents.pat]\nprofile = "command"\ncommand = "python3 {agent} {{prompt_file}}"\n'
    made.write(".planning/gsd-run.toml", settings)
    made.commit("an agent instead")
    done = made.gsd_run("01-01", "--fresh", "--agent", "pat")
    assert done.status == 0, done.text
    made.git("remote", "add", "origin", "https://pat:hush@example.org:8443/acme/shop.git")
    return made


def test_the_table(ran: Sandbox) -> None:
    done = ran.gsd_run("history")

    assert (done.status, done.stderr) == (0, "")
    changing = r"\d{8}T\d{6}-\w{6}|\d{4}-\d\d-\d\d \d\d:\d\d|\b[0-9a-f]{9}\b|\d+\.\ds"
    rows = [
        re.split(r"  +", re.sub(changing, "…", line).strip()) for line in done.stdout.splitlines()
    ]
    assert rows == [
        ["run", "plan", "when (UTC)", "took", "outcome", "tasks", "tries", "PROVEN", "REFUTED",
         "UNPROVEN", "vacuous", "tests", "tokens", "cost", "by", "commit"],
        ["…", "01-01", "…", "…", "failed", "0 of 2", "1", "0", "1", "7", "0", "–", "–", "–", "steps", "…"],
        ["…", "01-01", "…", "…", "complete", "2 of 2", "3 (1 again)", "4", "0", "4", "0", "–", "–", "–",
         "pat", "…"],
    ]  # fmt: skip


def test_json_has_everything(ran: Sandbox) -> None:
    failed, complete = json.loads(ran.gsd_run("history", "--json", "1-1").stdout)

    assert (failed["outcome"], complete["outcome"]) == ("failed", "complete")
    assert complete["project"] == "example.org/acme/shop"
    assert [(one["task"], one["attempt"], one["agent"], one["outcome"])
            for one in complete["of_attempts"]] == [
        (1, 1, "pat", "FAILED"), (1, 2, "pat", "PASSED"), (2, 1, "pat", "PASSED"),
    ]  # fmt: skip
    assert failed["reason"].startswith("verify.1: `grep -n hello greeting.txt` exited 1")
    assert "hush" not in json.dumps(complete)

    used = Usage(input_tokens=1000, output_tokens=5, cost=0.25)
    records = [
        replace(one, event=replace(one.event, usage=used))
        if isinstance(one.event, AgentEnded)
        else one
        for one in read(ran.journal)
    ]
    run = past_run(records, "p", "journal")
    assert (run.input_tokens, run.output_tokens, run.cost_usd) == (3000, 15, 0.75)
    names, (row,) = table([run])
    told = {name.strip(): cell.strip() for name, cell in zip(names, row, strict=True)}
    assert (told["tokens"], told["cost"]) == ("3,015", "$0.75")


def test_since(ran: Sandbox) -> None:
    assert len(json.loads(ran.gsd_run("history", "--json", "--since", "2d").stdout)) == 2
    assert json.loads(ran.gsd_run("history", "--json", "--since", "2999-01-01").stdout) == []
    none = ran.gsd_run("history", "--since", "2999-01-01")
    assert none.stdout == "no run is as asked for; `gsd-run history` has all\n"
    wrong = ran.gsd_run("history", "--since", "yesterday")
    assert (wrong.status, wrong.stderr.split(": ")[0]) == (2, "--since yesterday")
    assert ran.gsd_run("history", "--since", f"{'9' * 30}d").status == 2


def test_a_clone_knows_what_was_committed(ran: Sandbox, tmp_path: Path) -> None:
    ran.git("clone", "-q", str(ran.root), str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    (one,) = json.loads(clone.gsd_run("history", "--json").stdout)
    assert (one["source"], one["outcome"], one["proven"]) == ("evidence", "complete", 4)

    clone.git("mv", FOLDER, f"{FOLDER}-moved")
    moved = json.loads(clone.gsd_run("history", "--json", "01-01").stdout)
    assert [run["run"] for run in moved] == [one["run"]]
    clone.git("reset", "-q", "--hard")

    told = clone.read(EVIDENCE)
    clone.write(EVIDENCE, told.replace('"PROVEN"', '"REFUTED"', 1))
    broken = clone.gsd_run("history")
    assert broken.status == 1
    assert broken.stdout == "no run is as asked for; `gsd-run history` has all\n"
    assert broken.stderr.startswith(f"left out: {clone.root}/{EVIDENCE}:")

    for forged in ("[]\n", _forged(told, "time", "yesterday"),
                   _forged(told, "task", 99), _forged(told, "id", "verify.1")):  # fmt: skip
        clone.write(EVIDENCE, forged)
        done = clone.gsd_run("history", "--since", "1d")
        assert (done.status, done.stderr.startswith("left out: ")) == (1, True), done.text


def _forged(told: str, name: str, value: object) -> str:
    """Return evidence with another value wherever something goes by a name, its hashes right."""
    lines, before = "", ""
    for line in told.splitlines():
        changed = re.sub(rf'"{name}":("[^"]*"|\d+)', f'"{name}":{json.dumps(value)}', line)
        record = json.loads(changed) | {"prev": before}
        forged = json.dumps(record) + "\n"
        before = hashlib.sha256(forged.encode()).hexdigest()
        lines += forged
    return lines


def test_a_journal_that_was_copied_is_one_run(ran: Sandbox, tmp_path: Path) -> None:
    project = copied(ran, tmp_path / "project")
    shutil.copy(project.journal, project.journal.with_name("copy.jsonl"))
    done = project.gsd_run("history", "--sql", f"sqlite:///{tmp_path}/h.db")
    assert done.stderr.startswith("2 runs of ")


def test_the_table_is_as_wide_as_there_is_room_for(ran: Sandbox) -> None:
    (path,) = sorted((ran.root / ".git/gsd-run/runs").iterdir())[1:]
    run = replace(past_run(list(read(path)), "p", "journal"), agent="日本", plan="01-01\n\x1b[1m")

    names, rows = table([run])
    assert len({cell_len("  ".join(row)) for row in (names, *rows)}) == 1
    assert rows[0][1] == "01-01 \\u001b[1m"
    for room in (160, 120, 80, 60, 55):
        names, rows = table([run], room)
        assert all(cell_len("  ".join(row)) <= room for row in (names, *rows)), room
        assert {"plan", "PROVEN", "REFUTED", "UNPROVEN", "outcome"} <= {
            one.strip() for one in names
        }
    assert table([run], 10) == table([run], 45)

    terminal = Terminal(ran.root, "history", size=(70, 12))
    assert terminal.process.wait() == 0
    terminal.until("--json has everything")
    assert (
        terminal.screen[0] == "run                     plan   outcome   PROVEN  REFUTED  UNPROVEN"
    )


def test_into_sqlite_again_and_again_as_the_docs_say(ran: Sandbox, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/h.db"

    first = ran.gsd_run("history", "--sql", address)
    assert (first.status, first.stdout, first.stderr) == (
        0, "", f"2 runs of example.org/acme/shop written into {address}\n",
    )  # fmt: skip
    before = _rows(address)
    assert ran.gsd_run("history", "--sql", address).status == 0
    assert _rows(address) == before
    assert {name: len(rows) for name, rows in before.items()} == {
        "gsd_schema": 1, "gsd_runs": 2, "gsd_tasks": 4, "gsd_attempts": 4, "gsd_claims": 16,
        "gsd_commands": len(before["gsd_commands"]), "gsd_tests": 0,
    }  # fmt: skip
    _at_once(address, [[], [], []])
    _answers(address)
    _columns_are_documented(tmp_path / "h.db")
    ran.git("clone", "-q", str(ran.root), str(tmp_path / "clone"))
    less = Sandbox(tmp_path / "clone").gsd_run(
        "history", "--sql", address, "--project", "example.org/acme/shop"
    )
    assert less.stderr == (
        f"0 runs of example.org/acme/shop written into {address}; of 1 it knows more already\n"
    )


def _columns_are_documented(place: Path) -> None:
    docs = DOCS.read_text()
    with sqlite3.connect(place) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            assert f"`{name}`" in docs
            for _, column, *_ in database.execute(f"PRAGMA table_info({name})"):
                assert f"`{column}`" in docs, (name, column)


def test_what_a_url_can_get_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(address: str) -> tuple[int, str]:
        with pytest.raises(GsdRunError) as error:
            export(address, [])
        assert "s3same" not in error.value.message
        return error.value.exit_code, error.value.message

    assert told("history.db")[0] == 2
    assert told("")[0] == 2
    assert told("sqlite:///h.db?mode=ro")[0] == 2
    hidden = told(f"postgresql://pat@127.0.0.1:9/db?password={QUOTED}")
    assert hidden[1].startswith("postgresql+psycopg://pat@127.0.0.1:9/db?password=%2A%2A%2A: conn")
    not_a_database = tmp_path / "text"
    not_a_database.write_text("# A text that is longer than the head of a database file\n" * 9)
    assert told(f"sqlite:///{not_a_database}") == (
        3, f"sqlite:///{not_a_database}: file is not a database",
    )  # fmt: skip
    assert told("sqlite://")[0] == 2
    assert told("env:NOT_SET") == (2, "--sql env:NOT_SET: the variable NOT_SET is not set")
    assert told(f"mysql://pat:{QUOTED}@host/db")[0] == 2
    assert told(f"postgresql://pat:{QUOTED}@host:port/db")[0] == 2
    monkeypatch.setenv("DB", f"sqlite:///{tmp_path}/no/such/h.db\n")  # as a file has it
    missing = f"sqlite:///{tmp_path}/no/such/h.db: unable to open database file"
    assert told("env:DB") == (3, missing)
    nobody = told(f"postgresql://pat:{QUOTED}@127.0.0.1:9/db")
    assert nobody[0] == 3
    assert nobody[1].startswith("postgresql+psycopg://pat:***@127.0.0.1:9/db: connection failed")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (
            ["gsd_schema (version INTEGER PRIMARY KEY)", "INSERT INTO gsd_schema VALUES (99)"],
            "a later version of gsd-run made these tables (schema 99; this one writes 1); "
            "export with that version, or into another database",
        ),
        (
            ["gsd_schema (version INTEGER PRIMARY KEY)", "INSERT INTO gsd_schema VALUES (0)"],
            "an earlier version of gsd-run made these tables (schema 0; this one writes 1); "
            "export with that version, or into another database",
        ),
        (
            ["gsd_runs (x INTEGER)"],
            "gsd-run did not make the tables gsd_runs there, and would write into them; give "
            "another database",
        ),
        (
            ["gsd_runs (x INTEGER)", "CREATE TABLE gsd_schema (name TEXT)"],
            "gsd-run did not make the tables gsd_runs, gsd_schema there, and would write into "
            "them; give another database",
        ),
    ],
)
def test_tables_of_others_are_left_alone(tmp_path: Path, made: list[str], why: str) -> None:
    place = tmp_path / "h.db"
    with sqlite3.connect(place) as database:
        database.execute(f"CREATE TABLE {made[0]}")
        for statement in made[1:]:
            database.execute(statement)
    before = sqlite3.connect(place).execute("SELECT name FROM sqlite_master").fetchall()
    with pytest.raises(GsdRunError) as refused:
        export(f"sqlite:///{place}", [])
    assert (refused.value.exit_code, refused.value.message) == (3, f"sqlite:///{place}: {why}")
    assert sqlite3.connect(place).execute("SELECT name FROM sqlite_master").fetchall() == before


def test_without_the_extra(ran: Sandbox, tmp_path: Path) -> None:
    missing = tmp_path / "without.py"
    missing.write_text(
        "import sys\nsys.modules['sqlalchemy'] = None\n"
        "from gsd_run.cli.main import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    done = ran.python(missing, "history", "--sql", "sqlite:///h.db")
    assert done.status == 2, done.text
    assert "pip install 'gsd-run[sql]'" in done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a database on a PostgreSQL server of our own; root can't run one, so nobody does."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found = shutil.which("initdb") or (str(max(places)) if places else None)
    if found is None:
        assert "GSD_RUN_REQUIRE_POSTGRESQL" not in os.environ
        pytest.skip("no PostgreSQL server is installed (Debian's package postgresql)")
    tools = Path(found).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="gsd-run-pg-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    who = {"user": "nobody", "group": 0} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, "nobody")
        shutil.chown(secret, "nobody")

    def call(program: str, *words: str) -> None:
        subprocess.run([tools / program, *words], check=True, stdout=subprocess.DEVNULL,
                       cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **who)  # fmt: skip

    data = ["-D", str(folder / "data")]
    call("initdb", *data, "-U", "pat", "--auth=scram-sha-256", f"--pwfile={secret}", "-N",
         "--encoding=UTF8", "--locale=C")  # fmt: skip
    options = f"-c listen_addresses= -c fsync=off -c unix_socket_directories={folder}"
    call("pg_ctl", *data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    yield f"postgresql://pat:{QUOTED}@/postgres?host={folder}"
    call("pg_ctl", *data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_into_postgresql(ran: Sandbox, server: str) -> None:
    first = ran.gsd_run("history", "--sql", "env:DB", DB=server)
    assert first.status == 0, first.text
    assert "s3same" not in first.text
    assert (
        "2 runs of example.org/acme/shop written into postgresql+psycopg://pat:***@" in first.text
    )
    before = _rows(server)
    _answers(server)
    runs = [
        past_run(list(read(path)), "example.org/acme/shop", "journal")
        for path in (ran.root / ".git/gsd-run/runs").iterdir()
    ]
    odd = replace(runs[0], run="odd", reason="\x00 \udcff \u2028 ünïcode", project="0")
    _at_once(server, [runs, [odd]] * 4)
    assert export(server, [replace(odd, events=1, reason="")])[0] == 0
    assert before == {
        name: [row for row in rows if "'odd'" not in row] for name, rows in _rows(server).items()
    }
    assert len(before["gsd_claims"]) == 16
    with pytest.raises(GsdRunError, match="password authentication failed") as refused:
        export(server.replace(QUOTED, "wrong-word"), [])
    assert "wrong-word" not in refused.value.message


def _at_once(address: str, exports: list[list[PastRun]]) -> None:
    with ThreadPoolExecutor(len(exports)) as pool:
        written = list(pool.map(lambda runs: export(address, runs)[0], exports))
    assert written == [len(runs) for runs in exports]


def _engine(address: str):
    return create_engine(address.replace("postgresql:", "postgresql+psycopg:"))


def _rows(address: str) -> dict[str, Sequence[object]]:
    names = ("gsd_schema", "gsd_runs", "gsd_tasks", "gsd_attempts", "gsd_claims", "gsd_commands",
             "gsd_tests")  # fmt: skip
    engine = _engine(address)
    with engine.connect() as database:
        rows = {one: database.execute(text(f"SELECT * FROM {one}")).all() for one in names}
    engine.dispose()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def _answers(address: str) -> None:
    """Ask what the docs ask, and look at the answers."""
    queries = re.findall(r"```sql\n(.*?)```", DOCS.read_text(), re.DOTALL)
    engine = _engine(address)
    with engine.connect() as database:
        weeks, agents, unproven = (database.execute(text(one)).all() for one in queries)
    engine.dispose()
    assert [(one.project, one.runs, one.percent) for one in weeks] == [
        ("example.org/acme/shop", 2, 50)
    ]
    assert [tuple(one) for one in agents] == [("pat", 3, 1, 2, None, None)]
    assert [(one.kind, one.claims, one.unproven) for one in unproven] == [
        ("artifact", 1, 0), ("criterion", 1, 1), ("done", 2, 2), ("truth", 1, 1),
        ("verification", 1, 0), ("verify", 2, 0),
    ]  # fmt: skip
