"""Carry the plan 01-01 of the current folder out, and be killed at a given event.

Arguments: "before" or "after" and the event's number. Before an event everything that it tells
of is done already, and nothing is written down; after it nothing of what follows is done.
"""

import os
import signal
import sys

from gsd_run.cli.project import here
from gsd_run.cli.run import summary_of
from gsd_run.domain.event import Event, Record
from gsd_run.domain.run import RunState
from gsd_run.running.carrying import Asked
from gsd_run.running.engine import carry_out
from gsd_run.running.journals.journal import Journal


class Deadly:
    """Looks on, and kills this process when the event comes."""

    def __init__(self, moment: str, number: int) -> None:
        self.number = number if moment == "after" else None
        write = Journal.add

        def add(journal: Journal, event: Event) -> Record:
            if moment == "before" and len(journal.records) + 1 == number:
                die()
            return write(journal, event)

        Journal.add = add

    def event(self, record: Record, _state: RunState) -> None:
        if record.seq == self.number:
            die()

    def running(self, command: str) -> None:
        pass

    def printed(self, text: str) -> None:
        pass

    def said(self, text: str) -> None:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


place = here()
asked = Asked(plan_path=place.plan("01-01"), project=place.project, settings=place.settings)
carry_out(asked, Deadly(sys.argv[1], int(sys.argv[2])), summary_of)
