"""The words by which a plan's prose says what a code block beside it is."""

import re

# Words before a block that tells of code instead of giving it.
ONLY_SHOWN = re.compile(
    r"\b(?:before|current(?:ly)?|instead of|rather than|wrong|bad|do not|don['’]t|avoid"
    r"|anti-?pattern|for example|for instance|examples?|e\.g\.|similar|patterns?|reference|sketch"
    r"|skeleton|outline|pseudo-?code|structure|roughly|something like|approximate\w*"
    r"|along the lines|from research|signatures?|shape|output|was|old|original|previous(?:ly)?"
    r"|snippet|looks? like|in the style|inspired|interfaces? (?:block|section)|adapt(?:ed|ing)?"
    r"|adjust\w*|key parts?|expected|relevant|optional(?:ly)?|if needed|as needed|alternativ\w*"
    r"|either|core logic)\b",
    re.IGNORECASE,
)
LOOKING = re.compile(
    r"\b(?:verif\w+|confirm\w*|check\w*|test\w*|validat\w+|lint\w*)\b", re.IGNORECASE
)
# A file that is not there yet is given whole.
WHOLE = re.compile(
    r"\b(?:creat(?:e|es|ing)|writ(?:e|ing) (?:the |a |new |exactly )*`?[\w./-]+\.\w+|new file)\b"
    r"|\b(?:full|complete|entire|whole|exact|following|this|file)"
    r" (?:updated |new )?(?:contents?|file|implementation)\b",
    re.IGNORECASE,
)
# A file that is there is replaced as a whole.
OVER = re.compile(
    r"\b(?:replace|rewrite|overwrite) (?:the )?(?:entire|whole|complete|full|all)\b"
    r"|\b(?:replace|rewrite|overwrite) (?:the )?"
    r"(?:file|contents?|placeholder|stub|`?[\w./-]+\.\w+`?)\b"
    r"|\b(?:full|complete|entire|whole) (?:new |updated )?(?:file|contents?)\b",
    re.IGNORECASE,
)
CREATE = re.compile(r"\bcreate\b", re.IGNORECASE)
# The block may be meant for the inside of a definition.
PART = re.compile(
    r"\b(?:inside|within|fields?|attributes?|members?|bod(?:y|ies)|lines?|remove|delete|rename"
    r"|move|variants?|cases?|arms?|propert(?:y|ies)|hooks?)\b"
    r"|\b(?:in|to|into|of) (?:the |each |this )?(?:existing )?`?[\w.]+(?:\(\))?`? (?:class|function"
    r"|method|constructor|component|hook|impl|struct|interface|type|enum|module|block|section"
    r"|describe|object|trait)\b",
    re.IGNORECASE,
)
# A request at the start of a paragraph or item.
REQUEST = re.compile(
    r"^(?:[-*+•]\s+|\d{1,3}[.)]\s+|[a-z][.)]\s+|\*\*|\[[ x]\]\s+|`|step \d+\s*[:.—-]?\s*)*"
    r"(?:(?:then|also|next|finally|additionally|and|now|please)[,:]?\s+)*(?:also\s+)?"
    r"(?:add|append|remove|delete|rename|replace|change|modify|update|extend|wire|register|insert"
    r"|import|install|create|implement|write|define|convert|refactor|edit|configure|set|move"
    r"|extract|introduce|include|export|re-export|adjust|adapt|fix|mark|copy|generate|run|execute"
    r"|apply)\b",
    re.IGNORECASE,
)
# Headings behind a block that tell of it; any other may tell of another part of the file.
REMARK = re.compile(
    r"\b(?:notes?|key|decisions?|important|constraints?|critical|why|rationale|per|features?"
    r"|details|explan\w*|behaviou?rs?|requirements?|invariants?|warnings?|caveats?|verif\w*"
    r"|checks?|security|design|reasons?|do not|never|remarks?|see|considerations|this)\b",
    re.IGNORECASE,
)
# The plan leaves open which of several ways is gone.
CHOICE = re.compile(
    r"\boption (?:[A-D]|[1-9])\b|\balternatively\b|\bchoose between\b|\bwhichever\b"
    r"|\byour choice\b",
    re.IGNORECASE,
)
