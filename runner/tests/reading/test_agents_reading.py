import pytest
from gsd_run.domain.agent import Agent
from gsd_run.domain.errors import UsageError
from gsd_run.reading.agents import Agents, agent_named, read_agents

KNOWN = (
    "profile, model, command, arguments, environment, address, attempts, time_limit, budget, "
    "tokens, requests, may_touch"
)


@pytest.fixture
def settings(tmp_path):
    def write(text: str | bytes):
        (tmp_path / ".planning").mkdir(exist_ok=True)
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / ".planning" / "gsd-run.toml").write_bytes(content)
        return tmp_path

    return write


def mistakes(root) -> list[str]:
    with pytest.raises(UsageError) as raised:
        read_agents(root)
    return raised.value.message.splitlines()


def test_without_a_file_there_is_no_default_and_the_built_in_ones_are_there(tmp_path):
    agents = read_agents(tmp_path)

    assert agents == Agents(default=None, by_name={})
    assert agent_named(agents, "codex") == Agent(name="codex", profile="codex")


def test_everything_that_can_be_set(settings):
    root = settings(
        """
        agent = "mine"

        [agents.mine]
        profile = "claude"
        model = "sonnet"
        time_limit = 60
        budget = 2.5
        attempts = 2
        tokens = 200_000
        requests = 20
        environment = ["ANTHROPIC_API_KEY"]
        arguments = ["--verbose"]

        [agents.own]
        profile = "command"
        command = "my-agent --file {prompt_file} --in {root} --config '{\\"a\\": 1}' ${HOME}"

        [agents.local]
        profile = "model"
        model = "openai:qwen"
        address = "http://127.0.0.1:11434/v1"

        [agents.aider]
        model = "deepseek"
        """
    )

    agents = read_agents(root)

    assert agents.default == "mine"
    assert list(agents.by_name.values()) == [
        Agent(
            name="mine",
            profile="claude",
            model="sonnet",
            time_limit=60,
            budget=2.5,
            attempts=2,
            tokens=200_000,
            requests=20,
            environment=("ANTHROPIC_API_KEY",),
            arguments=("--verbose",),
        ),
        Agent(
            name="own",
            profile="command",
            command="my-agent --file {prompt_file} --in {root} --config '{\"a\": 1}' ${HOME}",
        ),
        Agent(
            name="local",
            profile="model",
            model="openai:qwen",
            address="http://127.0.0.1:11434/v1",
        ),
        Agent(name="aider", profile="aider", model="deepseek"),
    ]
    assert agent_named(agents, "aider").model == "deepseek"
    assert agent_named(agents, "gemini") == Agent(name="gemini", profile="gemini")


def test_a_built_in_agent_can_be_the_default(settings):
    assert read_agents(settings('agent = "opencode"\n')).default == "opencode"


def test_every_mistake_is_named_at_its_line(settings):
    root = settings(
        """\
agent = "minne"
colour = "blue"

[agents.mine]
profile = "cluade"
time_limit = "long"
attempts = 0
modl = "x"
environment = ["OPENAI_API_KEY=sk-1234", "B"]

[agents.bare]
budget = true

[agents.own]
profile = "command"

[agents.piped]
profile = "command"
command = "cat {prompt_fil} | agent"
address = "http://x"

[agents.open]
profile = "command"
command = "agent 'x"

[agents.local]
profile = "model"
address = "127.0.0.1"
arguments = ["-v"]

[agents.codex]
command = "codex"
tokens = 1.5
"""
    )

    path = ".planning/gsd-run.toml"
    assert mistakes(root) == [
        f"{path}:1: agent is the name of an agent (mine, bare, own, piped, open, local, codex, "
        'claude, gemini, opencode, aider), not "minne"; did you mean mine?',
        f"{path}:2: unknown key 'colour' in the settings (known: agent, agents, "
        "commands, environment, limits, sandbox)",
        f"{path}:5: profile is one of claude, codex, gemini, opencode, aider, command, model, "
        'not "cluade"; did you mean claude?',
        f'{path}:6: time_limit is a number of seconds above 0, not "long"',
        f"{path}:7: attempts is a whole number above 0, not 0",
        f"{path}:8: unknown key 'modl' in [agents.mine]; did you mean model? (known: {KNOWN})",
        f"{path}:9: environment is a list of names of variables, whose values stay outside, not "
        'an entry such as "OPENAI_API_KEY" with more than a name',
        f"{path}:11: [agents.bare] without profile; give one of claude, codex, gemini, opencode, "
        "aider, command, model",
        f"{path}:12: budget is a number of US dollars above 0, not true",
        f"{path}:14: [agents.own] without command, which command needs: "
        'command = "my-agent --file {prompt_file}"',
        f"{path}:19: command has {{prompt_fil}}, which stands for nothing; did you mean "
        "prompt_file? (there are: {prompt_file}, {prompt}, {model}, {root})",
        f"{path}:19: command is started without a shell, so '|' would be an argument; "
        "write sh -c '…' around it",
        f"{path}:20: address is for the profile model; set what command itself has for that, in "
        "arguments or by a variable of environment",
        f"{path}:24: command is no command line: no closing quotation",
        f'{path}:26: [agents.local] without model, which model needs: model = "provider:name"',
        f'{path}:28: address is an address like "http://127.0.0.1:11434/v1", not "127.0.0.1"',
        f"{path}:29: arguments are for a command line; a model has none",
        f"{path}:32: command is for the profile command; codex is called by its own name",
        f"{path}:33: tokens is a whole number above 0, not 1.5",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agent = \n", "1: no TOML: Invalid value"),
        ('[agents.a]\nmodel = "x', "2: no TOML: "),
        ("agents = 3\n", "1: agents is a table: [agents.NAME] for each, not 3"),
        ("[agents]\nmine = 3\n", "2: agents.mine is a table: [agents.mine], not 3"),
        ('[agents."a b"]\nprofile = "codex"\n', "1: 'a b' is no name of an agent; use"),
        ("agents.mine.budget = 0\n", "1: "),
        (b"agent = '\xff'\n", "1: not UTF-8 (invalid start byte); save the file as UTF-8"),
        (b"a = " + b"[" * 5000, "1: no settings: nested too deep"),
    ],
)
def test_a_file_of_another_shape_is_refused(settings, text, told):
    [first, *_] = mistakes(settings(text))
    assert first.startswith(f".planning/gsd-run.toml:{told}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "cluade",
            "no agent is named 'cluade'; did you mean claude? (known: mine, claude, codex, "
            "gemini, opencode, aider); add it to .planning/gsd-run.toml as [agents.NAME] with "
            "its profile, or choose another",
        ),
        (
            "model",
            "'model' is a profile that needs settings: add to .planning/gsd-run.toml a section "
            '[agents.model] with model = "…" (known without: mine, claude, codex, gemini, '
            "opencode, aider)",
        ),
    ],
)
def test_an_unknown_name_lists_the_known(name, told):
    agents = Agents(by_name={"mine": Agent(name="mine", profile="codex")})

    with pytest.raises(UsageError) as raised:
        agent_named(agents, name)

    assert raised.value.message == told
