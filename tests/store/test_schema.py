"""What another hand does to the tables themselves is found: triggers, views, indexes, columns."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from coterie.errors import Damaged
from coterie.store import Ledger, open_ledger
from coterie.store.ledger import connect
from coterie.store.opening import _url_of
from coterie.store.schema import schema_of
from tests.store.test_sealing import KEY, fill

BOTH = {
    "a unique index put in": (
        "CREATE UNIQUE INDEX ix_new ON consents (consent_id, identity)",
        "index ix_new: put in by another hand",
    ),
    "an index made unique": (
        "DROP INDEX ix_consents_statement; CREATE UNIQUE INDEX ix_consents_statement ON consents (statement, consent_id)",
        "index ix_consents_statement: put in by another hand",
    ),
    "an index of some rows only": (
        "CREATE INDEX ix_some ON consents (statement) WHERE state = 'granted'",
        "index ix_some: put in by another hand",
    ),
    "an index that computes": (
        "CREATE INDEX ix_new ON consents (lower(identity))",
        "index ix_new: put in by another hand",
    ),
    "a column put in": ("ALTER TABLE consents ADD COLUMN more VARCHAR", "table consents: changed by another hand"),
}
SQLITE = {
    "a trigger": (
        "CREATE TRIGGER quiet AFTER INSERT ON consents BEGIN DELETE FROM consents WHERE consent_id = new.consent_id; END",
        "trigger quiet: put in by another hand",
    ),
    "a trigger on a table of another name": (
        "CREATE TABLE other (n); CREATE TRIGGER quiet AFTER INSERT ON other BEGIN DELETE FROM consents; END",
        "trigger quiet: put in by another hand",
    ),
    "a view": ("CREATE VIEW calm AS SELECT * FROM consents", "view calm: put in by another hand"),
    "a table made a view": (
        "ALTER TABLE unread_consents RENAME TO gone; CREATE VIEW unread_consents AS SELECT * FROM gone WHERE 0",
        "view unread_consents: put in by another hand",
    ),
    "the text of a table": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'consents'",
        "table consents: changed by another hand",
    ),
}
POSTGRESQL = {
    "an index that calls a function": (
        """CREATE FUNCTION before(text, text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 0; END';
        CREATE OPERATOR CLASS odd FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
        OPERATOR 5 >, FUNCTION 1 before(text, text); CREATE INDEX ix_odd ON unread_consents (identity odd)""",
        "index ix_odd: put in by another hand",
    ),
    "a trigger": (
        """CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER quiet BEFORE INSERT ON consents FOR EACH ROW EXECUTE FUNCTION nothing()""",
        "trigger quiet: put in by another hand",
    ),
    "a rule": ("CREATE RULE quiet AS ON INSERT TO consents DO INSTEAD NOTHING", "rule quiet: put in by another hand"),
    "a policy": ("CREATE POLICY quiet ON consents USING (state = 'granted')", "policy quiet: put in by another hand"),
    "policies switched on": (
        "ALTER TABLE consents ENABLE ROW LEVEL SECURITY",
        "table consents: changed by another hand",
    ),
    "a column that may be absent": ("ALTER TABLE consents ALTER state DROP NOT NULL", "table consents: changed"),
    "a default": ("ALTER TABLE consents ALTER state SET DEFAULT 'granted'", "table consents: changed by another hand"),
    "a constraint removed": (
        "ALTER TABLE outbox DROP CONSTRAINT uq_outbox_one_per_address",
        "constraint uq_outbox_one_per_address: removed",
    ),
}
CASES = [
    pytest.param(place, statements, found, id=f"{how}-{place}")
    for place, own in (("sqlite", SQLITE), ("postgresql", POSTGRESQL))
    for how, (statements, found) in (BOTH | own).items()
]


def intrude(place: str, statements: str) -> None:
    """What somebody does to the ledger with the database's own shell."""
    if "://" not in place:
        with closing(sqlite3.connect(place)) as intruder:
            intruder.executescript(statements)
        return
    engine = connect(_url_of(place))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statements)
    finally:
        engine.dispose()


@pytest.mark.parametrize(("place", "statements", "found"), CASES, indirect=["place"])
def test_whatever_is_done_to_the_schema_is_told_by_the_check_and_stops_a_send(place, statements, found):
    ledger = open_ledger(place, KEY)
    try:
        fill(ledger)
        assert ledger.breaches() == []
        with ledger.reading() as t:
            t.prove()
        intrude(place, statements)
        assert f"schema {found}" in " | ".join(map(str, ledger.breaches()))
        with pytest.raises(Damaged, match="another hand"), ledger.reading() as t:
            t.prove()
    finally:
        ledger.close()
    again = open_ledger(place, KEY)
    assert f"schema {found}" in " | ".join(map(str, again.breaches()))
    again.close()


def test_what_was_put_in_and_taken_out_again_leaves_the_ledger_whole(place):
    ledger = open_ledger(place, KEY)
    fill(ledger)
    intrude(place, "CREATE UNIQUE INDEX ix_new ON consents (consent_id, source)")
    assert [str(found) for found in ledger.breaches()] == [
        "schema index ix_new: put in by another hand, so take it out"
    ]
    intrude(place, "DROP INDEX ix_new")
    assert ledger.breaches() == []
    ledger.close()


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("CREATE INDEX ix_new ON consents (source, identity DESC)", id="put-in"),
        pytest.param("DROP INDEX ix_consents_identity", id="removed"),
        pytest.param(
            "DROP INDEX ix_consents_statement; CREATE INDEX ix_consents_statement ON consents (source)", id="changed"
        ),
    ],
)
@pytest.mark.parametrize("is_older", [False, True], ids=["noted-now", "noted-before"])
def test_plain_indexes_are_the_administrators(place, statements, is_older, monkeypatch):
    with monkeypatch.context() as before:
        if is_older:  # versions that noted every index
            noted = {f"index ix_consents_{name}": "0" * 16 for name in ("identity", "statement")}
            before.setattr("coterie.store.schema.schema_of", lambda connection: schema_of(connection) | noted)
        ledger = open_ledger(place, KEY)
    fill(ledger)
    intrude(place, statements)
    assert ledger.breaches() == []
    with ledger.reading() as t:
        t.prove()
    ledger.close()
    again = open_ledger(place, KEY)
    assert again.breaches() == []
    again.close()


def schemas(ledger: Ledger) -> list[str]:
    return [str(found) for found in ledger.breaches() if found.table == "schema"]


def test_the_note_of_the_schema_cannot_be_written_by_another_hand(tmp_path):
    file = tmp_path / "ledger.sqlite"
    open_ledger(file, KEY).close()
    intrude(
        str(file),
        "UPDATE ledger_facts SET value = '{}' WHERE name = 'schema:sqlite'",
    )
    ledger = open_ledger(file, KEY)  # it would be noted anew, and is not
    assert [(found.table, found.row) for found in ledger.breaches()][:1] == [("ledger_facts", "schema:sqlite")]
    with pytest.raises(Damaged, match="another hand"), ledger.reading() as t:
        t.prove()
    ledger.close()


def test_a_note_taken_away_is_missed(tmp_path):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file, KEY)
    intrude(str(file), "DELETE FROM ledger_facts WHERE name = 'schema:sqlite'")
    assert {found.table for found in ledger.breaches()} == {"ledger_facts"}
    ledger.close()
    again = open_ledger(file, KEY)  # noted anew, but the sum of the facts tells that one was taken away
    assert "ledger_facts" in {found.table for found in again.breaches()}
    again.close()


def test_a_ledger_whose_schema_was_never_noted_is_noted_when_it_is_opened_and_takes_no_trigger(tmp_path, monkeypatch):
    file = tmp_path / "ledger.sqlite"
    monkeypatch.setattr("coterie.store.opening.is_noted", lambda *_: True)
    open_ledger(file, KEY).close()
    monkeypatch.undo()
    intrude(str(file), SQLITE["a trigger"][0])
    ledger = open_ledger(file, KEY)
    assert schemas(ledger) == ["schema trigger quiet: put in by another hand, so take it out"]
    intrude(str(file), "DROP TRIGGER quiet; ALTER TABLE consents ADD COLUMN more VARCHAR")
    assert schemas(ledger) == ["schema table consents: changed by another hand"]
    ledger.close()


def test_statistics_of_the_database_are_no_change(place):
    ledger = open_ledger(place, KEY)
    fill(ledger)
    intrude(place, "ANALYZE")
    assert ledger.breaches() == []
    ledger.close()
