"""Whom refused rows about consent name, whatever their shape."""

from __future__ import annotations

import json

import pytest

from coterie.collect import waiting_identities
from coterie.domain import FileFormat, MappedField
from coterie.settings import WorkspaceSettings
from coterie.store import open_ledger
from tests.collect.conftest import mapping_of

SETTINGS = WorkspaceSettings(country="DE")
FIELDS = {
    "email": "E-Mail",
    "phone": MappedField(columns=("person.tel/1", "mobile")),
    "customer_id": "id",
    "granted": "ok",
    "channel": "by",
}


@pytest.fixture
def waiting(engine, load_text, tmp_path):
    """Load rows (one JSON object a line) and tell whom those that wait name."""
    ledger = open_ledger(tmp_path / "ledger.sqlite", bytes(32))

    def run(*lines: dict | str) -> set[tuple[str, str]]:
        text = "".join(
            (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in (READ, *lines)
        )
        mapping = mapping_of("consents", FIELDS).model_copy(update={"format": FileFormat(container="jsonl")})
        load_text(text, mapping, name="told.jsonl", ledger=ledger, settings=SETTINGS)
        named = waiting_identities(engine, SETTINGS)
        return set(zip(named["namespace"].to_pylist(), named["value"].to_pylist(), strict=True))

    yield run
    ledger.close()


READ = {
    "E-Mail": "zoe@w-post.de",
    "person": {"tel/1": "0160 1"},
    "mobile": "0160 2",
    "id": "Z1",
    "ok": "yes",
    "by": "email",
    "note": "",
}
UNREAD = {"ok": "perhaps", "by": "email"}


@pytest.mark.parametrize(
    ("row", "named"),
    [
        pytest.param({"E-Mail": " ann@x-post.de "}, {("email", "ann@x-post.de")}, id="blanks"),
        pytest.param(
            {"E-Mail": "Bo <bo@x-post.de>; cy (at) y-post.fr"},
            {("email", "Bo <bo@x-post.de>; cy (at) y-post.fr"), ("email", "bo@x-post.de"), ("email", "cy@y-post.fr")},
            id="several-addresses",
        ),
        pytest.param(
            {"mobile": "0170 1234567 oder 0171 222 / 0172 333", "id": 6001},
            {("phone", "0170 1234567 oder 0171 222 / 0172 333"), ("phone", "0172 333"), ("customer_id", "6001"),
             ("phone", "0170 1234567 oder 0171 222")},
            id="several-numbers-and-one-that-is-no-text",
        ),
        pytest.param({"person": {"tel/1": "0160 99"}}, {("phone", "0160 99")}, id="inside"),
        pytest.param({"person": '{"tel/1": "0160 98"}'}, {("phone", "0160 98")}, id="inside-text"),
        pytest.param({"person.tel/1": "0160 97"}, {("phone", "0160 97")}, id="a-name-with-a-dot"),
        pytest.param({"E-Mail": None, "mobile": "", "id": "guest"}, set(), id="nobody"),
    ],
)  # fmt: skip
def test_whoever_stands_in_a_row_that_waits_is_named(waiting, row, named):
    assert waiting(row | UNREAD) == named


def test_a_row_that_could_not_be_read_names_every_piece_of_it(waiting):
    found = waiting(
        '{"E-Mail": "dora@z-post.de", "mobile": "0171 555", ', {"E-Mail": "ann@x-post.de", "ok": "no", "by": "email"}
    )
    assert {("email", "dora@z-post.de"), ("phone", "0171 555")} <= found
    assert ("email", "ann@x-post.de") not in found


def test_who_stands_in_any_column_of_a_row_that_names_nobody_is_named(waiting):
    found = waiting({"E-Mail": "", "note": "said eve%40f-post.de, call 0170 88", "ok": "no", "by": "email"})
    assert {("email", "eve@f-post.de")} <= found


def test_nobody_waits_where_nothing_does(waiting):
    assert waiting({"E-Mail": "ann@x-post.de", "ok": "no", "by": "email"}) == set()
