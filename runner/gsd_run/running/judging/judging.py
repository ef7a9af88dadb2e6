"""Judging a plan's claims at a moment of the run, each verdict into the journal as it falls."""

from collections.abc import Iterable

from gsd_run.checking.judging import Tree, judge, tempered
from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import Judged, Moment
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.measuring import tree_to_judge
from gsd_run.running.judging.taking_away import tried


def look_before(
    run: Carrying, claim: Claim, tree: str, moment: Moment, untracked: tuple[str, ...] = ()
) -> Verdict:
    """Judge a claim on the tree before the work: at the base, or before the claim's task.

    `untracked` are the files of that tree that git does not track by now.
    """
    verdict = judge(claim, tree_to_judge(run, tree, untracked))
    run.add(Judged(moment=moment, tree=tree, verdict=verdict, task=_task(claim, moment)))
    return verdict


def judge_claims(
    run: Carrying,
    claims: Iterable[Claim],
    tree: str,
    moment: Moment,
    untracked: tuple[str, ...] = (),
) -> tuple[Verdict, ...]:
    """Judge claims on the work tree, which is in the state `tree`, and return the verdicts.

    `untracked` are the untracked files that belong to the tree.
    """
    here = tree_to_judge(run, tree, untracked)

    def at(bare: str, without: tuple[str, ...]) -> Tree:
        return tree_to_judge(run, bare, untracked, without)

    verdicts = []
    for claim in claims:
        plain = judge(claim, here)
        verdict = tempered(claim, plain, run.state.base_verdicts.get(claim.id))
        verdict = tried(run, claim, plain, verdict, tree, at)
        run.add(Judged(moment=moment, tree=tree, verdict=verdict, task=_task(claim, moment)))
        verdicts.append(verdict)
    return tuple(verdicts)


def _task(claim: Claim, moment: Moment) -> int | None:
    return claim.task if moment in {"before", "task"} else None
