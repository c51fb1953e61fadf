"""A file that is a list of those who said no, or cannot be reached: an unsubscribe, suppression or bounce list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coterie.collect.hints.words import name_fit
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.permissions import Said, is_answered, said_by
from coterie.collect.proposals.ranking import ACCEPTED, Candidate
from coterie.domain.consenting import EVERYWHERE, spelt
from coterie.domain.refusing import asks_for_refusal, lists_refusals

_SURE = 0.9
_PASSING = ("soft", "transient", "temporary", "deferred")
"""How words for a bounce begin that says nothing of the next message."""


def as_refusals(path: Path, ranked: list[Candidate], sample: Sample, readings: Readings) -> Candidate | None:
    """The file as consents of which no column is the answer; None where it says more, or nothing of the kind.

    Either a column is filled for those who said no (``unsubscribed_at``), or the file's name
    says that everybody in it has.
    """
    best, consents = ranked[0], next((each for each in ranked if each.name == "consents"), None)
    if consents is None or "granted" in consents.chosen.fields:
        return None
    chosen = consents.chosen
    is_other = best.name not in {"customers", "consents"} and best.is_whole and best.score >= ACCEPTED
    if is_other or not set(chosen.kind.identities) & set(chosen.fields):
        return None
    said = [each for column in sample.columns.values() if (each := said_by(column, sample, readings))]
    told = said if best.name == "consents" else [each for each in said if asks_for_refusal(each.about)]
    filled = next(iter(told), None)
    if filled is None and (any(map(is_answered, said)) or not lists_refusals(path.name)):
        return None
    if filled is not None and best.name == "customers" and _tells_more(best.chosen):
        return None  # consents stand beside them
    return replace(consents, chosen=_chosen(chosen, filled, sample, readings), score=_SURE, lead=1.0, understood=1.0)


def _tells_more(customers: Chosen) -> bool:
    return bool(set(customers.fields) - {*customers.kind.identities, "joined_at", "updated_at", "language", "country"})


def _chosen(chosen: Chosen, filled: Said | None, sample: Sample, readings: Readings) -> Chosen:
    fields = dict(chosen.fields)
    fields.setdefault("channel", _constant(EVERYWHERE))
    bounce = next((column for column in sample.columns.values() if _passes(column)), None)
    if filled is not None:
        fields.pop("occurred_at", None)
        fields["granted"] = _granted(filled)
    elif bounce is not None:
        fields["granted"] = _of(bounce, {each: "silent" if _is_passing(each) else "denied" for each in bounce.counts})
    else:
        fields["granted"] = _constant("denied")
        chosen.notes.append(
            ("The file is called a list of refusals, so everybody in it is read as having said no.", {})
        )
    if "occurred_at" not in fields and (when := _when(filled, sample, readings)):
        fields["occurred_at"] = Choice((when.name,), _SURE, 1.0, "values")
    return replace(chosen, fields=fields, filled=(filled.about,) if filled else ())


def _granted(said: Said) -> Choice:
    if said.column is None or not said.granted.columns:
        return _constant("denied")
    return _of(said.column, said.granted.values)


def _constant(value: str) -> Choice:
    return Choice((), _SURE, 1.0, "export", constant=value)


def _of(column: Column, values: dict[str, str]) -> Choice:
    return Choice((column.name,), _SURE, 1.0, "values", translations=values)


def _passes(column: Column) -> bool:
    return len(column.counts) <= 60 and any(map(_is_passing, column.counts))


def _is_passing(value: str) -> bool:
    return spelt(value).startswith(_PASSING)


def _when(filled: Said | None, sample: Sample, readings: Readings) -> Column | None:
    """The column that says when: that of the refusals, or one that is simply a date; in a list, the only one with dates."""
    dated = [column for column in sample.columns.values() if column.values and readings.date(column).share > _SURE]
    if filled is None:
        return dated[0] if len(dated) == 1 else None
    plain = [column for column in dated if name_fit("consents", "occurred_at", column.name) > _SURE]
    return filled.dated or next(iter(plain), None)
