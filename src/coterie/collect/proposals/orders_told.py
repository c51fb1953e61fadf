"""Orders and refunds that a file of events tells as events of shops' usual names; over HTTP they are such rows too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from coterie.collect.hints.shop_events import ORDERED, TAKEN_BACK, plain_name
from coterie.collect.hints.words import words_of
from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.ranking import Candidate, rank_kinds
from coterie.domain.loading import Mapping, Proposal
from coterie.words import sentence

_TOLD = (("orders", ORDERED), ("returns", TAKEN_BACK))
_WORTH = ("revenue", "total", "value")
"""How the amount of an order is called, the surest first: without shipping and taxes where that is told."""

_MOSTLY = 0.5


def with_orders_told(
    found: Proposal,
    sample: Sample,
    readings: Readings,
    write: Callable[[Candidate, Sample], Proposal],
) -> Proposal:
    """``found`` and a proposal for the orders, and one for the refunds, that its events tell with number and amount.

    Their lines are events no more. ``write`` makes a proposal.
    """
    told = found.mapping.fields.get("name")
    if found.mapping.kind != "events" or told is None or len(told.columns) != 1:
        return found
    column = told.columns[0]
    further = list(_further(found, sample, readings, column, write))
    if not further or further[0].mapping.kind != "orders":
        return found
    elsewhere = tuple(word for each in further for word in each.mapping.only[column])
    mapping = found.mapping.model_copy(update={"leaves": {column: elsewhere}})
    names = ", ".join(each for each in sample.columns[column].counts if plain_name(each) in ORDERED | TAKEN_BACK)
    note = sentence("Its rows {names} are no events but orders and refunds.", names=names)
    return found.model_copy(
        update={"mapping": mapping, "further": (*found.further, *further), "notes": (*found.notes, note)}
    )


def _further(
    found: Proposal,
    sample: Sample,
    readings: Readings,
    column: str,
    write: Callable[[Candidate, Sample], Proposal],
) -> Iterator[Proposal]:
    for kind, meant in _TOLD:
        rows = sample.where(column, lambda cell, meant=meant: plain_name(cell) in meant)  # type: ignore[misc]
        if not rows.rows:
            continue
        best = rank_kinds(rows, readings, only=kind)[0]
        _choose_worth(best, rows)
        if best.is_whole and "order_id" in best.chosen.fields:
            yield _beside(found, write(best, rows), column, tuple(sorted(map(str.title, meant))))


def _choose_worth(best: Candidate, rows: Sample) -> None:
    """Take the amount that the usual name tells, where another was taken."""
    chosen = best.chosen
    if "revenue" not in chosen.fields:
        return
    for name in _WORTH:
        for column in rows.columns.values():
            if words_of(column.name)[-1:] == (name,) and column.numeric > _MOSTLY:
                chosen.fields["revenue"] = replace(chosen.fields["revenue"], columns=(column.name,))
                return


def _beside(found: Proposal, proposal: Proposal, column: str, words: tuple[str, ...]) -> Proposal:
    """The proposal of the rows ``words``, which name who and when as the events do."""
    kind = KINDS[proposal.mapping.kind]
    alike = {
        name: field for name, field in found.mapping.fields.items() if name in kind.identities or name == "occurred_at"
    }
    kept = {name: field for name, field in proposal.mapping.fields.items() if name not in kind.identities}
    fields = {**kept, **alike}
    read = {each for field in fields.values() for each in field.columns}
    mapping: Mapping = proposal.mapping.model_copy(
        update={
            "source": f"{found.mapping.source}-{kind.name}",
            "fields": {field.name: fields[field.name] for field in kind.fields if field.name in fields},
            "extras": {},
            "ignored": tuple(each for each in found.columns if each not in read),
            "only": {column: words},
        }
    )
    reasons = {name: found.reasons.get(name) or proposal.reasons[name] for name in mapping.fields}
    questions = tuple(each for each in proposal.questions if each.field not in alike)
    return proposal.model_copy(update={"mapping": mapping, "reasons": reasons, "questions": questions, "notes": ()})
