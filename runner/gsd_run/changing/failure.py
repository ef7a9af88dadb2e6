"""The one exception of this room; `plan_step` turns it into a StepResult."""


class StepFailure(Exception):
    """A step can't be carried out; the text says where, what is wrong and what to do."""
