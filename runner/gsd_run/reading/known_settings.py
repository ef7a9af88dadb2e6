"""All settings that have to do with carrying a plan out, and what gsd-run makes of each.

docs/settings.md and the settings' JSON Schema are written from here.
"""

from typing import Literal

from msgspec import Struct

TEMPLATE_PATH = ".planning/templates/summary.md.j2"

Type = Literal["true or false", "text", "texts", "number", "whole number", "object"]
Use = Literal["honoured", "left alone"]


class Setting(Struct, frozen=True, kw_only=True):
    """One setting: its dotted key, its type and default as the file has them, and what it does.

    `meaning` is what GSD (or gsd-run) means by it, `does` what gsd-run does with it, or why it
    leaves it alone.
    """

    key: str
    type: Type
    default: str
    meaning: str
    does: str
    use: Use = "honoured"


def _alone(key: str, kind: Type, default: str, meaning: str, why: str) -> Setting:
    return Setting(key=key, type=kind, default=default, meaning=meaning, does=why, use="left alone")


def _honoured(key: str, kind: Type, default: str, meaning: str, does: str) -> Setting:
    return Setting(key=key, type=kind, default=default, meaning=meaning, does=does)


OF_GSD_RUN = (
    _honoured(
        "gsd_run.commit_evidence", "true or false", "true",
        "whether a run's events travel with its summary",
        "`<plan>-EVIDENCE.jsonl` is written beside the summary and committed with it",
    ),
    _honoured(
        "gsd_run.venv", "text", ".venv", "the project's virtual environment",
        "its tools come first on the PATH of commands",
    ),
    _honoured(
        "gsd_run.timeout", "number", "600", "seconds that one script of checks may take",
        "`--timeout` goes before it, and so does `[limits] seconds` of .planning/gsd-run.toml",
    ),
    _honoured(
        "gsd_run.baseline_budget", "number", "none",
        "seconds that judging at the base commit may take in all",
        "what was not judged by then has no verdict at the base",
    ),
    _honoured(
        "gsd_run.update_planning", "true or false", "true",
        "whether STATE.md, ROADMAP.md and REQUIREMENTS.md are brought up to date",
        "they are, at a plan's end, as GSD does it",
    ),
)  # fmt: skip

HONOURED = (
    _honoured(
        "commit_docs", "true or false", "true", "whether planning files are committed",
        "false, here or in `planning.commit_docs`: summary and evidence are written and not "
        "committed. The same holds where git ignores them; nothing is ever added by force",
    ),
    _honoured(
        "planning.commit_docs", "true or false", "true", "the same, in its newer place", "as above",
    ),
    _honoured(
        "phase_commit_docs.PHASE", "true or false", "none", "`commit_docs` for one phase",
        "goes before both; phases compare without leading zeros",
    ),
    _honoured(
        "git.branching_strategy", "text", "none", "none, phase or milestone: a branch for each",
        "a new run works on that branch, made at HEAD if need be, as with `--branch`. GSD makes it "
        "at the remote's default branch after a fetch; gsd-run never uses the network",
    ),
    _honoured(
        "git.phase_branch_template", "text", "gsd/phase-{phase}-{slug}",
        "the name of a phase's branch", "{phase}, {slug} and {project} are filled in",
    ),
    _honoured(
        "git.milestone_branch_template", "text", "gsd/{milestone}-{slug}",
        "the name of a milestone's branch",
        "{milestone} and {slug} are filled in, from STATE.md and ROADMAP.md; where these name no "
        "milestone the run stays on the branch that is checked out",
    ),
    _honoured(
        "git.protected_branches", "texts", "[]", "branches that nobody should commit on",
        "a run refuses to work on one (exit 3); GSD's own flow warns, its executor refuses, too",
    ),
    _honoured(
        "project_code", "text", "none", "letters before the phases' folders",
        "{project} of the phase's branch; plans are found with and without it",
    ),
    _honoured(
        "planning.sub_repos", "texts", "[]", "folders that are repositories of their own",
        "a plan that names files in one of them is refused (exit 3): git at the root does not see "
        "them change; run gsd-run inside that repository",
    ),
    _honoured(
        "workflow.auto_advance", "true or false", "false",
        "whether GSD goes from phase to phase by itself, approving on its way",
        "human-verify checkpoints are approved as by `--yes`, and the journal and the summary name "
        "the setting as who approved. Never one whose gate is blocking-human, nor one about "
        "whether a package may be trusted; decisions and human-actions always wait for a person, "
        "while GSD takes the first option of a decision",
    ),
    _honoured(
        "workflow.node_repair", "true or false", "true",
        "whether a task that did not hold is repaired",
        "false: an agent has one attempt, unless its own settings say `attempts`",
    ),
    _honoured(
        "workflow.node_repair_budget", "whole number", "2", "how many repairs of a task",
        "an agent has one attempt more than this, unless its own settings say `attempts`",
    ),
    _honoured(
        "workflow.subagent_timeout", "number", "none", "milliseconds that an agent may take",
        "where it is set, the time of one attempt of an agent whose own settings say no "
        "`time_limit`; GSD's default of 300000 is not taken over, ours is 1800 seconds",
    ),
    _honoured(
        "workflow.test_gate_timeout", "number", "600", "seconds that a run of tests may take",
        "the time of one script of checks where `gsd_run.timeout` is not set",
    ),
)  # fmt: skip

LEFT_ALONE = (
    _alone(
        "mode", "text", "interactive", "yolo waives GSD's questions between its steps",
        "gsd-run asks nothing between steps; what a plan's checkpoints ask is no such question",
    ),
    _alone(
        "workflow._auto_chain_active", "true or false", "false",
        "that a chain of GSD's commands is running right now",
        "GSD clears it when a person starts something, and a stale one would approve what nobody "
        "looked at; a chain that calls gsd-run passes `--yes`",
    ),
    _alone(
        "workflow.human_verify_mode", "text", "end-of-phase",
        "whether the planner puts checkpoints into plans",
        "it speaks to the planner: what a plan asks is asked where it stands",
    ),
    _alone(
        "workflow.tdd_mode", "true or false", "false", "whether red before green is enforced",
        "it always is, where a plan or task says that it is test-driven",
    ),
    _alone(
        "git.allow_default_branch_commits", "true or false", "false",
        "whether GSD's executor may commit on the default branch",
        "gsd-run protects the branches that `git.protected_branches` names, and no other",
    ),
    _alone(
        "git.base_branch", "text", "none", "the default branch, where git can't tell it",
        "nothing is compared with or made at the default branch",
    ),
    _alone(
        "hooks.commit_types", "texts", "[]", "types of commits beside the conventional ones",
        "the list only adds: feat, fix, test, refactor, perf and docs, which gsd-run writes, are "
        "always allowed",
    ),
    _alone(
        "hooks.community", "true or false", "false", "checks of what an agent is about to type",
        "they are hooks of an agent's session; git's own hooks run at every commit",
    ),
    _alone(
        "executor.stall_detect_interval_minutes", "number", "5",
        "how often GSD looks whether an agent still works",
        "gsd-run waits for the agent's process itself, up to its time limit",
    ),
    _alone(
        "executor.stall_threshold_minutes", "number", "10", "when GSD takes an agent for stuck",
        "as above: the agent's `time_limit` ends it with its whole process tree",
    ),
    _alone(
        "security.injection_blocking", "true or false", "false",
        "whether suspicious texts stop an agent's session",
        "it is a hook of an agent's session; what gsd-run tells an agent stands between fences, "
        "and nothing that it says is believed",
    ),
    _alone(
        "workflow.security_enforcement", "true or false", "true", "threat models and their review",
        "it speaks to the planner and to GSD's review of a phase",
    ),
    _alone(
        "parallelization", "object", "true", "whether GSD runs several plans at once",
        "gsd-run carries out one plan at a time in a repository",
    ),
    _alone(
        "workflow.use_worktrees", "true or false", "true", "whether GSD's agents get worktrees",
        "a run works in the checkout that it is started in, which may be a worktree",
    ),
    _alone(
        "workflow.inline_plan_threshold", "whole number", "2",
        "up to how many tasks GSD's own session carries a plan out",
        "gsd-run is no session",
    ),
    _alone(
        "workflow.test_command", "text", "none", "the command of GSD's gate after a merge",
        "a run is judged by what its plan claims",
    ),
    _alone(
        "workflow.build_command", "text", "none", "the same for building", "as above",
    ),
    _alone(
        "workflow.cross_ai_execution", "true or false", "false",
        "whether GSD hands plans to another program, by `workflow.cross_ai_command` within "
        "`workflow.cross_ai_timeout` seconds", "it is how GSD calls gsd-run",
    ),
    _alone(
        "phase_id_convention", "text", "none", "how phases are numbered, as `phase_naming`",
        "all conventions are understood, whatever it says",
    ),
    _alone(
        "model_profile", "text", "balanced", "which models GSD's agents get",
        "an agent of gsd-run has a `model` of its own in .planning/gsd-run.toml",
    ),
)  # fmt: skip

OF_THE_TOML = (
    ("agent", "the agent that works on tasks without steps"),
    (
        "[agents.NAME]",
        (
            "profile, model, command, arguments, environment, address, attempts, time_limit, "
            "budget, tokens, requests, may_touch: see [agents.md](agents.md)"
        ),
    ),
    ("[commands] allow", "dangerous commands that may run all the same"),
    ("[environment] pass", "variables, also patterns, that commands may see beside the usual ones"),
    ("[environment] set", "variables that commands get, with their values"),
    ("[limits] seconds", "what one script may take; goes before `gsd_run.timeout`"),
    ("[limits] output, memory, processes", "what one script may write, hold and start"),
    (
        "[sandbox] use",
        'true, false or "require": commands run shut in; see [sandbox.md](sandbox.md)',
    ),
    ("[sandbox] network, writable, readable", "what the sandbox leaves open"),
)
