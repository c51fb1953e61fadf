"""Consents that stand in columns of a file of customers, proposed beside it."""

from __future__ import annotations

from itertools import pairwise

from coterie.collect.hints.consents import PAIRS, PARTS, SPEAKING
from coterie.collect.hints.words import name_fit, words_of
from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.extras import safe_name
from coterie.collect.proposals.fit import Readings
from coterie.domain.consenting import ANSWERS, CHANNEL_WORDS, EVERYWHERE, REFUSAL_ANSWERS, asks_for_refusal, spelt
from coterie.domain.loading import MappedField, Mapping, Proposal
from coterie.words import say

_ANSWERED = 0.9


def propose_consents(customers: Proposal, sample: Sample, readings: Readings, locale: str) -> list[Proposal]:
    """A proposal for each column that says whether its customers may be written to."""
    mapping = customers.mapping
    if mapping.kind != "customers":
        return []
    columns = [sample.columns[name] for name in mapping.extras if _is_consent(sample.columns[name])]
    return [_proposed(customers, column, _dated(column, sample, readings), locale) for column in columns]


def _is_consent(column: Column) -> bool:
    words = words_of(column.name)
    answers = REFUSAL_ANSWERS if asks_for_refusal(column.name) else ANSWERS
    speaks = (
        asks_for_refusal(column.name)
        or not SPEAKING.isdisjoint(words)
        or any(pair in pairwise(words) for pair in PAIRS)
        or any(word in column.name for word in PARTS)
        or name_fit("consents", "granted", column.name) >= 0.95
    )
    return bool(column.values) and speaks and column.share(lambda value: spelt(value) in answers) >= _ANSWERED


def _dated(column: Column, sample: Sample, readings: Readings) -> Column | None:
    """The column of instants that is called after ``column``."""
    words = words_of(column.name)
    for other in sample.columns.values():
        told = words_of(other.name)
        if told != words and told[: len(words)] == words and readings.date(other).share > _ANSWERED:
            return other
    return None


def _proposed(customers: Proposal, column: Column, dated: Column | None, locale: str) -> Proposal:
    mapping = customers.mapping
    who = {name: mapping.fields[name] for name in KINDS["consents"].identities if name in mapping.fields}
    fields = who | {
        "channel": _channel(column, "email" if "email" in who else "sms" if "phone" in who else "email"),
        "granted": MappedField(columns=(column.name,)),
        "proof": MappedField(constant=column.name),
    }
    if dated is not None:
        fields["occurred_at"] = MappedField(columns=(dated.name,))
    read = {each for field in fields.values() for each in field.columns}
    reason = say("“{column}” says who may be written to.", locale, column=column.name)
    undated = say("No column says when: a no counts from now on, and a yes is older than any other answer.", locale)
    consents = Mapping(
        source=f"{mapping.source}-{safe_name(column.name)}",
        kind="consents",
        format=mapping.format,
        fields=fields,
        ignored=tuple(name for name in customers.columns if name not in read),
        filled=(column.name,),
    )
    return Proposal(
        mapping=consents,
        confidence=min(customers.confidence, 0.95),
        reasons={name: customers.reasons.get(name, reason) for name in who}
        | dict.fromkeys(fields.keys() - who, reason),
        notes=() if dated is not None else (undated,),
        sample=customers.sample,
        columns=customers.columns,
    )


def _channel(column: Column, usual: str) -> MappedField:
    """The channel that the column's name tells; where none, a yes is for the ``usual`` one and a no for all."""
    words = words_of(column.name)
    named = {CHANNEL_WORDS[word] for word in words if word in CHANNEL_WORDS and CHANNEL_WORDS[word] != EVERYWHERE}
    named |= {CHANNEL_WORDS[word] for word in ("短信", "邮件", "电话", "微信", "推送") if word in column.name}
    if len(named) == 1:
        return MappedField(constant=named.pop())
    answers = REFUSAL_ANSWERS if asks_for_refusal(column.name) else ANSWERS
    meant = {value: usual if answers.get(spelt(value)) == "granted" else EVERYWHERE for value in column.counts}
    return MappedField(columns=(column.name,), values=meant)
