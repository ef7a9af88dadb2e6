"""Truths about what stands in a file: names that it exports, defines or imports, quoted text."""

import re
from collections.abc import Callable, Iterator

from gsd_run.checking.truths.named_files import PATH, UnknownPlace, path_meant
from gsd_run.checking.truths.sentences import ARTICLE, parts, rest_of
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Check, NameCheck, Part
from gsd_run.domain.plan import Artifact, Plan

_IDENTIFIER = r"[A-Za-z_$][\w$]*"
# Without quotes a word is a name only if it is written as names are: camelCase, a_b, AB, a().
_NAME = (
    rf"(?:`{_IDENTIFIER}(?:\.{_IDENTIFIER})*(?:\(\))?`|(?-i:[a-z$_][\w$]*[A-Z_][\w$]*|[A-Z][A-Z0-9]*_\w+|"
    rf"[A-Z]\w*[a-z0-9][A-Z]\w*)(?:\(\))?|{_IDENTIFIER}\(\))"
)
_NAMES = rf"{_NAME}(?:(?:, and |, | and ){_NAME})*"
_SORT = (
    r"function|method|class|interface|struct|enum|trait|const|constant|variable|component|hook|"
    r"helper|dataclass|model|macro|module"
)
_QUOTE = r"(?:`(?:[^`]+)`|'(?:[^']+)'|\"(?:[^\"]+)\"|‘(?:[^’]+)’|“(?:[^”]+)”)"
_QUOTES = rf"{_QUOTE}(?:(?:, and |, | and ){_QUOTE})*"
_FILE = rf"{ARTICLE}(?P<path>{PATH})(?: file)?"
_PLACES = rf"(?P<paths>{PATH}(?:(?:, and |, or |, | and | or ){PATH})*)"
_NOUN = (
    r"(?: (?:calls?|references?|usages?|uses?|occurrences?|imports?|instances?|mentions?|strings?|"
    r"statements?|invocations?))?"
)

_DATA = (".json", ".yaml", ".yml", ".toml", ".ini", ".env", ".json5", ".jsonc")
# A part of a longer word is another word.
_WORD = lazy.pattern(r"\w[\w-]*\w|\w")

Rule = Callable[[re.Match[str], str, Plan], tuple[list[Check], str]]


def _exported(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    path = path_meant(match["path"], plan)
    return [ArtifactCheck(path=path, exports=_each(_NAME, match["names"]))], rest


def _defined(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    path = path_meant(match["path"], plan)
    sort = (match["sort"] or "").lower()
    return [NameCheck(path=path, defined=_each(_NAME, match["names"]), sort=sort)], rest


def _of_an_artifact(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    """Look for names without a file in the one artifact of the plan that is said to have them."""
    names = _each(_NAME, match["names"])
    found = [
        one.path
        for one in plan.must_haves.artifacts
        if all(_is_said_of(name, one) for name in names)
    ]
    if len(found) != 1:
        raise UnknownPlace(f"the plan does not say of one artifact that it has {', '.join(names)}")
    return [NameCheck(path=found[0], defined=names, sort=match["sort"].lower())], rest


def _is_said_of(name: str, artifact: Artifact) -> bool:
    said = (*artifact.exports, *artifact.contains, artifact.provides)
    return any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", one) for one in said)


def _imported(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    path = path_meant(match["path"], plan)
    names = _each(_NAME, match["names"] or "")
    check = NameCheck(path=path, imported=names, module=_bare(match["module"]))
    other = re.fullmatch(r"\(not ([\w./@-]+)\)", rest)
    if other:
        return [check, NameCheck(path=path, not_module=other[1])], ""
    return [check], rest


def _quoted(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    path = path_meant(match["path"], plan)
    wanted = _each(_QUOTE, match["quotes"])
    if (match["what"] or "").lower() in {"section", "heading", "sections", "headings"}:
        if not path.endswith((".md", ".mdx")):
            raise UnknownPlace(f"what a section is in {path} can't be told")
        headings = tuple(rf"^#{{1,6}}\s.*{re.escape(one)}" for one in wanted)
        return [ArtifactCheck(path=path, matches=headings)], rest
    if (match["what"] or "").lower() in {"field", "key", "entry", "entries"}:
        if not path.endswith(_DATA):
            raise UnknownPlace(f"what a {match['what']} is in {path} can't be told")
        keys = tuple(rf"(?<![\w-])[\"']?{re.escape(one)}[\"']?\s*[:=]" for one in wanted)
        return [ArtifactCheck(path=path, matches=keys)], rest
    words = tuple(rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in wanted if _WORD.fullmatch(one))
    others = tuple(one for one in wanted if not _WORD.fullmatch(one))
    return [ArtifactCheck(path=path, matches=words, contains=others)], rest


def _lacking(match: re.Match[str], rest: str, plan: Plan) -> tuple[list[Check], str]:
    unwanted = _each(rf"{_QUOTE}|{_NAME}!?|\w+!|\w+\.(?=\*)|^\w+$", match["names"])
    if re.search(r"\bcalls?\b|\binvocations?\b", match["noun"] or ""):
        unwanted = tuple(one if one.endswith(("!", ")")) else f"{one}(" for one in unwanted)
    if re.search(r"import", match[0], re.IGNORECASE) and any(
        re.search(r"^\.|/.*/|\.\w{1,4}$", one) for one in unwanted
    ):
        raise UnknownPlace(f"by which path {', '.join(unwanted)} would be imported can't be told")
    places = match.groupdict().get("paths") or match["path"]
    paths = [path_meant(name, plan) for name in re.findall(PATH, places)]
    return [NameCheck(path=path, lacks=unwanted) for path in paths], rest


_HAS = (
    r"(?:now |also |still )?(?:contains?|includes?|mentions?|references?|has|have|lists?|declares?)"
)
_HAS_NOT = (
    r"(?:(?:does not|doesn['’]t|do not|no longer|never) (?:contains?|includes?|mentions?|"
    r"references?|imports?|calls?|uses?|has|have)|(?:has|have|contains?|makes?|includes?) "
    r"(?:no|zero|0)(?: references? to| imports? of| calls? to)?)"
)
_UNWANTED = (
    rf"(?P<names>{_QUOTES}|{_NAMES}|\w+!|(?-i:[a-z]\w*)\.\*|"
    r"(?-i:[a-z]\w+)(?= (?:calls?|usages?|invocations?)\b))"
)
_EXPORTS = (
    rf"{_FILE} (?:now |still )?(?:re-)?exports? (?:the |both )?(?:function |class |type )?"
    rf"(?P<names>{_NAMES})"
)
_EXPORTED = (
    rf"{ARTICLE}(?P<names>{_NAMES})(?: (?:{_SORT}))? (?:is|are) (?:now |still )?"
    rf"(?:re-)?exported from {_FILE}"
)
_DEFINED = (
    rf"{ARTICLE}(?:(?P<sort>{_SORT}) )?(?P<names>{_NAMES})(?: (?:{_SORT}))? "
    r"(?:(?:now )?exists?|(?:is|are) (?:now )?(?:defined|declared|implemented)) "
    rf"(?:in|inside) {_FILE}"
)
_SOMEWHERE = (
    rf"{ARTICLE}(?P<names>{_NAMES})(?: (?!(?:not|no|never)\b)[\w-]+){{0,3}}? "
    rf"(?P<sort>{_SORT})s? (?:now )?exists?"
)
_DEFINES = (
    rf"{_FILE} (?:now )?(?:defines|declares|has|contains) (?:an? |the |new )*"
    rf"(?P<sort>{_SORT})s? (?P<names>{_NAMES})"
)
_IMPORTS = rf"{_FILE} (?:now )?imports (?:(?P<names>{_NAMES}) )?from (?P<module>{_QUOTE})"
_QUOTED = (
    rf"{_FILE} {_HAS} (?:an? |the |new |dedicated |both )*(?P<quotes>{_QUOTES})"
    r"(?: (?P<what>sections?|headings?|entry|entries|line|string|text|field|key))?"
)
_FILE_LACKS = rf"{_FILE} {_HAS_NOT} (?:any |the )?{_UNWANTED}(?P<noun>{_NOUN})"
_NONE_IN = (
    r"(?:No|Zero|0)(?: remaining| references? to| imports? of| imports? from| uses? of| calls? to"
    rf"| occurrences? of)* {_UNWANTED}(?P<noun>{_NOUN})"
    r"(?: (?:remain|remains|exist|exists|left|are left|anywhere))* "
    rf"(?:in|under|within) {_PLACES}"
)
_NO_FILE = (
    rf"No (?:\w+ )?files? (?:in|under|within) {_PLACES} (?P<noun>references?|mentions?|contains?|"
    rf"imports?(?: from)?|uses?|calls?) (?:the )?(?P<names>{_QUOTES}|{_NAMES})"
)
_GONE_FROM = (
    rf"{ARTICLE}(?:\w+ (?:field|option|key|flag) )?(?P<names>{_QUOTES}|{_NAMES})(?P<noun>)"
    rf"(?: (?:{_SORT}|field|option|key|flag)s?)? (?:(?:is|are|was|were|has been|have been) "
    r"(?:now )?(?:gone|removed|deleted|absent)|no longer (?:appears?|exists?|stands?)) "
    rf"(?:from|in) {_FILE}"
)
_EXPORTING = "the names that the file exports, by its grammar"
_DEFINING = "the names that the file defines, by its grammar"
_LACKING = "what must not stand in the file"
# Each with words of which one stands in every truth that it understands: few rules have to be
# tried, and compiled, for most plans.
_RULES: tuple[tuple[str, tuple[str, ...], str, Rule], ...] = (
    (_EXPORTING, ("export",), _EXPORTS, _exported),
    (_EXPORTING, ("exported",), _EXPORTED, _exported),
    (_DEFINING, ("exist", "defined", "declared", "implemented"), _DEFINED, _defined),
    (_DEFINING, ("exist",), _SOMEWHERE, _of_an_artifact),
    (_DEFINING, ("defines", "declares", "has", "contains"), _DEFINES, _defined),
    ("the modules that the file imports, by its grammar", ("imports",), _IMPORTS, _imported),
    ("the quoted text stands in the file", ("`", "'", '"', "‘", "“"), _QUOTED, _quoted),
    (
        _LACKING,
        (" not ", "n't ", "n’t ", " no ", " never ", " zero ", " 0 "),
        _FILE_LACKS,
        _lacking,
    ),
    ("what must not stand in the files", ("no ", "zero ", "0 "), _NONE_IN, _lacking),
    ("what must not stand in the files", ("file ", "files "), _NO_FILE, _lacking),
    (_LACKING, ("gone", "removed", "deleted", "absent", "no longer"), _GONE_FROM, _lacking),
)
_NAMES_A_PLACE = lazy.pattern(r"[\w\]]\.\w|\w/|\bexists?\b")
_COMPILED = tuple(
    (rule, telling, lazy.pattern(words, re.IGNORECASE), act) for rule, telling, words, act in _RULES
)


def content_parts(text: str, plan: Plan) -> tuple[Part, ...]:
    """Return the parts of a truth about what stands in a file, none for any other truth.

    What is said beyond the names (what they are for, what they do) is left as undecided.
    """
    if not _NAMES_A_PLACE.search(text):
        return ()
    lower = text.lower()
    for rule, telling, pattern, act in _COMPILED:
        if not any(word in lower for word in telling):
            continue
        match = pattern.match(text)
        rest = rest_of(text, match.end(), purpose=True) if match else None
        if match is None or rest is None:
            continue
        try:
            checks, remaining = act(match, rest, plan)
        except UnknownPlace as unknown:
            return (Part(text=text, rule=rule, unproven=str(unknown)),)
        if not remaining:
            return tuple(Part(text=text, rule=rule, check=check) for check in checks)
        return parts(text, rule, checks, remaining)
    return ()


def _each(pattern: str, text: str) -> tuple[str, ...]:
    found: Iterator[str] = (_bare(one) for one in re.findall(pattern, text))
    return tuple(dict.fromkeys(found))


def _bare(quoted: str) -> str:
    """Return what stands in quotes; of a name, without its empty brackets."""
    inner = quoted[1:-1] if quoted[:1] in "`'\"‘“" else quoted
    return inner.removesuffix("()")
