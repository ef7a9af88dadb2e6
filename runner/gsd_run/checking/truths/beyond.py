"""What no test's name can show: what people see and feel, words for people, unmeasured qualities.

It is told from the words of a truth alone, generously: a truth that is taken for one of these by
mistake stays UNPROVEN, and a person is asked.
"""

from gsd_run.domain import lazy

_USER = (
    r"\b(?:users?|visitors?|customers?|players?|humans?|people|person|reviewers?|operators?|"
    r"developers?|consumers?|viewers?|everybody|anyone|someone|you)\b"
)
_SIGHT = (
    r"\b(?:sees?|seen|look(?:s|ed|ing)?|watch(?:es|ed)?|feels?|feeling|visibl[ey]|visuals?|"
    r"visually|visibility|"
    r"appears?|appearing|disappears?|reappears?|vanish(?:es)?|shown|shows?|showing|displays?|"
    r"displayed|displaying|renders?|rendered|rendering|re-?renders?|highlight(?:s|ed)?|"
    r"animat\w+|transitions? (?:smoothly|in|out)|fad(?:e|es|ed|ing)|slides? (?:in|out|up|down)|"
    r"glow(?:s|ing)?|pulse[sd]?|blink\w*|flash(?:es|ing)?|shimmer\w*|flicker\w*|zoom\w*|"
    r"hover\w*|drag\w*|click\w*|tap(?:s|ped|ping)|swip(?:e|es|ing)|scroll\w*|press(?:es|ed|ing)?|"
    r"keystrokes?|shortcuts?|hotkeys?|focus(?:es|ed)? ring|opens?|opened|opening|closes?|"
    r"collaps\w+|expand\w*|toggl\w+|navigat\w+|redirects? to|preselect\w*|pre-select\w*|"
    r"auto-?select\w*|greyed|grayed|dimmed|empty states?|feedback|aligned|alignment|centered|"
    r"centred|legible|readable|contrast|responsive\w*|spacing|padding|layouts?|laid out|styl\w+|"
    r"(?:dark|light)(?:/light)? (?:mode|theme)s?|themes?|themed|colou?r\w*|palette|opacity|"
    r"gradient\w*|"
    r"fonts?|typograph\w*|pixel\w*|icons?|emoji\w*|logos?|favicons?|avatars?|thumbnails?|"
    r"screenshots?|badges?|pills?|toasts?|snackbars?|tooltips?|popovers?|popups?|pop-ups?|modals?|"
    r"dialogs?|dialogues?|banners?|overlays?|spinners?|skeletons?|placeholders?|cards?|tiles?|"
    r"panels?|panes?|sidebars?|side bars?|toolbars?|navbars?|menus?|menu items?|dropdowns?|"
    r"tabs?|buttons?|checkbox\w*|radio|sliders?|carousels?|accordions?|breadcrumbs?|indicators?|"
    r"progress bars?|blades?|widgets?|charts?|graphs? view|heatmaps?|sparklines?|pages?|screens?|"
    r"windows?|views?|viewports?|dashboards?|landing|homepage|hero|footers?|navigation|forms?|"
    r"input fields?|text fields?|labels?|ctas?|links? to|gallery|wizards?|canvas|mobile|desktop|"
    r"tablet|ui|ux|gui|tui|frontend|front-end|browsers?|in-browser|react components?|"
    r"components? (?:shows?|mounts?)|"
    r"keyboard|mouse|touch|screen reader\w*|accessib\w+|a11y|aria\b|wcag|voice\w*|audio|sounds?|"
    r"notif(?:y|ies|ied)|notifications?|prompts?|prompted|previews?|"
    r"devtools|swiftui|storybook|lighthouse|"
    r"diagrams?|timelines?|calendars?|maps? view|storefront)\b"
)
_FOR_PEOPLE = (
    r"\b(?:documents?|documented|documentation|docs?|readme\w*|changelogs?|tutorials?|guides?|"
    r"guidance|explains?|explained|instructs?|instructed|"
    r"instructions?|workflows?|steps? \d\S*|step [a-z]\b|skills?|agents?|sub-?agents?|planners?|"
    r"executors?|verifiers?|orchestrat\w+|auditors?|synthesi[sz]ers?|researchers?|mappers?|claude|"
    r"codex|gemini|llms?|gpt\w*|haiku|opus|sonnet|copilot|cursor|opencode|quorum|"
    r"slash[- ]commands?|"
    r"roadmaps?|milestones?|phases?|plans?|deliberations?|checklists?|templates?|narratives?|"
    r"prose|wording|copywriting|decisions?|rationale|approv(?:es?|ed|al)|"
    r"sign(?:s|ed)?[- ]off|review(?:s|ed|er)?|"
    r"human\w*|manual(?:ly)?|verified|confirms?|confirmed|confirmation|understands?|understood|"
    r"knows?|learns?|honest\w*|stakeholders?|community|convention\w*|practices?|"
    r"philosoph\w*|principles?|strategy|architecture|pull requests?|prs?|deployed|"
    r"deployments?|production|staging|ci|pipelines? (?:pass|run|green)\w*|github actions?|merged|"
    r"stripe checkout|app ?stores?|hardware|real[- ]world)\b"
    r"|/gsd\b|\.md\b|\.mdx\b|@-?references?"
)
_QUALITY = (
    r"\b(?:within \S+ ?(?:ms|milliseconds?|s|secs?|seconds?|minutes?|mins?|hours?)?|in under|"
    r"under \d|less than \d+ ?(?:ms|s|sec|seconds?|minutes?)|quick(?:ly)?|fast(?:er)?|slow(?:er)?|"
    r"instant(?:ly|aneous\w*)?|immediate(?:ly)?|real[- ]?time|"
    r"latency|performan\w+|performs? well|efficient\w*|efficiency|optimi[sz]\w+|lightweight|"
    r"scal(?:es|able|ability|e well)|secur(?:e|ely|ity)|safe(?:ly|ty)?|safeguards?|robust\w*|"
    r"reliab\w+|resilient\w*|"
    r"stab(?:le|ly|ility)|smooth\w*|seamless\w*|intuitive\w*|friendly|clean(?:ly)?|clear(?:ly)?|"
    r"simple|simply|easy|easily|elegant\w*|consistent(?:ly)?|consistency|coherent\w*|"
    r"maintainab\w+|testab\w+|modular\w*|flexib\w+|extensib\w+|reusab\w+|well[- ]\w+|"
    r"high[- ]quality|"
    r"quality|appropriate(?:ly)?|reasonabl[ey]|sensibl[ey]|meaningful\w*|useful\w*|helpful\w*|"
    r"actionable|natural(?:ly)?|graceful(?:ly)?|proper(?:ly)?|correct(?:ly|ness)?|accura\w+|"
    r"as expected|as intended|works?|working|functional\w*|functions? (?:as|properly|well)|"
    r"production[- ]ready|best practices?|no regressions?|unchanged|behaviou?r(?:al|s)?|minimal|"
    r"sufficient\w*|adequate\w*|comprehensive\w*|complete(?:ly|ness)?|full(?:y)?|entire(?:ly)?|"
    r"end[- ]to[- ]end|backwards?[- ]compatib\w+|compatib\w+|integrat\w+|idiomatic\w*|"
    r"deterministic\w*|thread[- ]?safe\w*|race[- ]?(?:free|conditions?)|leak\w*|deadlock\w*|"
    r"concurren\w+|never|always|any|every|everything|everywhere)\b"
)
_OF_TOOLS = (
    r"\b(?:(?:unit|integration|e2e|smoke|regression)?[ -]?tests?|tested|proptest|"
    r"test suites?|suite|specs?|"
    r"fixtures?|coverage|lint\w*|eslint|clippy|mypy|ruff|prettier|type[- ]?checks?|tsc|compil\w+|"
    r"builds?|built|bundled?|install(?:s|ed)?|publish\w*|code base|codebase|dependenc\w+|"
    r"jsdoc|docstrings?|deleted|renamed|refactor\w*|moved|extracted|replaced|imports?|imported)\b"
)
_REASONS = (
    (_USER, "it says what a person does or gets ({0!r}), and tests' names can't show that"),
    (_SIGHT, "what is seen or handled ({0!r}) has to be looked at by a person"),
    (_FOR_PEOPLE, "it is about what people or models read and decide ({0!r}), not about a test"),
    (_OF_TOOLS, "it is about the code and its tools ({0!r}), which a test's name does not show"),
    (_QUALITY, "{0!r} names something that a single test does not measure"),
)
# They are sought in lower case, which is many times quicker than not minding the case.
_COMPILED = tuple((lazy.pattern(words), why) for words, why in _REASONS)


def beyond_tests(text: str) -> str:
    """Say why no test's name could ever prove a truth, "" if one could."""
    lower = _lower(text)
    for pattern, why in _COMPILED:
        if found := pattern.search(lower):
            return why.format(text[found.start() : found.end()])
    return ""


def is_seen(text: str) -> bool:
    """Tell whether a truth is of what a person sees or handles."""
    lower = _lower(text)
    return any(pattern.search(lower) for pattern, _ in _COMPILED[:2])


def _lower(text: str) -> str:
    """Return a text of the same length in lower case."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
