"""Give somebody of the business something to do about a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from coterie.decide.journeys.standing import Arrived, Taken, all_go_on
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence

TASK = "Task Assigned"
"""The event that a task is."""
TASK_DONE = "Task Done"
"""The event that it was done."""


class TaskStep(Step):
    """Give a salesperson, or somebody else of the business, something to do about the person, and go on.

    The task is an event of the person, ``Task Assigned``, that says what is to be done and by whom; ``coterie journeys tasks`` lists them.
    Once it is ticked off there is the event ``Task Done``, which names the step: a ``wait_for`` behind this step can wait for it.
    """

    main: ClassVar[str] = "task"
    op: Literal["task"] = "task"
    task: str = Field(
        min_length=1, max_length=500, description="What is to be done, such as: Call and ask how it went."
    )
    assign: str = Field(
        "", max_length=200, description="Who is to do it: a person or a team; nobody in particular when absent."
    )

    def words(self) -> Sentence:
        """Such as ``task for sales: call``."""
        if not self.assign:
            return sentence("task: {task}", task=self.task)
        return sentence("task for {who}: {task}", who=self.assign, task=self.task)

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """The task."""
        return {TASK: {"task": self.task, "assigned_to": self.assign}}

    def answered_by(self) -> str:
        """That it was done."""
        return TASK_DONE

    def take(self, at: Arrived) -> Taken:
        """All go on; the task is recorded from the path."""
        return all_go_on(at, recording=TASK)
