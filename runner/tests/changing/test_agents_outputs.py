import json

import pytest
from gsd_run.changing.agents.outputs import Said, read_output
from gsd_run.domain.agent import Usage


def lines(*events: object) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in events)


CLAUDE = lines(
    {"type": "system", "subtype": "init", "tools": ["Edit"]},
    {"type": "assistant", "message": {"content": [{"type": "text", "text": "Editing."}]}},
    {
        "type": "result",
        "subtype": "success",
        "is_error": False,
        "result": "Totals are right now.",
        "total_cost_usd": 0.0421,
        "usage": {
            "input_tokens": 12,
            "cache_creation_input_tokens": 1000,
            "cache_read_input_tokens": 300,
            "output_tokens": 81,
        },
    },
)
CODEX = lines(
    {"type": "thread.started", "thread_id": "x"},
    {"type": "error", "message": "Reconnecting... 2/5"},
    {"type": "item.completed", "item": {"type": "error", "message": "a warning"}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "First."}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "Done."}},
    {"type": "turn.completed", "usage": {"input_tokens": 900, "output_tokens": 40}},
)
GEMINI = lines(
    {"type": "init", "model": "m"},
    {"type": "message", "role": "user", "content": "the prompt"},
    {"type": "message", "role": "assistant", "content": "I look.", "delta": True},
    {"type": "tool_use", "tool_name": "replace"},
    {"type": "tool_result", "status": "success"},
    {"type": "message", "role": "assistant", "content": "All ", "delta": True},
    {"type": "message", "role": "assistant", "content": "done.", "delta": True},
    {"type": "result", "status": "success", "stats": {"input_tokens": 70, "output_tokens": 7}},
)
OPENCODE = lines(
    {"type": "step_start", "sessionID": "s", "part": {}},
    {"type": "text", "sessionID": "s", "part": {"text": "Looking."}},
    {
        "type": "step_finish",
        "sessionID": "s",
        "part": {
            "cost": 0.25,
            "tokens": {"input": 10, "output": 5, "reasoning": 1, "cache": {"read": 4, "write": 2}},
        },
    },
    {"type": "text", "sessionID": "s", "part": {"text": "Finished.\n"}},
    {
        "type": "step_finish",
        "sessionID": "s",
        "part": {"cost": 0.5, "tokens": {"input": 1, "output": 1}},
    },
)
AIDER = """Aider v0.86.2
Added src/a.py to the chat.

I made the change.

Applied edit to src/a.py
Tokens: 2.4k sent, 1.0k cache hit, 123 received. Cost: $0.01 message, $0.01 session.
Tokens: 500 sent, 10 received.
Cost: $0.0020 message, $0.0120 session.
"""


@pytest.mark.parametrize(
    ("profile", "stdout", "said"),
    [
        (
            "claude",
            CLAUDE,
            Said(
                said="Totals are right now.",
                usage=Usage(input_tokens=1312, output_tokens=81, cost=0.0421),
            ),
        ),
        ("codex", CODEX, Said(said="Done.", usage=Usage(input_tokens=900, output_tokens=40))),
        ("gemini", GEMINI, Said(said="All done.", usage=Usage(input_tokens=70, output_tokens=7))),
        (
            "opencode",
            OPENCODE,
            Said(said="Finished.", usage=Usage(input_tokens=17, output_tokens=7, cost=0.75)),
        ),
        (
            "aider",
            AIDER,
            Said(
                said="Aider v0.86.2\nAdded src/a.py to the chat.\n\nI made the change.\n\n"
                "Applied edit to src/a.py\nTokens: 2.4k sent, 1.0k cache hit, 123 received. "
                "Cost: $0.01 message, $0.01 session.",
                usage=Usage(input_tokens=2900, output_tokens=133, cost=0.012),
            ),
        ),
        ("command", "working\nready\n", Said(said="working\nready")),
    ],
)
def test_last_words_and_what_it_cost(profile, stdout, said):
    assert read_output(profile, stdout, "") == said


@pytest.mark.parametrize("stdout", [CLAUDE, CODEX, GEMINI, OPENCODE])
def test_a_command_around_a_known_tool_is_understood(stdout):
    [profile] = [
        name
        for name, output in (
            ("claude", CLAUDE),
            ("codex", CODEX),
            ("gemini", GEMINI),
            ("opencode", OPENCODE),
        )
        if output is stdout
    ]
    assert read_output("command", stdout, "") == read_output(profile, stdout, "")


@pytest.mark.parametrize(
    ("profile", "stdout", "mistake"),
    [
        (
            "claude",
            lines({"type": "result", "subtype": "error_max_budget_usd", "is_error": True}),
            "error max budget usd",
        ),
        (
            "claude",
            lines(
                {
                    "type": "result",
                    "subtype": "success",
                    "is_error": True,
                    "result": "API Error: 400",
                }
            ),
            "API Error: 400",
        ),
        (
            "claude",
            lines({"type": "result", "subtype": "success", "is_error": True}),
            "it reports an error",
        ),
        (
            "codex",
            lines({"type": "turn.failed", "error": {"message": "no such model"}}),
            "no such model",
        ),
        (
            "codex",
            lines({"type": "turn.started"}, {"type": "error", "message": "stream disconnected"}),
            "stream disconnected",
        ),
        (
            "gemini",
            lines(
                {"type": "error", "severity": "error", "message": "quota"},
                {"type": "result", "status": "error", "stats": {}},
            ),
            "quota",
        ),
        (
            "gemini",
            lines({"type": "result", "status": "error", "error": {"message": "no key"}}),
            "no key",
        ),
        (
            "opencode",
            lines(
                {
                    "type": "error",
                    "sessionID": "s",
                    "error": {"name": "UnknownError", "data": {"message": "not found"}},
                }
            ),
            "not found",
        ),
        (
            "aider",
            "litellm.AuthenticationError: OpenAIException - bad key\nRetrying\n",
            "litellm.AuthenticationError: OpenAIException - bad key",
        ),
    ],
)
def test_what_went_wrong(profile, stdout, mistake):
    assert read_output(profile, stdout, "").mistake == mistake


GARBLED = [
    "",
    "\0\x1b[2J",
    "no JSON at all",
    "{" * 100_000,
    '{"a":' * 100_000,
    "[1, 2]\n",
    lines(*({"type": kind} for kind in ("result", "message", "text", "error", "turn.failed"))),
    lines({"type": "result", "subtype": "success", "status": 3, "usage": [], "stats": 1}),
    lines({"type": "result", "subtype": 5, "result": {"a": 1}, "total_cost_usd": "much"}),
    '{"type": "result", "subtype": "s", "total_cost_usd": NaN, "usage": {"input_tokens": -1}}\n',
    f'{{"type": "result", "subtype": "s", "total_cost_usd": 1{"0" * 400}}}\n',
    lines({"type": "turn.completed", "usage": {"input_tokens": True}}, {"type": "item.completed"}),
    lines({"sessionID": 1, "type": "error", "error": {"name": None, "data": 4}, "part": []}),
    lines({"sessionID": 1, "type": "step_finish", "part": {"tokens": {"cache": 3}, "cost": []}}),
    lines({"type": "assistant", "message": {"content": [3, {"type": "text", "text": 4}]}}),
    "Tokens: 1.2.3k sent, 4.5.6 received.\nCost: $1 session.\n",
]


@pytest.mark.parametrize("profile", ["claude", "codex", "gemini", "opencode", "aider", "command"])
@pytest.mark.parametrize("stdout", GARBLED)
def test_nothing_that_is_written_is_an_error(profile, stdout):
    assert isinstance(read_output(profile, stdout, "why"), Said)


def test_what_cannot_be_understood_ends_the_words_without_escapes():
    said = read_output("codex", "one\n\x1b[31mtwo\x1b[0m\n", "")

    assert said == Said(said="one\ntwo")
    assert read_output("codex", "", "only errors\n") == Said(said="only errors")


def test_a_result_over_several_lines_is_understood():
    whole = json.dumps({"type": "result", "subtype": "success", "result": "Well."}, indent=2)

    assert read_output("claude", whole, "").said == "Well."
