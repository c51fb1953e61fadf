"""Numbers of orders that begin anew, as a till's do each morning: they name an order only together with its instant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fields import Asked, Chosen

_FEWEST, _MOST_REUSED, _MOST_MIXED = 3, 0.5, 0.05
_ANEW = "“{number}” begins anew: most of its numbers stand at several instants for several people. Together with “{at}” it names one order."


def join_numbers_that_begin_anew(chosen: Chosen, sample: Sample) -> None:
    """Give ``order_id`` the column of the instant too where a number alone is several people's; and ask.

    >>> from coterie.collect.kinds import KINDS
    >>> from coterie.collect.proposals.columns import Column
    >>> from coterie.collect.proposals.fields import Choice
    >>> cells = {"no": "123123", "who": "abcdef", "day": "111222"}
    >>> sample = Sample({name: Column(name, tuple(each)) for name, each in cells.items()}, 6, 6, True)
    >>> fields = {"order_id": "no", "customer_id": "who", "occurred_at": "day"}
    >>> chosen = Chosen(KINDS["order_lines"], {name: Choice((column,), 1.0, 1.0) for name, column in fields.items()})
    >>> join_numbers_that_begin_anew(chosen, sample)
    >>> chosen.fields["order_id"].columns
    ('no', 'day')
    """
    who = next((name for name in chosen.kind.identities if name in chosen.fields), None)
    if who is None or not {"order_id", "occurred_at"} <= set(chosen.fields):
        return
    number, at = chosen.fields["order_id"], chosen.fields["occurred_at"]
    if len(number.columns) != 1:
        return
    people: dict[str, set[str]] = defaultdict(set)
    instants: dict[str, set[str]] = defaultdict(set)
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    columns = (number.columns[0], at.columns[0], chosen.fields[who].columns[0])
    for row in zip(*(sample.columns[name].cells[: sample.head_rows] for name in columns), strict=True):
        if None in row:
            continue
        order, instant, person = (str(cell) for cell in row)
        people[order].add(person)
        instants[order].add(instant)
        together[order, instant].add(person)
    reused = sum(len(people[order]) > 1 and len(instants[order]) > 1 for order in people)
    mixed = sum(len(each) > 1 for each in together.values())
    if reused < _FEWEST or reused < _MOST_REUSED * len(people) or mixed > _MOST_MIXED * len(together):
        return
    joined = "+".join((number.columns[0], at.columns[0]))
    chosen.fields["order_id"] = replace(number, columns=(number.columns[0], at.columns[0]), combine="join")
    values: dict[str, object] = {"number": number.columns[0], "at": at.columns[0]}
    options = (f"order_id={joined}", f"order_id={number.columns[0]}")
    chosen.asked.append(Asked("order_id", number.columns[0], _ANEW, values, options))
