"""How large the page of a run is, and how long a browser takes to open it.

Makes a run of the given number of tasks (500, if none is given) from the values that a journal
holds, renders it, and opens it in the Chromium that GSD_RUN_CHROMIUM names (/usr/bin/chromium).

    uv run python runner/benchmarks/report_size.py [TASKS]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from gsd_run.reporting.html.page import plan_page
from large_run import large_material

OPENED = 5
_TIMES = """() => {
  const told = performance.getEntriesByType("navigation")[0];
  return [told.domContentLoadedEventEnd, told.loadEventEnd,
          document.querySelectorAll("*").length];
}"""


def main() -> None:
    """Print sizes and times."""
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    material = large_material(tasks)
    begin = time.perf_counter()
    text = plan_page(material)
    print(f"{tasks} tasks, {len(material.records)} events, {len(material.state.claims)} claims")
    print(f"rendered in {time.perf_counter() - begin:.2f} s: {len(text.encode()) / 1e6:.2f} MB")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "report.html")
        place.write_text(text)
        _open(place)


def _open(place: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only to open it

    program = os.environ.get("GSD_RUN_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        times = []
        for _ in range(OPENED):
            page = browser.new_page()
            begin = time.perf_counter()
            page.goto(place.as_uri())
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => "
                          "setTimeout(done)))")  # fmt: skip
            times.append(time.perf_counter() - begin)
            ready, loaded, nodes = page.evaluate(_TIMES)
            print(f"  ready {ready:.0f} ms, loaded {loaded:.0f} ms, painted {times[-1]:.2f} s, "
                  f"{nodes} elements")  # fmt: skip
            page.close()
        begin = time.perf_counter()
        page = browser.new_page()
        page.goto(place.as_uri())
        page.fill("#find", "step 77")
        page.locator("#found:not(:empty)").wait_for()
        print(f"  opened and searched in {time.perf_counter() - begin:.2f} s")
        browser.close()
    print(f"painted: median {statistics.median(times):.2f} s, worst {max(times):.2f} s")


if __name__ == "__main__":
    main()
