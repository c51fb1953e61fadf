"""The messages of a step, ready for the outbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.audience import with_addresses
from coterie.decide.journeys.moving import AtStep
from coterie.decide.journeys.standing import Texts
from coterie.protect import WorkspaceKey, namespace_of

QUEUED, ARM = "queued", "journey"


@dataclass
class Letters:
    """Gathers what the steps of a journey want said; ``tables`` are rows of the outbox.

    The occurrence of a message is the enrolment and the visit, so that a step says something once each time that somebody comes to it.
    """

    key: WorkspaceKey
    country: str
    purpose: str
    tables: list[pa.Table] = field(default_factory=list)

    def write(self, group: AtStep, step: str, template: str, channel: str) -> Texts:
        """A message for each of ``group`` who has an address; what became of each."""
        who, rows, asking = group.way.enrolled, group.rows, group.way.asking
        profiles = who.profile_id[rows]
        people = pa.table({"profile_id": pa.array(np.unique(profiles))})
        meant = f"SELECT profile_id FROM {asking.engine.aside('meant', people)}"
        found = with_addresses(asking.engine, meant, people, namespace_of(channel), self.key, self.country)
        place = pa.array(np.searchsorted(people["profile_id"].to_numpy(), profiles))
        found = found.take(place)
        told = np.array(pc.fill_null(found["reason"], QUEUED).to_pylist(), dtype=object)
        chosen = np.flatnonzero(told == QUEUED)
        if not len(chosen):
            return told
        found, mine = found.take(pa.array(chosen)), rows[chosen]
        origin = group.way.journey.origin(step)
        occurrences = [f"{who.enrolment_id[row]}.{who.visits[row] + 1}" for row in mine]
        named = [
            f"{occurrence} {key}" for occurrence, key in zip(occurrences, found["address_key"].to_pylist(), strict=True)
        ]
        count, now = len(mine), asking.now

        def every(value: str) -> pa.Array:
            return pa.array([value] * count, pa.string())

        self.tables.append(
            pa.table(
                {
                    "message_id": pa.array(self.key.hashes_of("message", named, origin, channel), pa.string()),
                    "origin_kind": every("journey"),
                    "origin": every(origin),
                    "occurrence": pa.array(occurrences, pa.string()),
                    "profile_id": found["profile_id"],
                    "channel": every(channel),
                    "purpose": every(self.purpose),
                    "address": found["address"],
                    "address_key": found["address_key"],
                    "identities": pa.array(
                        [json.dumps(sorted(set(held)), ensure_ascii=False) for held in found["identities"].to_pylist()],
                        pa.string(),
                    ),
                    "arm": every(ARM),
                    "variant": every(template),
                    "queued_at": pa.array([now] * count, pa.timestamp("us")),
                    "not_before": pa.array([now] * count, pa.timestamp("us")),
                }
            )
        )
        return told


def enrolment_of(occurrence: str) -> int:
    """The enrolment that a message of a journey belongs to.

    >>> enrolment_of("12.3")
    12
    """
    return int(occurrence.partition(".")[0])
