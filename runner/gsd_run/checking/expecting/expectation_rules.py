"""The wordings that a program can decide, each as a pattern that must match a whole clause."""

import re
from collections.abc import Iterable
from functools import cache

from gsd_run.checking.expecting.stating import (
    NAME,
    QUOTE,
    Rule,
    amount,
    at_least_tests,
    between,
    count,
    counted,
    covered,
    each,
    files,
    plain,
    quoted,
    statuses,
)
from gsd_run.domain import lazy

_NAMES = rf"(?P<names>{NAME}(?:(?:,| or| and| nor|, or|, and|, nor|/) ?{NAME})*)"
# Words that would turn the sense of "… tests pass" round; no kind of test is called so.
_NOT_A_KIND = (
    r"(?!(?:no|not|none|zero|few|some|most|many|skipped|failing|half|shows?|reports?|confirms?|"
    r"see|and|to|verify|ensure|runs|for|with|check|\d+)\b)"
)
_TESTS = rf"(?P<kind>(?:{_NOT_A_KIND}[\w.`-]+ ){{0,3}}?)(?:tests?|test cases|specs?|test suite)"
_PASS = (
    r"(?:(?:still |now |continue to |should |must |to )?(?:pass(?:es|ing|ed)?|succeeds?)"
    r"|(?:is|are|stays?|remains?) (?:still |now )?(?:green|passing))"
)
_FILE = r"`?(?P<file>[\w./-]+\.\w{1,5})`?"
_MORE = r"(?P<more>> ?(?!=)|over |above |more than )?"
_AT_LEAST = (
    rf"(?:at least |>= ?|≥ ?|{_MORE})(?P<percent>\d+(?:\.\d+)?) ?% ?\+?"
    r"(?: or (?:more|higher|above))?"
)
_COVERAGE = r"(?:(?:test|line|code|statement) )?coverage"
_STAYS = r"(?: ?(?:is|still|remains?|stays?|maintained|reaches|at|of|kept)){0,3} ?:? ?"


_IN_OUTPUT = r"in (?:the )?(?:test )?output"
_FAILURES = r"(?:(?:test )?failures?|failed(?: tests?)?|failing tests?)"
_NOTHING = (
    r"(?:empty|nothing|(?:no|zero|0) (?:output|results?|match(?:es)?|lines|hits|occurrences|files|"
    r"diff(?:erences?)?))"
)
_SHOULD = r"(?:(?:it |this |which )?(?:should|must|will) |expected to )?"
_SHOWS = r"(?:returns?|be|is|gives?|prints?|shows?|outputs?|produces?|yields?|reports?)"
_EXIT = (
    r"(?:exits?(?: with)?|returns?(?= (?:exit|status) )|returns?(?= code ))"
    r"(?: (?:exit|return))?(?: status)?(?: code)?(?: (?:is|of|=|==|should be|must be))?:?"
)
_SIGN = (
    r"(?P<sign>exactly |at least |at most |more than |less than |fewer than |≥ ?|≤ ?|>= ?|<= ?|"
    r"== ?|= ?|> ?|< ?|under |below |greater than |over |above |no more than |up to |"
    r"no fewer than |no less than |minimum |maximum )?"
)
# "51 passed" is read from the test results, not from what the command prints.
_NO_COUNT = r"(?![\"'`]\d+(?:/\d+)? (?:tests? )?(?:pass|fail))"
_QUOTES = rf"{_NO_COUNT}(?P<values>(?:{QUOTE})(?:(?:,|,? and) (?:{QUOTE}))*)"
_NAMED = r"(?: (?:the )?(?:text|line|message|marker|string|word|words|phrase|value))?"
_WHERE = r"(?: in (?:the )?(?:test )?output)?"
_WELL = (
    r"(?:compiles|builds|passes|succeeds|completes|finishes|parses|type-?checks|"
    r"(?:should|must|should still|must still) (?:compile|build|pass|succeed|complete|finish))"
)
_THING = (
    r"(?:(?:the |this |all )?(?:it|typescript|code|project|package|crate|solution|build|"
    r"compilation|type[- ]?check(?:ing)?|lint(?:ing)?|syntax|everything)? ?)"
)
_KINDS_OF_ERROR = (
    r"(?:(?:compil\w+|type|typescript|ts|syntax|import|build|lint(?:ing|er)?|parse) )?"
)
_NO_ERROR = rf"(?:with(?:out)? )?(?:(?:any|no|zero|0) )?{_KINDS_OF_ERROR}errors?"
_HITS = r"(?: ?(?:match(?:es)?|results?|lines?|hits?|occurrences?|times))?"

# Each pattern must match a whole clause. Names of errors are told by their capital letters, so
# the rules about them mind the case.
_ANY_CASE: tuple[tuple[str, Rule], ...] = (
    (
        rf"(?:all )?(?:the )?(?P<n>[1-9]\d*)(?: ?/ ?| of (?:the )?)(?P<m>\d+) {_TESTS} {_PASS}",
        count,
    ),
    (rf"(?P<all>all (?:of )?(?:the )?|the )(?P<n>[1-9]\d*) {_TESTS} {_PASS}", count),
    (rf"(?P<n>[1-9]\d*) {_TESTS} {_PASS}", count),
    (
        rf"[\"'`]?(?P<n>[1-9]\d*)(?:/(?P<m>\d+))?(?: tests?)? passed[\"'`]?(?: {_IN_OUTPUT})?",
        count,
    ),
    (
        rf"(?:at least |>= ?|≥ ?|(?P<strict>more than |over |> ?))(?P<n>\d+) {_TESTS} {_PASS}",
        at_least_tests,
    ),
    (rf"(?P<n>\d+)(?:\+| or more) {_TESTS} {_PASS}", at_least_tests),
    (
        rf"(?:there are |with )?(?:no|zero|0) {_FAILURES}",
        plain("tests_failed", 0),
    ),
    (
        rf"(?:the |all |every |each |all of the )?{_TESTS} {_PASS}",
        plain("tests_pass"),
    ),
    (r"(?P<n>[1-9]\d*) (?:tests? )?fail(?:s|ed|ures?)?", plain("tests_failed")),
    (r"(?P<n>\d+(?:\.\d+)?) ?% pass rate", plain("pass_rate")),
    (r"(?:pass rate )?(?:up )?from (?P<n>\d+(?:\.\d+)?) ?%", plain("pass_rate_before")),
    (rf"{_FILE} {_COVERAGE}{_STAYS}{_AT_LEAST}", covered),
    (rf"{_COVERAGE} (?:on|of|for) {_FILE}{_STAYS}{_AT_LEAST}", covered),
    (rf"{_FILE} (?:has|have|reaches|achieves|shows|is at|at) {_AT_LEAST} {_COVERAGE}", covered),
    (rf"{_FILE}: {_AT_LEAST} {_COVERAGE}", covered),
    (rf"{_AT_LEAST} {_COVERAGE} (?:on|of|for|in) {_FILE}", covered),
    (
        rf"coverage(?: maintained)? (?:on|of|for) {_FILE} ?\({_AT_LEAST}\)",
        covered,
    ),
    (rf"coverage{_STAYS}{_AT_LEAST}", covered),
    (rf"(?:with )?{_AT_LEAST} coverage", covered),
    (r"(?:with )?no (?:coverage )?(?:regressions?|decrease|loss)", plain("coverage_kept")),
    (rf"(?:it |this |output )?{_SHOULD}{_SHOWS} {_NOTHING}", plain("output_empty")),
    (rf"(?:expect )?{_NOTHING}(?: expected| found)?", plain("output_empty")),
    (rf"{_SHOULD}(?:{_SHOWS}|finds?) (?:a match|matches|results?|hits?)", counted),
    (rf"{_SHOULD}(?:match|matches|found|be found)", counted),
    (
        (
            rf"(?:{_SHOULD}(?:{_SHOWS}|finds?|equals?|is|be) ?)?{_SIGN}"
            rf"(?P<n>\d+|one|a)(?P<up>\+| or more)?{_HITS}"
        ),
        counted,
    ),
    (rf"(?:{_SHOULD}(?:{_SHOWS}|finds?) )(?P<n>zero|two|three){_HITS}", counted),
    (
        (
            rf"(?:it |this |output )?(?:{_SHOULD}(?:{_SHOWS} )?)?{_SIGN}"
            r"(?P<n>\d+(?:\.\d+)?) ?(?P<unit>%|bytes?|[kmg]i?b)"
        ),
        amount,
    ),
    (rf"{_SHOULD}(?:{_SHOWS} )?between (?P<low>\d+) and (?P<high>\d+){_HITS}", between),
    (rf"{_SHOULD}{_EXIT} (?:0|zero)(?: \(success\))?", plain("exit_zero")),
    (
        rf"{_SHOULD}{_EXIT} (?P<statuses>\d+(?:(?:,|,? or|/) ?\d+)+)",
        statuses,
    ),
    (
        (
            rf"{_THING}(?:still |now )?{_WELL}"
            r"(?: cleanly| successfully| ok)?"
        ),
        plain("exit_zero"),
    ),
    (
        (
            rf"{_THING}(?:still |now )?(?:{_WELL}|runs|exits)"
            rf"(?: cleanly| successfully)? (?:with (?:no|zero|0)|without(?: any)?)"
            rf" {_KINDS_OF_ERROR}errors?"
        ),
        plain("exit_zero"),
    ),
    (
        (
            rf"{_SHOULD}(?:(?:have|has|be|is|there are|shows?|reports?|produces?|exits? with|with)"
            rf" )?(?:no|zero|0|without(?: any)?) {_KINDS_OF_ERROR}errors?"
        ),
        plain("exit_zero"),
    ),
    (
        r"(?:(?:the|both|all|these|output) )*(?:files?|folders?|director(?:y|ies)) exists?",
        plain("exit_zero"),
    ),
    (
        (
            rf"(?:it |this )?{_SHOULD}(?:{_SHOWS}|responds? with|responds?|get|receives?|status)?"
            r" ?(?:(?:an? )?(?:http(?:/[\d.]+)?|status)(?: status)?(?: code)? ?:? ?)"
            r"(?P<n>[1-5]\d\d)"
            r"(?: (?:ok|created|not found|unauthorized|forbidden|bad request|no content))?"
        ),
        plain("http_status"),
    ),
    (
        (
            rf"{_SHOULD}(?:{_SHOWS} |responds? with |→ ?)?(?P<n>[1-5]\d\d) (?:ok|created|not found|"
            r"unauthorized|forbidden|bad request|no content)"
        ),
        plain("http_status"),
    ),
    (rf"{_SHOULD}responds? (?:with )?(?P<n>[1-5]\d\d)", plain("http_status")),
    (
        (
            rf"(?:the )?(?:{_TESTS}|it|they)?(?: is| are)? ?(?:should |must |will |still |now )*"
            r"(?:fails? \(red(?: state| phase)?\)|red(?: state| phase)?)"
        ),
        plain("tests_fail"),
    ),
    (
        rf"(?:all |the |every |each |new )*{_TESTS} (?:should |must |will |now |still )*fail",
        plain("tests_fail"),
    ),
    (
        rf"(?:passes|shows|reports) (?:all |all of |the )*{_TESTS}(?: pass(?:ing|es|ed)?)?",
        plain("tests_pass"),
    ),
    (
        (
            r"(?:should|must|does|do|will|shall) not (?:match|match anything|find (?:anything|"
            r"matches|a match|any(?: matches)?)|return (?:anything|matches|any(?: matches)?)|"
            r"(?:print|show|output|produce) (?:anything|any output))"
        ),
        plain("output_empty"),
    ),
    (
        (
            rf"(?:it |output |the output )?{_SHOULD}"
            rf"(?P<prints>(?:prints?|outputs?|returns?|equals?)){_NAMED} {_QUOTES}{_WHERE}"
        ),
        quoted("output_contains"),
    ),
    (
        (
            rf"(?:it |output |the output |(?:the |a )?line |results? )?{_SHOULD}"
            r"(?:shows?|contains?|"
            rf"includes?|lists?|displays?|emits?|reports?|mentions?|see|find|finds|has|have)"
            rf"{_NAMED} {_QUOTES}(?: marker)?{_WHERE}"
        ),
        quoted("output_contains"),
    ),
    (
        (
            rf"(?:it |output |the output )?(?:should|must|does|do|will|may) not (?:show|contain|"
            rf"include|list|display|emit|report|mention|print|output|have|match)"
            rf"{_NAMED} {_QUOTES}{_WHERE}"
        ),
        quoted("output_lacks"),
    ),
    (rf"(?:without|no)(?: any)?{_NAMED} {_QUOTES}{_WHERE}", quoted("output_lacks")),
    (rf"{_SHOULD}{_EXIT} (?P<n>[1-9]\d*)", plain("exit_nonzero")),
    (
        rf"{_SHOULD}(?:(?:{_EXIT}|returns?) )?(?:an? )?non-?zero(?: exit)?(?: status| code)*",
        plain("exit_nonzero"),
    ),
)
_OWN_CASE: tuple[tuple[str, Rule], ...] = (
    (rf"(?:[Ww]ith)?(?:out|[Nn]o) (?:any )?{_NAMES}", each("output_lacks")),
    (
        rf"(?:[Ss]ee )?(?:[Nn]either|[Nn]o) {_NAMES} in (?:the )?(?:test )?output",
        each("output_lacks"),
    ),
    (rf"[Nn]o {_NAMES} (?:failures?|errors?)", each("failures_lack")),
    (rf"[Nn]o (?:test )?(?:failures?|errors?) (?:with|from|of) {_NAMES}", each("failures_lack")),
    (
        r"(?:[Aa] |[Tt]he )?(?P<value>[A-Z]{2,}) (?:message|is printed|in (?:the )?output)",
        plain("output_contains"),
    ),
    (
        (
            rf"(?:it |output )?{_SHOULD}(?:prints?|outputs?|shows?|displays?|returns?|emits?|says?)"
            r" (?P<value>(?!EMPTY|ZERO|NO|NOT|ALL|NONE|NOTHING|ONLY|EXACTLY|HTTP\b)[A-Z][A-Z0-9_]+"
            r"|[Tt]rue|[Ff]alse|null|None|undefined|v?\d+\.\d+\.\d+)"
        ),
        plain("output_contains"),
    ),
    (
        (
            rf"(?:it |output )?{_SHOULD}(?:shows?|lists?|contains?|includes?|displays?) "
            r"(?P<files>[\w.-]+\.[a-z]{1,4}(?:(?:,|,? and) [\w.-]+\.[a-z]{1,4})*)"
        ),
        files,
    ),
)
_RULES = (*_ANY_CASE, *_OWN_CASE)


def _any_of(numbers: Iterable[int]) -> re.Pattern[str]:
    """Return one pattern of many rules, which is tried many times quicker than one by one."""
    unnamed = {number: re.sub(r"\(\?P<\w+>", "(?:", _RULES[number][0]) for number in numbers}
    return lazy.pattern("|".join(f"(?P<_{number}>{words})" for number, words in unnamed.items()))


# No pattern of _ANY_CASE has a capital letter: what is in lower case is matched without minding
# the case, which is quicker, too.
_OTHERS = _any_of(n for n, (words, _) in enumerate(_ANY_CASE) if _TESTS not in words)
_ON_TESTS = _any_of(n for n, (words, _) in enumerate(_ANY_CASE) if _TESTS in words)
_ON_NAMES = _any_of(range(len(_ANY_CASE), len(_RULES)))


def rule_for(words: str) -> tuple[re.Match[str], Rule] | None:
    """Return the first rule that understands a whole clause, with the match; None without one."""
    lower = words.lower()
    found = [_OTHERS.fullmatch(lower), _ON_NAMES.fullmatch(words)]
    if "test" in lower or "spec" in lower or "red" in lower:
        found.append(_ON_TESTS.fullmatch(lower))
    numbers = [int(one.lastgroup[1:]) for one in found if one and one.lastgroup]
    if not numbers:
        return None
    match = _pattern(min(numbers)).fullmatch(words)
    return (match, _RULES[min(numbers)][1]) if match else None


@cache
def _pattern(number: int) -> re.Pattern[str]:
    flags = re.IGNORECASE if number < len(_ANY_CASE) else re.NOFLAG
    return re.compile(_RULES[number][0], flags)
