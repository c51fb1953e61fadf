"""How sure a proposal is, in one number: measured, so that 100 % means that nothing is left open."""

from __future__ import annotations

import math
from collections.abc import Collection

from coterie.collect.hints.kinds import PERSONAL
from coterie.collect.proposals.ranking import Candidate

_CLEAR_LEAD, _MOST_UNDERSTOOD = 0.2, 0.6


def confidence_of(best: Candidate, fields: dict[str, float], asked: Collection[str] = ()) -> float:
    """How sure it is that the kind and its needed fields are right, 0 to 1.

    ``fields`` are those mapped with how sure each is; ``asked`` is what a
    person is asked about. It falls where the names and values of needed fields say less, where
    the next kind fits nearly as well, where most columns are not understood, and where
    customers are known by a number alone.
    """
    kind = best.chosen.kind
    if best.chosen.missing:
        return 0.0
    needed = [*kind.required, *(name for group in kind.one_of for name in group), *kind.identities]
    sure = [fields[name] for name in needed if name in fields]
    found = (sum(sure) / max(len(sure), 1) + min(sure, default=1.0)) / 2
    found *= min(1.0, 0.5 + best.score)
    found *= 0.85 + 0.15 * min(1.0, max(best.lead, 0.0) / _CLEAR_LEAD)
    found *= 0.6 + 0.4 * min(1.0, best.understood / _MOST_UNDERSTOOD)
    if kind.name == "customers" and not any(name in fields for name in PERSONAL):
        found *= 0.85
    if asked:
        found *= 0.8
    return math.floor(min(1.0, found) * 100 + 1e-6) / 100
