"""Logs in which every row is one and the same deed of somebody, such as a visit, which no column names."""

from __future__ import annotations

from dataclasses import replace

from coterie.collect.hints.kinds import DEEDS
from coterie.collect.hints.words import words_of
from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fields import Choice
from coterie.collect.proposals.ranking import ACCEPTED, Candidate, rows_per_value

_AGAIN = 1.5
"""From so many rows a person they tell of what people do, not of who they are."""
_SURE = 0.75


def as_deeds(title: str, ranked: list[Candidate], sample: Sample) -> Candidate | None:
    """The file as events that its column of instants, or its own ``title``, names; None where it is of another kind.

    Only where each person has several rows and events miss nothing but their name.
    """
    best, events = ranked[0], next((each for each in ranked if each.name == "events"), None)
    if events is None or (best.is_whole and best.score >= ACCEPTED) or events.chosen.missing != ("name",):
        return None
    fields = events.chosen.fields
    who = next((name for name in events.chosen.kind.identities if name in fields), None)
    if who is None or rows_per_value(sample.columns[fields[who].columns[0]], sample.head_rows) < _AGAIN:
        return None
    name = _named(fields["occurred_at"].columns[0]) or _named(title)
    if name is None:
        return None
    chosen = replace(events.chosen, fields=fields | {"name": Choice((), _SURE, 1.0, "place", constant=name)})
    chosen.notes.append(("Every row is taken for one thing that somebody did: {name}.", {"name": name}))
    return replace(events, chosen=chosen, score=_SURE, lead=1.0, understood=1.0)


def _named(text: str) -> str | None:
    """The deed that the words of a name tell, two words before one."""
    words = words_of(text)
    pairs = [" ".join(words[place : place + 2]) for place in range(len(words))]
    spoken = [*pairs, *words, *(part for part in DEEDS if not part.isascii() and part in text)]
    return next((DEEDS[each] for each in spoken if each in DEEDS), None)
