"""The pages of reports in a real browser, which GSD_RUN_CHROMIUM names.

GSD_RUN_AXE is axe-core's axe.min.js, GSD_RUN_ARTEFACTS a folder that keeps what the pages looked
like. With GSD_RUN_REQUIRE_CHROMIUM=1 a missing browser is a failure, and so is missing axe-core.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gsd_run.domain.graph import Dependency, PlanGraph, PlanNode
from gsd_run.reporting.html.material import PhaseMaterial
from gsd_run.reporting.html.page import phase_page, plan_page
from large_run import large_material
from msgspec.structs import replace

CHROMIUM = os.environ.get("GSD_RUN_CHROMIUM", "/usr/bin/chromium")
REQUIRED = os.environ.get("GSD_RUN_REQUIRE_CHROMIUM") == "1"
AXE = os.environ.get("GSD_RUN_AXE", "")
ARTEFACTS = os.environ.get("GSD_RUN_ARTEFACTS", "")
DESKTOP, TABLET, PHONE, NARROW = (1280, 900), (768, 1024), (390, 844), (320, 700)
WORDS = {DESKTOP: "desktop", TABLET: "tablet", PHONE: "phone", NARROW: "narrow"}
PHASE_ONLY = "{exclude: ['.of-plan']}"

if not REQUIRED:
    pytest.importorskip("playwright", reason="playwright drives the browser")
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"no browser at {CHROMIUM} (GSD_RUN_CHROMIUM)", allow_module_level=True)


@pytest.fixture(scope="module")
def tab() -> Iterator["Tab"]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everywhere installed

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Tab(browser.new_context(reduced_motion="reduce").new_page())
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of three pages: a run, a phase, and a run so large that parts of it wait."""
    folder = tmp_path_factory.mktemp("pages")
    small = large_material(4, tests=12, lines=3)
    one = large_material(1, tests=4, lines=1)
    other = replace(one, report=replace(one.report, number="03"))
    nodes = [
        PlanNode(id=f"01-0{n}", path=f"01-0{n}", title=f"Plan {n} of the phase", wave=wave)
        for n, wave in ((1, 1), (2, 2), (3, 2), (4, 3))
    ]
    edges = tuple(
        Dependency(plan=plan, needs=needs, entry=needs, line=4)
        for plan, needs in (
            ("01-02", "01-01"), ("01-03", "01-01"), ("01-04", "01-01"), ("01-04", "01-03"),
        )
    )  # fmt: skip
    graph = PlanGraph(phase="01-large", folder=".planning", plans=tuple(nodes), edges=edges)
    made = {
        "plan": plan_page(small),
        "phase": phase_page(PhaseMaterial(graph=graph, runs={"01-01": one, "01-03": other})),
        "large": plan_page(large_material(152, tests=4, lines=4)),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text)
    return {name: (folder / f"{name}.html").as_uri() for name in made}


class Tab:
    """The one page of the browser, in which reports are opened one after another.

    `said` is all that a report said on the console, `asked` all that it asked for.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str, size: tuple[int, int] = DESKTOP, theme: str = "light") -> "Tab":
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=theme, media="screen")
        self.page.goto("about:blank")  # else an address with a # may not load it anew
        self.said.clear()
        self.asked.clear()
        self.page.goto(address)
        return self

    def shown(self, selector: str) -> int:
        return int(self.page.locator(f"{selector}:visible").count())


@pytest.fixture
def opened(tab: Tab) -> Iterator[Any]:
    yield tab.open
    assert tab.said == []
    # what the page itself links to within it is no request
    assert len(tab.asked) <= 1
    tab.page.evaluate("localStorage.clear()")


def kept(name: str) -> Path | None:
    """Return where an artefact is kept, None if none are."""
    if not ARTEFACTS:
        return None
    Path(ARTEFACTS).mkdir(parents=True, exist_ok=True)
    return Path(ARTEFACTS, name)


def test_claims_are_found_by_words_and_by_verdict(opened: Any, pages: dict[str, str]) -> None:
    one = opened(pages["plan"])
    page = one.page

    assert one.shown(".claim") == 8
    page.keyboard.press("/")
    page.keyboard.type("pytest step4.py")
    page.locator("#found:not(:empty)").wait_for()
    assert page.locator(".claim:visible .id").all_inner_texts() == ["verify.4"]
    assert "Showing 1 claim, 1 stage" in page.locator("#found").inner_text()
    page.keyboard.press("Escape")
    assert one.shown(".claim") == 8
    page.locator(".chip.unproven").click()
    assert page.locator(".claim:visible .id").all_inner_texts() == ["verify.4"]
    assert page.locator(".chip.unproven").get_attribute("aria-pressed") == "true"
    page.locator("#find").fill("no such word anywhere")
    page.locator(".claims .nothing").wait_for()
    page.keyboard.press("Escape")
    assert one.shown(".claim") == 8


def test_tests_are_filtered_by_what_became_of_them(opened: Any, pages: dict[str, str]) -> None:
    one = opened(pages["plan"])

    assert one.shown(".tests tbody tr") == 12
    one.page.locator(".fate-chip[data-fate=fixed]").click()

    assert one.shown(".tests tbody tr") == 3
    one.page.locator("#find").fill("test_2")
    one.page.locator("#found:not(:empty)").wait_for()
    assert one.page.locator(".tests tr:visible .name").all_inner_texts() == ["test_2"]


def test_a_claim_leads_to_what_was_measured(opened: Any, pages: dict[str, str]) -> None:
    one = opened(pages["plan"])
    page = one.page

    page.locator("#claim-verify\\.1 summary").focus()
    page.keyboard.press("Enter")
    assert "line 5 of the plan" in page.locator("#claim-verify\\.1").inner_text()
    page.get_by_role("link", name="its output for verify.1").click()

    assert page.locator(".measured[open] .commands:visible").count() == 1
    assert page.locator("#end[open]").count() == 1 or page.locator(".stage[open]").count() == 1


def test_what_waits_comes_when_it_is_opened_found_or_linked(
    opened: Any, pages: dict[str, str]
) -> None:
    one = opened(pages["large"])
    page = one.page

    assert page.locator("pre").count() == 0
    page.locator("#find").fill("total_3 sum step77")
    page.locator("#found:not(:empty)").wait_for()
    assert page.locator(".stage:visible").count() == 1
    page.locator("#task77 > summary").click()
    page.locator("#task77 .file > summary").click()
    assert "total_3 = sum(values[3:])" in page.locator("#task77 pre.diff").inner_text()
    page.keyboard.press("Escape")
    page.locator("#claim-done\\.5 > summary").click()
    page.get_by_role("link", name="its output for done.5").click()
    page.locator(".measured[open] pre:visible").first.wait_for()


def test_the_theme_follows_the_system_until_it_is_chosen(
    opened: Any, pages: dict[str, str]
) -> None:
    one = opened(pages["plan"], theme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"

    dark = one.page.evaluate(ground)
    one.page.locator("#theme").click()
    light = one.page.evaluate(ground)
    one.page.reload()
    one.asked.pop()

    assert dark == "rgb(18, 20, 23)"
    assert light == "rgb(251, 251, 250)"
    assert one.page.evaluate(ground) == light
    assert one.page.locator("#theme").get_attribute("aria-label") == "Theme: light"


OPEN = """(selectors) => selectors.forEach(each => {
  const one = document.querySelector(each);
  if (!one) return;
  one.open = true;
  one.querySelectorAll("details").forEach(inner => { inner.open = true; });
})"""


@pytest.mark.parametrize("name", ["plan", "phase"])
def test_it_fits_every_width_and_theme(opened: Any, pages: dict[str, str], name: str) -> None:
    page = opened(pages[name]).page
    page.evaluate(OPEN, [".claim", ".stage"])
    for theme, sizes in (("light", (NARROW, TABLET, DESKTOP, PHONE)), ("dark", (PHONE, DESKTOP))):
        page.emulate_media(color_scheme=theme)
        for size in sizes:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
            if place := kept(f"report-{name}-{WORDS[size]}-{theme}.png"):
                page.screenshot(path=place, full_page=True)


def test_axe_core_finds_nothing(opened: Any, pages: dict[str, str]) -> None:
    if not AXE:
        assert not REQUIRED, "GSD_RUN_AXE must name axe-core's axe.min.js"
        pytest.skip("GSD_RUN_AXE names no axe-core")
    # of a phase, what a plan's page has not
    for name, size, part in (("plan", PHONE, "document"), ("phase", DESKTOP, PHASE_ONLY)):
        page = opened(pages[name], size).page
        page.evaluate(OPEN, [".claim", ".stage"])
        page.evaluate(Path(AXE).read_text())
        for theme, rules in (("light", ""), ("dark", "runOnly: ['color-contrast'],")):
            page.emulate_media(color_scheme=theme)
            found = page.evaluate(f"axe.run({part}, {{{rules} resultTypes: ['violations']}})")
            told = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
            assert told == [], (name, theme)


def test_verdicts_differ_in_shape_and_word(opened: Any, pages: dict[str, str]) -> None:
    page = opened(pages["plan"]).page

    looks = page.evaluate(
        "() => ['proven', 'vacuous', 'refuted', 'unproven'].map(sort => {"
        "  const badge = document.querySelector('.claim .badge').cloneNode(true);"
        "  badge.className = `badge ${sort}`;"
        "  document.querySelector('main').append(badge);"
        "  const style = getComputedStyle(badge);"
        "  return [style.borderStyle, style.borderRadius].join(' ');"
        "})"
    )

    assert len(set(looks)) == 4
    assert page.locator(".claim .badge").first.inner_text().endswith("PROVEN")


def test_on_paper_everything_is_open(opened: Any, pages: dict[str, str]) -> None:
    page = opened(pages["plan"]).page

    page.emulate_media(media="print")
    printed = page.pdf(format="A4", print_background=True)

    assert printed.startswith(b"%PDF")
    assert page.locator(".find").is_hidden()
    assert page.locator("#claim-done\\.1 .plan-lines").is_visible()
    # what is not parted between sheets leaves half of them empty
    assert page.locator(".two").first.evaluate("one => getComputedStyle(one).display") == "block"
    if place := kept("report-plan.pdf"):
        place.write_bytes(printed)


def test_on_paper_what_is_too_much_says_so_in_its_place(opened: Any, pages: dict[str, str]) -> None:
    page = opened(pages["large"]).page
    page.emulate_media(media="print")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert "line 5 of the plan" in page.locator("#claim-verify\\.1 .plan-lines").inner_text()
    texts = set(page.locator("[data-body]").all_inner_texts())
    assert {text.split(":")[0] for text in texts} == {"Left out on paper"}
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    # By the keyboard: what lies above is laid out as one scrolls, and moves what a click aims at.
    page.locator("#task152 > summary").press("Enter")
    page.locator("#task152 .file > summary").press("Enter")
    assert "total_3 = sum(values[3:])" in page.locator("#task152 pre.diff").inner_text()
