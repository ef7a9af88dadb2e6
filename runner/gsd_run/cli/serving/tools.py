"""The tools that the server offers: what each is given, gives back and is for."""

from typing import Any

import msgspec
from msgspec import Struct

from gsd_run.cli.serving import arguments, values


class Tool(Struct, frozen=True, kw_only=True):
    """A tool: its name is that of its arguments' class; `reads` says that it changes nothing."""

    given: type[arguments.Arguments]
    gives: type[Struct]
    about: str
    reads: bool = False

    @property
    def name(self) -> str:
        """Return the name by which it is called."""
        return self.given.__name__.lower()


TOOLS = (
    Tool(
        given=arguments.Status,
        gives=values.Overview,
        reads=True,
        about="Say where the plans of this project stand, and what goes on with each. Begin "
        "here: it has the ids of the plans. It judges nothing: `complete` means that a summary "
        "was written, and `check` says what holds.",
    ),
    Tool(
        given=arguments.Lint,
        gives=values.Findings,
        reads=True,
        about="Say what is wrong with plans before anything runs: checks that can't fail, files "
        "that are not there, mistakes of form. Runs nothing.",
    ),
    Tool(
        given=arguments.Show,
        gives=values.Shown,
        reads=True,
        about="Return a plan as a run would take it: objective, tasks with files, action and "
        "checks, must-haves. Read it before you make a plan's changes. Runs nothing.",
    ),
    Tool(
        given=arguments.Explain,
        gives=values.Explained,
        reads=True,
        about="Say by which checks the claims of a plan will be decided, and which claims no "
        "check can decide: those stay UNPROVEN. Runs nothing, so it says nothing about what holds.",
    ),
    Tool(
        given=arguments.Check,
        gives=values.Outcomes,
        about="Judge every claim of a plan, or of all plans of a phase, on the tree as it is: "
        "PROVEN, REFUTED or UNPROVEN, with evidence. Call it before you say that work on a plan "
        "is done, and after every change to what it was about. Report the counts as they are: "
        "UNPROVEN means that no check decided it, so never call such a claim done, verified or "
        "passing. Runs the plan's own commands; keeps nothing and commits nothing. May take long.",
    ),
    Tool(
        given=arguments.Run,
        gives=values.Outcome,
        about="Carry a plan out task by task: make the change, judge it, commit it, and write "
        "SUMMARY.md at the end. Where you make the changes yourself, it returns with outcome "
        "`waits` and says which task: edit the files, commit nothing, and call `resume`, which "
        "judges and commits your work. May take long; it tells its progress, and cancelling it "
        "leaves a run that `resume` goes on with.",
    ),
    Tool(
        given=arguments.Resume,
        gives=values.Outcome,
        about="Go on with a run that stopped: after you have made a task's change or mended what "
        "was refuted, what is in the tree is judged and committed.",
    ),
    Tool(
        given=arguments.Answer,
        gives=values.Outcome,
        about="Answer the checkpoint at which a run stands, and go on. Ask your user first: an "
        "approval is theirs to give. Unless the server was started with --allow-answers only "
        "`reject` is taken, and a gate that is blocking-human never takes an approval from here.",
    ),
    Tool(
        given=arguments.Report,
        gives=values.Outcome,
        reads=True,
        about="Return the verdicts of a plan's newest run from its journal, without running "
        "anything again: what was found at `judged_at`. Whether it holds now, `check` says.",
    ),
)


def schema_of(kind: type[Struct], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the JSON Schema of arguments or of an outcome, its parts in `$defs`."""
    (top,), parts = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    name = top["$ref"].rpartition("/")[2]
    whole: dict[str, Any] = dict(parts.pop(name))
    whole["properties"] = {
        key: value for key, value in whole["properties"].items() if key not in without
    }
    return {**whole, "$defs": parts} if parts else whole
