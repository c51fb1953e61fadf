"""Consents that stand in columns of a file of customers or orders or in its name, and files that list those who said no."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Answers
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from coterie.collect.hints.permission_names import ABOUT_A_LETTER, speaks_of_consent
from coterie.collect.hints.words import name_fit, words_of
from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen, safe_name
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.ranking import ACCEPTED, Candidate
from coterie.collect.proposals.sentences import date_reason
from coterie.domain.consenting import (
    ANSWERS,
    CHANNEL_WORDS,
    EVERYWHERE,
    REFUSAL_ANSWERS,
    asks_for_refusal,
    lists_refusals,
    said_in_a_status,
    spelt,
    tells_of_a_subscription,
)
from coterie.domain.loading import MappedField, Mapping, Proposal, Question
from coterie.words import sentence

_ANSWERED, _HALF = 0.9, 0.5
_FEW = 4
_MOST_WORDS = 60
"""A column of more words than these is no status."""
_COUNTED = re.compile(r"unsub|opt.?out|退订|退訂", re.IGNORECASE)
_HOLDERS: dict[str, tuple[str, ...]] = {
    "customers": ("region",),  # a column called "state" may be either
    "orders": (),
    "order_lines": (),
    "events": ("name",),
    "contacts": ("campaign_type",),
    "responses": ("name",),
    "tickets": ("category", "status"),
    "surveys": ("answer",),
}
"""Kinds whose files are looked through for consents, with those of their fields in which a refusal may stand."""


@dataclass(frozen=True)
class Said:
    """One statement found: ``about`` is the column or file that says it, ``column`` what a row fills to say it."""

    about: str
    granted: MappedField
    column: Column | None = None
    dated: Column | None = None
    date_format: str | None = None


def with_consents(
    found: Proposal, file: Path, sample: Sample, readings: Readings, known: Iterable[str] = ()
) -> Proposal:
    """``found`` and a proposal for each column that says whether its people may be written to.

    So does the file where its name says it of all. Columns already ``known`` are not asked.
    """
    if found.mapping.kind not in _HOLDERS or not _who(found.mapping):
        return found
    consents = [each.mapping for each in found.further if each.mapping.kind == "consents"]
    if any(each.fields["granted"].constant and not each.filled for each in consents):
        return found  # an export of one status: everybody in it has it
    told = {name for each in consents for field in each.fields.values() for name in field.columns}
    told |= {name for each in consents for name in each.filled}
    read = [found.mapping.fields.get(name, MappedField()).columns for name in _HOLDERS[found.mapping.kind]]
    names = [name for name in (*found.mapping.extras, *chain(*read)) if name not in {*told, *known}]
    said = [each for name in names if (each := said_by(sample.columns[name], sample, readings))]
    # A date beside an answer in its own column tells no second time.
    dates = {
        each.dated.name
        for each in said
        if each.dated and asks_for_refusal(each.about) and each.dated is not each.column
    }
    said = [each for each in said if each.about not in dates]
    title = file.name.partition(".")[0]
    if (
        not any(map(is_answered, said))
        and not told
        and not found.mapping.also
        and found.mapping.kind == "customers"
        and lists_refusals(title)
    ):
        said = [Said(title, MappedField(constant="no"))]
    further = tuple(_proposed(found, each, readings) for each in said)
    return found.model_copy(update={"further": (*found.further, *further)})


def is_answered(said: Said) -> bool:
    """Whether each row of the column answers for itself; of a reason or status only some words are understood."""
    return not said.granted.values or asks_for_refusal(said.about)


def said_by(column: Column, sample: Sample, readings: Readings) -> Said | None:
    """What a column says, if it is about consents: an answer, the day of a refusal, or a status that tells who left."""
    if not column.values:
        return None
    if _is_answer(column):
        dated = _dated(column, sample, readings)
        form = readings.date(dated).format if dated else None
        return Said(column.name, MappedField(columns=(column.name,)), column, dated, form)
    if asks_for_refusal(column.name):
        return _filled_by_refusals(column, readings)
    if len(column.counts) <= _MOST_WORDS and any(map(tells_of_a_subscription, column.counts)):
        meant = {value: said_in_a_status(value) for value in column.counts}
        if all(spelt(value) in ANSWERS for value in column.counts):  # what is pending in it is the subscription
            meant |= {value: "unconfirmed" for value in column.counts if ANSWERS[spelt(value)] == "unconfirmed"}
        return Said(column.name, MappedField(columns=(column.name,), values=meant), column)
    return None


def _filled_by_refusals(column: Column, readings: Readings) -> Said | None:
    """A column that holds when, why or how often somebody said no: whoever has something there has."""
    reading = readings.date(column)
    if reading.share > _ANSWERED:
        return Said(column.name, MappedField(constant="no"), column, column, reading.format)
    if column.numeric <= _ANSWERED:
        return Said(column.name, MappedField(constant="no"), column)
    if not _COUNTED.search(column.name):
        return None
    counted = {value: "denied" for value in column.counts if spelt(value) not in REFUSAL_ANSWERS}
    return Said(column.name, MappedField(columns=(column.name,), values=counted), column)


def _is_answer(column: Column) -> bool:
    speaks = speaks_of_consent(column.name)
    answers = answers_of(column.name)
    answered = column.share(lambda value: spelt(value) in answers)
    # Words of a column that speaks of consent and are not understood hold back; elsewhere they tell of something else.
    if speaks:
        return answered >= _HALF or _is_a_choice(column)
    return answered >= _ANSWERED and name_fit("consents", "granted", column.name) >= 0.95


def _is_a_choice(column: Column) -> bool:
    """Whether few words stand in it, which may be a yes and a no in any language, and its name asks for nothing else."""
    few = len(column.counts) <= _FEW and len(column.values) > len(column.counts)
    is_a_figure = column.numeric >= _HALF and any(len(spelt(value)) > 1 for value in column.counts)
    return few and not is_a_figure and ABOUT_A_LETTER.isdisjoint(words_of(column.name))


def answers_of(name: str) -> Answers[str, str]:
    """Word, as ``spelt`` gives it, → what it says under a column of this name."""
    return REFUSAL_ANSWERS if asks_for_refusal(name) else ANSWERS


def _dated(column: Column, sample: Sample, readings: Readings) -> Column | None:
    """The column of instants that is called after ``column``."""
    words = words_of(column.name)
    for other in sample.columns.values():
        told = words_of(other.name)
        if told != words and told[: len(words)] == words and readings.date(other).share > _ANSWERED:
            return other
    return None


def _who(mapping: Mapping) -> dict[str, MappedField]:
    return {name: mapping.fields[name] for name in KINDS["consents"].identities if name in mapping.fields}


def _proposed(found: Proposal, said: Said, readings: Readings) -> Proposal:
    mapping, who = found.mapping, _who(found.mapping)
    fields = who | {
        "channel": _channel(said, "email" if "email" in who else "sms" if "phone" in who else "email"),
        "granted": said.granted,
        "proof": MappedField(constant=said.about),
    }
    if said.dated is not None:
        fields["occurred_at"] = MappedField(columns=(said.dated.name,), date_format=said.date_format)
    elif mapping.kind != "customers":
        fields["occurred_at"] = mapping.fields["occurred_at"]
    is_undated = "occurred_at" not in fields
    read = {each for field in fields.values() for each in field.columns}
    reason = sentence("“{column}” says who may be written to.", column=said.about)
    undated = sentence("No column says when: a no counts from now on, and a yes is older than any other answer.")
    consents = Mapping(
        source=f"{mapping.source}-{safe_name(said.about)}",
        kind="consents",
        format=mapping.format,
        fields=fields,
        ignored=tuple(name for name in found.columns if name not in read),
        filled=(said.column.name,) if said.column else (),
        totals=mapping.totals,
    )
    return Proposal(
        mapping=consents,
        confidence=min(found.confidence, 0.95),
        reasons={name: found.reasons.get(name, reason) for name in who} | dict.fromkeys(fields.keys() - who, reason),
        notes=(undated,) if is_undated else (),
        sample=found.sample,
        columns=found.columns,
        questions=_questions(said, readings),
    )


def _questions(said: Said, readings: Readings) -> tuple[Question, ...]:
    if said.dated is None or not (reading := readings.date(said.dated)).is_open:
        return ()
    text = date_reason(reading, said.dated, readings.dated_in)
    return (Question(field="occurred_at", column=said.dated.name, text=text, options=reading.options),)


def channel_named(name: str) -> str | None:
    """The one channel that a name tells, or None.

    >>> channel_named("sms_opt_in"), channel_named("newsletter consent"), channel_named("web_push_consent"), channel_named("opt_in")
    ('sms', 'email', 'web_push', None)
    """
    words = words_of(name)
    if "web push" in " ".join(words):  # which is not the push of an app
        return CHANNEL_WORDS["web push"]
    named = {CHANNEL_WORDS[word] for word in words if word in CHANNEL_WORDS and CHANNEL_WORDS[word] != EVERYWHERE}
    named |= {CHANNEL_WORDS[word] for word in ("短信", "邮件", "电话", "微信", "推送") if word in name}
    return named.pop() if len(named) == 1 else None


def _channel(said: Said, usual: str) -> MappedField:
    """The channel that the name tells; where none, a yes is for the ``usual`` one and a no for all."""
    if named := channel_named(said.about):
        return MappedField(constant=named)
    if said.column is None or not said.granted.columns:
        return MappedField(constant=EVERYWHERE)
    answers, words_for = answers_of(said.column.name), said.granted.values
    means = {value: answers.get(spelt(words_for.get(value, value))) for value in said.column.counts}
    meant = {value: usual if each == "granted" else EVERYWHERE for value, each in means.items()}
    return MappedField(columns=(said.column.name,), values=meant)


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
