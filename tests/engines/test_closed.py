"""SQL reaches no file, address or extension but what a load lets in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coterie.engines import let_in, open_warehouse
from coterie.errors import CoterieError, StatementFailed


@pytest.fixture(params=["file", "memory"])
def engine(request, tmp_path):
    engine = open_warehouse(tmp_path / "warehouse.duckdb" if request.param == "file" else None, threads=1)
    yield engine
    engine.close()


@pytest.fixture
def outside(tmp_path) -> Path:
    file = tmp_path / "it's [a] file*.csv"
    file.write_text("n\n1\n2\n", "utf-8")
    return file


REACHES = {
    "read_csv": "SELECT * FROM read_csv('{file}')",
    "read_csv of a system file": "SELECT * FROM read_csv('/etc/passwd')",
    "a file as a table": "SELECT * FROM '{file}'",
    "read_text": "SELECT * FROM read_text('{file}')",
    "read_blob": "SELECT * FROM read_blob('{file}')",
    "read_json": "SELECT * FROM read_json('{file}')",
    "read_parquet": "SELECT * FROM read_parquet('{file}')",
    "sniff_csv": "SELECT * FROM sniff_csv('{file}')",
    "glob": "SELECT * FROM glob('/etc/*')",
    "an address": "SELECT * FROM read_csv('https://shop.example/orders.csv')",
    "inside of query": "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "copy to": "COPY (SELECT 1) TO '{file}.out'",
    "copy from": "COPY taken FROM '{file}'",
    "export": "EXPORT DATABASE '{file}.folder'",
    "import": "IMPORT DATABASE '{file}.folder'",
    "attach": "ATTACH '{file}.duckdb' AS other",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "open again": "SET enable_external_access = true",
    "allow more": "SET allowed_directories = ['/']",
    "unlock": "SET lock_configuration = false",
}


@pytest.mark.parametrize("statement", REACHES.values(), ids=REACHES)
def test_sql_reaches_nothing_outside(engine, outside, statement):
    engine.execute("CREATE TABLE taken (n INTEGER)")
    before = sorted(outside.parent.iterdir())
    with pytest.raises(CoterieError):
        engine.query(statement.format(file=str(outside).replace("'", "''")))
    assert sorted(outside.parent.iterdir()) == before
    assert engine.query("SELECT count(*) AS n FROM taken")["n"][0].as_py() == 0


def test_variables_of_the_caller_are_no_tables(engine):
    rows = engine.query("SELECT 1 AS n")
    assert rows.num_rows == 1
    with pytest.raises(StatementFailed):
        engine.query("SELECT * FROM rows")


def test_what_is_let_in_is_read_while_it_is_and_nothing_stays(engine, outside, tmp_path):
    with engine.folder() as folder:
        seen = let_in(outside, folder)
        read = f"SELECT sum(n)::INTEGER AS n FROM read_csv('{seen}')"
        assert engine.query(read)["n"][0].as_py() == 3
    with pytest.raises(StatementFailed, match="No files found"):
        engine.query(read)
    assert outside.read_text("utf-8") == "n\n1\n2\n"
    assert not seen.parent.parent.exists()


def test_a_file_that_cannot_be_linked_is_copied(engine, outside, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    with engine.folder() as folder:
        assert let_in(outside, folder).read_bytes() == outside.read_bytes()


def test_a_link_let_in_by_its_name_alone_leads_nowhere(engine, outside):
    with engine.folder() as folder:
        (folder / "way-out").symlink_to(outside)
        with pytest.raises(StatementFailed):
            engine.query(f"SELECT * FROM read_text('{folder / 'way-out'}')")


def test_folders_of_killed_processes_are_removed(tmp_path):
    engine = open_warehouse(tmp_path / "warehouse.duckdb", threads=1)
    left = tmp_path / "coterie-load-999999999-left"
    left.mkdir()
    with engine.folder():
        assert not left.exists()
    engine.close()
