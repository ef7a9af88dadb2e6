"""A script that records itself does what it does by itself: same output, same status."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from gsd_run.outside.recording import begun, instrumented, record

SCRIPTS = {
    "a command": "echo hello",
    "several lines": "echo one\necho two >&2\n\necho three",
    "lines behind three commands joined by pipes": (
        "echo a b | tr ' ' '\\n' | sort -r # first\n"
        "echo c 2>&1 | tr c d | cat\nX=1 sh -c 'echo $X; exit 4' 2>&1 | cat; echo $?"
    ),
    "variables": "x=1; echo $x\ny=2 z=3\necho $y$z",
    "arrays": 'a=(1 "2 3"); a+=(4); echo "${#a[@]} ${a[1]}"',
    "cd": "mkdir -p deep && cd deep; pwd | sed 's|.*/||'\ncd ..; ls",
    "last word": "mkdir -p some/where && cd $_ && basename $PWD\ntrue a b; echo $_",
    "or": "false || true; echo $?",
    "and or": "true && false || echo saved; false && echo no; echo $?",
    "status of the one before": "(exit 7); echo $?; echo $?",
    "negation": "! grep x /dev/null; echo $?; ! true; echo $?",
    "negated pipe": "! false | true; echo $?; ! echo a | grep b && echo fine",
    "statuses of a pipe": 'false | true | (exit 3); echo "${PIPESTATUS[@]}"; echo ${PIPESTATUS[0]}',
    "statuses in a condition": 'false | cat\nif [ "${PIPESTATUS[0]}" -ne 0 ]; then exit 9; fi',
    "statuses inside": 'for i in 1 2; do false | true; echo "${PIPESTATUS[@]}"; done',
    "document": "cat <<EOF\nhi $HOME_OF_NOBODY `echo x`\nEOF\necho after",
    "quoted document into a pipe": "cat <<'EOF' | wc -l && echo yes\na ; b | c\n$x\nEOF\necho z",
    "two documents": "cat <<A <<B\n1\nA\n2\nB\necho d",
    "document with tabs": "cat <<-E > f; cat f\n\tone\n\tE\necho done",
    "here-string": "cat <<< 'a;b' | tr ';' '|'",
    "document in a substitution": 'echo "$(cat <<\'EOF\'\nit\'s "q"\nEOF\n)" && echo next',
    "python of many lines": (
        "python3 -c \"\nimport sys\nprint('a | b; c')\nsys.exit(3)\n\"\necho $?"
    ),
    "subshell": "(cd / && x=5 && exit 4); echo $? $x",
    "group": "{ echo a; echo b; } | tac; { x=3; }; echo $x",
    "functions": (
        "f() { echo in $1; return 2; }\nf a; echo $?\nfunction g { f b || echo or; }; g | cat"
    ),
    "errexit": "set -e; false; echo no",
    "errexit in a function": "set -e; f() { false; echo no; }; f; echo never",
    "errexit let pass": (
        "set -e; f() { false; echo yes; }; f || true; ! true; false && true; echo end"
    ),
    "errexit and a subshell": "set -e\n(exit 0)\n(false; echo no)\necho never",
    "errexit and a group": (
        "set -e; { false && true; }; echo here; for i in 1; do false; done; echo no"
    ),
    "pipefail": "set -eo pipefail\ntrue | cat\nfalse | cat\necho no",
    "pipefail with a compound": "set -eo pipefail\nfalse | while read x; do :; done\necho no",
    "unset variable": "set -u; echo a; echo $nothing_of_this_name; echo no",
    "exit": "echo a; exit 4; echo no",
    "exit in a list": "cd /nowhere/at/all 2>/dev/null || exit 5",
    "replaced shell": "echo a; exec sh -c 'echo b; exit 6'; echo no",
    "endless writer": 'yes | head -1; echo "${PIPESTATUS[@]}"',
    "if": "if true; then echo a; else echo b; fi && echo c; if false; then :; fi; echo $?",
    "for": "for i in 1 2 3; do echo $i; done | tail -2 > out; cat out",
    "while read": (
        "printf 'a\\nb\\n' | while read x; "
        'do echo "[$x]"; '
        "done; "
        "while read y; "
        "do echo $y; "
        "done < /dev/null"
    ),
    "case": "case abc in a*) echo yes;; *) echo no;; esac; case x in y) :; esac; echo $?",
    "trap": "trap 'echo bye; exit 3' EXIT; echo a; false",
    "trap and errexit": "trap 'echo bye' EXIT; set -e; echo a; false; echo no",
    "error trap": (
        "trap 'echo err $?' ERR; false; (exit 3) | cat; ! false; false || true; { false; }; echo x"
    ),
    "error trap within functions": (
        "set -E; trap 'echo err' ERR; f() { false; }; f; for i in 1; do false; done"
    ),
    "arithmetic": "((x = 2 + 3)); echo $((x << 1)); ((0)) || echo zero; let y=x*2; echo $y",
    "tests": "[[ a == a* ]] && [ -d /tmp ] && test 1 -lt 2; echo $?; [ a = b ]; echo $?",
    "braces and patterns": "touch a.x b.x; echo {1..3} *.x ?.x [ab].x",
    "quotes": 'echo \'a;b\' "c|d && e" f\\;g "it\'s"; echo "x\'y" # it\'s a comment; echo no',
    "comments": "# it's one\necho a # ' b\n  # c\"\necho b && # d\n  echo e",
    "continuation": "echo a \\\n  b \\\n  c\necho d |\n  cat &&\n  echo e || \\\n  echo f",
    "trailing backslash": "echo a \\\n",
    "background": "sleep 0.05 & wait; echo $?; (exit 3) & wait $!; echo $?",
    "background, killed": "sleep 60 & kill $!; wait $! 2>/dev/null; echo $?",
    "background list": "true && false & wait $!; echo $?; false | sleep 0 & wait $!; echo $?",
    "redirections": (
        "echo a > f; echo b >> f; cat < f 2>&1 | sort -r; > g; ls g nothing 2>/dev/null"
    ),
    "arguments": "set -- x 'y z'; echo $# \"$2\"; shift; echo $1",
    "process substitution": "diff <(echo a) <(echo b) > d; echo $?; wc -l < d | tr -d ' '",
    "source": (
        "echo 'echo sourced; "
        "v=9; "
        "false' > s.sh; "
        ". ./s.sh; "
        "echo $? $v; "
        "eval 'echo e; "
        "false'; "
        "echo $?"
    ),
    "sourced errexit": "set -e; printf 'false\\necho no\\n' > s.sh; . ./s.sh; echo never",
    "local options": (
        "set -f; echo *; set +f; IFS=,; x=a,b; printf '[%s]' $x; set -C; echo a > n; echo b > n"
    ),
    "unknown program": "no_such_program_here; echo $?\n\nno_such_program_either",
    "line numbers": "echo $LINENO\ncat <<E\nx\nE\necho $LINENO",
    "redirected shell": "exec > log; echo a; exec 2>&1; cat log >&2",
    "traced": "set -x; echo a | cat; x=1; false || echo b",
    "a name of ours": (
        "time_of=3; { time true; } 2>/dev/null; time -p true 2>/dev/null | cat; echo $time_of"
    ),
    "coloured": "printf '\\033[31mred\\033[0m\\n'; printf 'no newline'",
    "many bytes": "head -c 300000 /dev/zero | tr '\\0' x; echo; printf '\\377\\376'",
    "nothing": "\n# nothing here\n",
    "beyond the grammar": "cat <<A | cat - /dev/stdin <<B\n1\nA\n2\nB\necho c",
    "carriage return": "echo a\r\necho b",
}


def run(script: str, folder: Path, records: Path) -> tuple[str, list[str], int]:
    """Return what a script showed: pipes write errors in any order, `time` another figure each run."""
    folder.mkdir()
    records.mkdir()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=folder,
        env={**os.environ, "GSD_RUN_OUT": str(records), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        errors="replace",
    )
    left = [record(records, number) for number in begun(records)]
    stdout = "".join([*(one.stdout for one in left), done.stdout])
    stderr = "".join([*(one.stderr for one in left), done.stderr])
    untimed = re.sub(r"^(real|user|sys) .*", r"\1", stderr, flags=re.MULTILINE)
    return stdout, sorted(untimed.split("\n")), done.returncode


@pytest.mark.parametrize("name", SCRIPTS)
def test_recording_changes_nothing(name: str, tmp_path: Path) -> None:
    script = SCRIPTS[name]
    plain = run(script, tmp_path / "plain", tmp_path / "nothing")
    recorded = run(instrumented(script), tmp_path / "recorded", tmp_path / "records")
    assert recorded == plain


def test_which_scripts_are_left_as_they_are() -> None:
    unchanged = {name for name, script in SCRIPTS.items() if instrumented(script) == script}
    assert unchanged == {
        "redirected shell",
        "nothing",
        "beyond the grammar",
        "carriage return",
    }


def test_each_line_is_measured_by_itself(tmp_path: Path) -> None:
    script = "echo a | cat | sort # first\nsh -c 'echo b; exit 3' 2>&1 | cat\necho c | cat"
    run(instrumented(script), tmp_path / "recorded", tmp_path / "records")
    left = [record(tmp_path / "records", number) for number in begun(tmp_path / "records")]
    assert [(one.stdout, one.statuses) for one in left] == [
        ("a\n", (0, 0, 0)),
        ("b\n", (3, 0)),
        ("c\n", (0, 0)),
    ]
    assert instrumented("cat <(echo a") == "cat <(echo a"
