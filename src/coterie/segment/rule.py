"""What a segment may be made of. An operator is one file in ``segment/operators`` and one line here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from sqlglot.expressions import Expr

from coterie.profile import Value, language
from coterie.registry import Registry
from coterie.words import Sentence

if TYPE_CHECKING:
    from coterie.segment.plan import SegmentPlan

_PLACE = "coterie.segment.operators"

OPERATORS: Registry[type[language.Node]] = Registry(
    "operator",
    {
        "all": f"{_PLACE}.groups:AllOf",
        "any": f"{_PLACE}.groups:AnyOf",
        "none": f"{_PLACE}.groups:NoneOf",
        "not": f"{_PLACE}.groups:Not",
        **dict.fromkeys(
            (
                *("=", "!=", "<", "<=", ">", ">=", "between", "in", "not_in", "is_set"),
                *("contains", "starts_with", "ends_with", "matches"),
            ),
            f"{_PLACE}.compared:Compared",
        ),
        "includes": f"{_PLACE}.includes:Includes",
        "in_last": f"{_PLACE}.dated:Dated",
        "in_next": f"{_PLACE}.dated:Dated",
        "older_than": f"{_PLACE}.dated:Dated",
        "anniversary_within": f"{_PLACE}.anniversary:Anniversary",
        "top": f"{_PLACE}.top:Top",
        "bottom": f"{_PLACE}.top:Top",
        "did": f"{_PLACE}.did:Did",
        "did_not": f"{_PLACE}.did_not:DidNot",
        "in_segment": f"{_PLACE}.in_segment:InSegment",
        "in_list": f"{_PLACE}.in_list:InList",
        "profiles": f"{_PLACE}.profiles:Profiles",
        "random": f"{_PLACE}.random_split:RandomSplit",
    },
)


class Rule(language.Node):
    """A condition that a profile meets or does not; never unknown.

    A comparison with a missing value does not hold, and its ``not`` does. A profile
    without such events is out of ``did`` and in ``did_not``.

    >>> rule = Rule.model_validate({"all": [{"did": "Order Completed", "within": "90d", "at_least": 2},
    ...                                     {"trait": "city", "in": ["Oslo", "Bergen"]}]})
    >>> rule.words()
    'orders in the last 90 days: ≥ 2 and city one of Oslo, Bergen'
    """

    registry: ClassVar[Registry[type[language.Node]]] = OPERATORS

    op: str

    @abstractmethod
    def condition(self, plan: SegmentPlan) -> Expr:
        """The SQL of the condition, TRUE or FALSE, having asked ``plan`` for what it needs."""

    @abstractmethod
    def words(self) -> Sentence:
        """The condition as people read it."""

    def measured(self, plan: SegmentPlan) -> Value | None:  # noqa: ARG002 - groups measure nothing
        """The value that decides, to be shown beside the condition."""
        return None

    def children(self) -> Iterator[Rule]:
        """Rules inside this one."""
        yield from ()

    def named_segments(self) -> Iterator[str]:
        """Segments that this rule reads."""
        for child in self.children():
            yield from child.named_segments()

    def named_lists(self) -> Iterator[str]:
        """Lists that this rule reads."""
        for child in self.children():
            yield from child.named_lists()

    def leaning(self) -> Iterator[tuple[str, bool]]:
        """Segments that this rule reads, each with whether its members are let in (True) or kept out (False).

        Both, where an operator does not say how it leans on what it reads.
        """
        for name in self.named_segments():
            yield name, True
            yield name, False

    def named_traits(self) -> Iterator[str]:
        """Traits that this rule reads by name."""
        for child in self.children():
            yield from child.named_traits()
