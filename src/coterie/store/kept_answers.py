"""Answers that are given again where a request comes again under the same idempotency key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.stored import stored_object

KEPT_ANSWERS = sa.Table(
    "kept_answers",
    METADATA,
    sa.Column("asker", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("request", sa.String, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("asked_at", INSTANT, nullable=False),
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was asked under a key (``request``, a hash) and answered; ``status`` is None while it is being done."""

    asker: str
    key: str
    request: str
    status: int | None
    headers: Mapping[str, object]
    body: str
    asked_at: datetime


class KeptAnswers:
    """The answers of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, asker: str, key: str, request: str, *, at: datetime) -> KeptAnswer | None:
        """None where ``key`` is new and now stands for this request; else what was asked under it before."""
        found = self._connection.execute(sa.select(KEPT_ANSWERS).where(_is(asker, key))).first()
        if found is not None:
            headers = stored_object(found.headers, f"answer {found.key}")
            return KeptAnswer(found.asker, found.key, found.request, found.status, headers, found.body, found.asked_at)
        row = {"asker": asker, "key": key, "request": request, "headers": "{}", "body": "", "asked_at": at}
        self._connection.execute(sa.insert(KEPT_ANSWERS).values(row))
        return None

    def finish(self, asker: str, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
        """Keep what was answered."""
        text = json.dumps(dict(headers), sort_keys=True)
        changed = sa.update(KEPT_ANSWERS).where(_is(asker, key))
        self._connection.execute(changed.values(status=status, headers=text, body=body))

    def give_up(self, asker: str, key: str) -> None:
        """Nothing was done, so that the key may be used again."""
        self._connection.execute(sa.delete(KEPT_ANSWERS).where(_is(asker, key)))

    def forget(self, *, before: datetime) -> int:
        """Remove the answers to what was asked before that instant; how many."""
        return self._connection.execute(sa.delete(KEPT_ANSWERS).where(KEPT_ANSWERS.c.asked_at < before)).rowcount


def _is(asker: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(KEPT_ANSWERS.c.asker == asker, KEPT_ANSWERS.c.key == key)
