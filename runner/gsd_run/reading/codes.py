"""The codes of what a plan's reader finds; `rules` says what each of them means."""

from enum import StrEnum


class Code(StrEnum):
    """One thing that the reader tells of a plan.

    F is the frontmatter, M must-haves, D dependencies, T tags and tasks. The reader's numbers lie
    between 101 and 199; those from 201 on belong to lint's own rules.
    """

    FRONTMATTER_ABSENT = "F101"
    FRONTMATTER_MISPLACED = "F102"
    FRONTMATTER_UNOPENED = "F103"
    FRONTMATTER_UNCLOSED = "F104"
    YAML_MENDED = "F105"
    YAML_LEFT_OUT = "F106"
    YAML_LOST = "F107"
    NO_MAPPING = "F108"
    FORBIDDEN_CHARACTER = "F109"
    KEY_REPEATED = "F110"
    KEYS_ADDED_UP = "F111"
    WRONG_KIND = "F112"
    HASH_KEPT = "F113"
    NUMBER_FOUND = "F114"
    NUMBER_UNREAD = "F115"
    NEITHER_TRUE_NOR_FALSE = "F116"
    NOT_UTF_8 = "F117"
    UTF_16 = "F118"
    SECOND_FRONTMATTER = "F119"

    MUST_HAVES_UNSORTED = "M101"
    MUST_HAVES_NO_LIST = "M102"
    TRUTH_WITH_COLON = "M103"
    ARTIFACT_BY_KEY = "M104"
    ARTIFACT_WITHOUT_PATH = "M105"
    LINK_AS_TEXT = "M106"
    LINK_WITHOUT_END = "M107"
    MUST_HAVES_STRAY = "M108"
    MUST_HAVES_UNKNOWN_KEY = "M109"

    DEPENDENCY_AS_MAPPING = "D101"

    NO_PLAN = "T101"
    NO_TASKS = "T102"
    TAG_UNCLOSED = "T103"
    TASKS_IN_FENCE = "T104"
    TASKS_WITHOUT_TAGS = "T105"
    TASK_WITHOUT_NAME = "T106"
    SUMMARY_PLACEHOLDER = "T107"
    TASKS_IN_FRONTMATTER = "T108"
    NOTHING_TO_DO = "T109"
    TASKS_COMMENTED_OUT = "T110"
    TAG_BROKEN = "T111"
    TASK_LEFT_OUT = "T112"
