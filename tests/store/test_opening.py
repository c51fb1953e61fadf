from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import coterie
from coterie.errors import BadSetting, CoterieError, Damaged, Refused, WorkspaceLocked
from coterie.store import HELD, open_ledger, opening
from coterie.store.backup import copy_ledger
from coterie.store.sets import add_rows
from coterie.store.tables import METADATA
from tests.store.rows import NOW, messages

NOW_NEWEST, NEXT = opening.NEWEST, f"{int(opening.NEWEST) + 1:04}"

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    op.add_column("touches", sa.Column("weight", sa.Integer()))
    {then}
"""


def test_the_migrations_make_the_tables_that_the_code_uses(ledger):
    with ledger._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_opening_expects():
    assert ScriptDirectory(str(opening.MIGRATIONS)).get_heads() == [opening.NEWEST]


def test_what_is_written_is_there_after_opening_again(place):
    first = open_ledger(place)
    with first.transaction() as t:
        t.facts.put("colour", "green")
    first.close()
    again = open_ledger(place)
    with again.reading() as t:
        assert t.facts.get("colour") == "green"
    again.close()


def test_a_ledger_of_a_newer_coterie_is_refused_and_left_alone(place):
    ledger = open_ledger(place)
    with ledger._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="newer Coterie"):
        open_ledger(place)
    with ledger._engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    ledger.close()


@pytest.mark.parametrize("said", ["UPDATE alembic_version SET version_num = '0001'", "DELETE FROM alembic_version"])
def test_a_ledger_that_says_it_is_older_than_it_is_is_damaged_and_not_merely_out_of_reach(place, said):
    ledger = open_ledger(place)
    with ledger._engine.begin() as connection:
        connection.execute(sa.text(said))
    with pytest.raises(Damaged, match="put its file back from a backup"):
        open_ledger(place)
    ledger.close()


@pytest.fixture
def second_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def add(then: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(opening.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = SECOND.format(then=then, revision=NEXT, before=opening.NEWEST)
        (folder / "versions" / f"{NEXT}_second.py").write_text(text)
        monkeypatch.setattr(opening, "MIGRATIONS", folder)
        monkeypatch.setattr(opening, "NEWEST", NEXT)

    return add


def test_an_upgrade_keeps_the_rows_and_a_copy_from_before(tmp_path, second_migration):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file)
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    ledger.close()
    second_migration()
    upgraded = open_ledger(file)
    with upgraded.reading() as t:
        assert t.outbox.counts()["messages"].to_pylist() == [1]
        assert t.facts.get(HELD) is None
    upgraded.close()
    with closing(sqlite3.connect(tmp_path / f"ledger.sqlite.before-{NEXT}")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(NOW_NEWEST,)]
        assert copy.execute("SELECT COUNT(*) FROM outbox").fetchall() == [(1,)]


def test_an_upgrade_that_fails_changes_nothing(place, second_migration):
    open_ledger(place).close()
    second_migration(then="raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        open_ledger(place)
    engine = opening.connect(opening._url_of(place))
    assert opening._revision(engine, opening._url_of(place)) == NOW_NEWEST
    assert "weight" not in {column["name"] for column in sa.inspect(engine).get_columns("touches")}
    engine.dispose()


def first_ledger(place: str) -> sa.Engine:
    """A ledger as the first Coterie made it, with a message queued and an entry of the audit log."""
    from alembic import command
    from alembic.config import Config

    engine = opening.connect(opening._url_of(place))
    settings = Config()
    settings.set_main_option("script_location", str(opening.MIGRATIONS))
    entry = [1, NOW, "ann", "did", "thing", "{}"]
    digest = hashlib.sha256(json.dumps(["", *(str(value) for value in entry)]).encode()).hexdigest()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
        rows = with_state(messages("ann")).drop_columns(["origin_kind", "occurrence"])
        names = ["campaign" if name == "origin" else name for name in rows.column_names]
        outbox = sa.Table("outbox", sa.MetaData(), autoload_with=connection)
        add_rows(connection, outbox, rows.rename_columns(names))
        names = [column.name for column in METADATA.tables["audit"].c]
        connection.execute(
            sa.insert(METADATA.tables["audit"]).values(dict(zip(names, [*entry, "", digest], strict=True)))
        )
        facts = sa.text("INSERT INTO ledger_facts (name, value) VALUES (:name, :value)")
        connection.execute(
            facts, [{"name": "audit_head", "value": f"1:{digest}"}, {"name": "colour", "value": "green"}]
        )
    return engine


def with_state(rows: pa.Table) -> pa.Table:
    return rows.append_column("state", pa.array(["queued"])).append_column("attempts", pa.array([0]))


def test_a_ledger_of_the_first_coterie_is_sealed_without_loss(place):
    first_ledger(place).dispose()
    ledger = open_ledger(place, b"k" * 32)
    with ledger.transaction() as t:
        assert t.outbox.counts()["messages"].to_pylist() == [1]
        assert t.facts.get("colour") == "green"
        t.audit.append("did", "more", actor="ann", at=NOW)
        assert [entry.act for entry in t.audit.entries()] == ["did", "did"]
    assert ledger.breaches() == []
    with ledger._engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit SET actor = 'eve' WHERE audit_id = 1"))
    assert [(each.table, each.row) for each in ledger.breaches()] == [("audit", "1")]
    ledger.close()


def test_a_copy_of_the_first_ledger_is_held(tmp_path):
    file, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    engine = first_ledger(str(file))
    copy_ledger(file, copy)
    engine.dispose()
    restored = open_ledger(copy)
    with restored.reading() as t:
        assert "copy of ledger.sqlite" in t.facts.get(HELD)
        assert t.outbox.counts()["messages"].to_pylist() == [1]
    assert restored.breaches() == []
    restored.close()


def test_sqlite_is_opened_as_durable_as_it_can_be(tmp_path):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file)
    with ledger._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        }
    ledger.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 30000,
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("place", "error", "words"),
    [
        pytest.param("mysql://localhost/x", BadSetting, "not in mysql", id="another-database"),
        pytest.param("/no/such/folder/ledger.sqlite", BadSetting, "is not a folder", id="no-folder"),
        pytest.param(
            "postgresql://nobody@127.0.0.1:1/x?connect_timeout=2", BadSetting, "could not be reached", id="no-server"
        ),
    ],
)
def test_a_place_that_cannot_be_is_refused_in_words(place, error, words):
    with pytest.raises(error, match=words):
        open_ledger(place)


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, only words " * 100)
    with pytest.raises(Damaged, match="is not a ledger"):
        open_ledger(file)
    assert file.read_text().startswith("not a database")


def test_a_second_writer_is_told_to_wait(place, monkeypatch):
    monkeypatch.setattr("coterie.store.ledger._BUSY_SECONDS", 0.1)
    first, second = open_ledger(place), open_ledger(place)
    with first.transaction() as t:
        t.facts.put("colour", "green")
        with pytest.raises(WorkspaceLocked, match="another process"), second.transaction():
            pass
        with second.reading() as reader:
            assert reader.facts.get("colour") is None
    for ledger in (first, second):
        ledger.close()


def test_one_sends_at_a_time_and_the_next_when_it_has_ended(place):
    first, second = open_ledger(place), open_ledger(place)
    for _ in range(2):
        with (
            first.sending("email"),
            pytest.raises(WorkspaceLocked, match="is sending on email from this ledger"),
            second.sending("email"),
        ):
            pass
    with second.sending("email"):
        second.close()
    with first.sending("email"):
        first.close()


def test_a_reader_sees_one_instant(ledger):
    with ledger.transaction() as t:
        t.facts.put("colour", "green")
    with ledger.reading() as reader:
        assert reader.facts.get("colour") == "green"
        with ledger.transaction() as t:
            t.facts.put("colour", "red")
        assert reader.facts.get("colour") == "green"


def test_a_reader_cannot_write_on_postgresql(place):
    ledger = open_ledger(place)
    if ledger.dialect == "postgresql":
        with pytest.raises((CoterieError, sa.exc.SQLAlchemyError)), ledger.reading() as t:
            t.facts.put("colour", "red")
    with ledger.reading() as t:
        assert t.facts.get("colour") is None
        assert NOW
    ledger.close()


def test_a_workspace_is_opened_once_in_a_process_and_again_when_it_is_closed(tmp_path):
    folder = coterie.init(tmp_path / "shop")
    with coterie.open(folder) as first:
        for _ in range(2):
            with pytest.raises(WorkspaceLocked, match=r"in this process already; .* close\(\)"):
                coterie.open(folder)
        assert first.query("SELECT 1 AS one").rows() == [{"one": 1}]
    with coterie.open(folder) as again:
        assert again.query("SELECT 1 AS one").rows() == [{"one": 1}]
