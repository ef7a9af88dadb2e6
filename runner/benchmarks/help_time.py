"""How long `gsd-run --help` takes from an installed wheel with compiled bytecode.

Builds the wheel, installs it in a new environment in a temporary folder, and prints the median of
20 calls beside that of an interpreter that does nothing, and of one that imports all of argparse.

    uv run python runner/benchmarks/help_time.py
"""

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLS = 20


def main() -> None:
    """Print one line a command: median and best time in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _quietly("uv", "build", "--wheel", "--out-dir", place / "dist")
        _quietly("uv", "venv", place / "env")
        wheel = next((place / "dist").glob("*.whl"))
        python = place / "env" / "bin" / "python"
        _quietly("uv", "pip", "install", "--compile-bytecode", "--python", python, wheel)
        for name, command in (
            ("gsd-run --help", [place / "env" / "bin" / "gsd-run", "--help"]),
            ("python -c 'import argparse'", [python, "-c", "import argparse"]),
            ("python -c pass", [python, "-c", "pass"]),
        ):
            times = sorted(_milliseconds(command) for _ in range(CALLS))
            print(f"{name:<28} median {statistics.median(times):5.0f} ms, best {times[0]:5.0f} ms")


def _quietly(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True, cwd=ROOT)


def _milliseconds(command: list[object]) -> float:
    began = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
