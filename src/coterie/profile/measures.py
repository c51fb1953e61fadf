"""What a trait may be made of. A measure is one file in ``profile/traits`` and one line here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from coterie.profile.filters import Filters
from coterie.profile.naming import EventName
from coterie.profile.parts import Node
from coterie.profile.values import Scalar, Value
from coterie.profile.windows import Windowed, events_words
from coterie.registry import Registry
from coterie.words import Sentence, sentence

if TYPE_CHECKING:
    from coterie.profile.plan import Plan

_PLACE = "coterie.profile.traits"

MEASURES: Registry[type[Node]] = Registry(
    "measure",
    {
        "count": f"{_PLACE}.count:Count",
        **dict.fromkeys(
            ("sum", "mean", "min", "max", "median", "stddev", "distinct", "list"), f"{_PLACE}.aggregate:Aggregated"
        ),
        "first": f"{_PLACE}.ends:Ends",
        "last": f"{_PLACE}.ends:Ends",
        "favorite": f"{_PLACE}.favorite:Favorite",
        "favorite_share": f"{_PLACE}.favorite:Favorite",
        "since_last": f"{_PLACE}.since:Since",
        "since_first": f"{_PLACE}.since:Since",
        "interval": f"{_PLACE}.interval:Interval",
        "sessions": f"{_PLACE}.sessions:Sessions",
        "decayed": f"{_PLACE}.decayed:Decayed",
        "trend": f"{_PLACE}.trend:Trend",
        "ratio": f"{_PLACE}.ratio:Ratio",
        "formula": f"{_PLACE}.formula:Formula",
        "case": f"{_PLACE}.case:Case",
        "lookup": f"{_PLACE}.lookup:Lookup",
        "percentile": f"{_PLACE}.ranked:Ranked",
        "tile": f"{_PLACE}.ranked:Ranked",
        "rank": f"{_PLACE}.ranked:Ranked",
        **dict.fromkeys(
            ("group_count", "group_sum", "group_mean", "group_max", "group_min"), f"{_PLACE}.grouped:Grouped"
        ),
        "age": f"{_PLACE}.age:Age",
        "trait": f"{_PLACE}.attribute:Attribute",
    },
)


class Measure(Node):
    """Something that has a value for every profile, NULL where it cannot be known.

    >>> Measure.model_validate({"sum": "revenue", "event": "Order Completed", "within": "90d"}).words()
    'sum of revenue of orders in the last 90 days'
    """

    registry: ClassVar[Registry[type[Node]]] = MEASURES

    op: str

    @abstractmethod
    def compiled(self, plan: Plan) -> Value:
        """The SQL of the value and its type, having asked ``plan`` for what it needs."""

    @abstractmethod
    def words(self) -> Sentence:
        """What is measured, as people say it."""

    def limit(self, value: Scalar) -> Sentence:
        """A value that it is compared with, as people write it."""
        return Sentence(f"{value:.15g}" if isinstance(value, float) else str(value))

    def children(self) -> Iterator[Measure]:
        """Measures inside this one."""
        yield from ()

    def named_traits(self) -> Iterator[str]:
        """Traits that this measure reads by name."""
        for child in self.children():
            yield from child.named_traits()

    def named_events(self) -> Iterator[str]:
        """Events that this measure scans itself, not through named traits."""
        for child in self.children():
            yield from child.named_events()


class EventMeasure(Measure, Windowed):
    """A measure of the events of one name inside a window that meet its filters."""

    event: EventName = Field(
        description="Name of the events that are looked at, as [events](events.md) lists them, capital letters included."
    )
    where: Filters = Field(
        (),
        description='Conditions on the properties of one event, all of which hold: {category: [Books, Music], revenue: {">=": 10}}.',
    )

    def named_events(self) -> Iterator[str]:
        """The one event."""
        yield self.event

    def scope_words(self, *, one: bool = False) -> Sentence:
        """The events and window, as people say them."""
        filters = (each.words() for each in self.where)
        return events_words(self.event, filters, self.window_words(), one=one)

    def summed_words(self, property: str | None) -> Sentence:  # noqa: A002 - as fields of measures have it
        """The sum of ``property`` over these events, or their number where there is none, as people say it."""
        if property is None:
            return sentence("number of {events}", events=self.scope_words())
        return sentence("sum of {property} of {events}", property=sentence(property), events=self.scope_words())
