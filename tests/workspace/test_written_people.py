"""A value of any type is told by a document as by a read of the warehouse."""

from __future__ import annotations

import json

import pytest

from coterie.engines import Engine, open_warehouse
from coterie.workspace.jsonable import as_text
from coterie.workspace.written_people import write_people


def told(engine: Engine, sql: str) -> tuple[object, object]:
    """A trait of that SQL by a document, and by the warehouse."""
    engine.execute("DELETE FROM identifiers")
    engine.execute(
        "INSERT INTO identifiers BY NAME SELECT 1 AS identifier_id, 1 AS profile_id, 'x' AS namespace, 'y' AS value"
    )
    engine.view("traits", f'SELECT 1::BIGINT AS profile_id, {sql} AS "it\'s ""said"""')
    with engine.reading(), engine.temporary("people", "SELECT 1 AS profile_id") as people:
        ((_, body, _, _),) = next(write_people(engine, people))
        row = engine.query("SELECT * EXCLUDE (profile_id) FROM traits").to_pylist()[0]
    return json.loads(body + b"null}")["traits"], json.loads(as_text(row, "en"))


@pytest.fixture(scope="module")
def engine():
    engine = open_warehouse(None, threads=1)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    "sql",
    [
        "TIMESTAMP '2026-03-29 01:02:03'", "TIMESTAMP '0099-01-02 01:02:03.5'", "DATE '0099-01-02'", "NULL::DATE", "true",
        "9007199254740993::BIGINT", "255::UTINYINT", "12345678901234567890::HUGEINT", "12.3400::DECIMAL(18,4)", "0.1::FLOAT", "1e22::DOUBLE",
        "-0.0::DOUBLE", "'nan'::DOUBLE", "'-inf'::DOUBLE", "NULL::DOUBLE", "0.1 + 0.2::DOUBLE", "'low'::ENUM('low', 'high')",
        "TIME '10:00'", "TIME '10:00:00.5'", "INTERVAL '1 month 2 days'", "NULL::INTERVAL", "{'a': 1, 'at': TIMESTAMP '2026-01-02 03:04:05.06', 'n': 'nan'::DOUBLE}",
        "[{'a': 1.50::DECIMAL(9,2)}, NULL]", "map {'a': 1}", "[0.5::DOUBLE, 'inf'::DOUBLE, NULL]", "[1.50::DECIMAL(18,4)]", "[DATE '2026-01-02']",
        "[TIMESTAMP '2026-01-02 03:04:05.5']", "[[1, 2], NULL]", "[['nan'::DOUBLE]]", "['low'::ENUM('low', 'high')]", "[12345678901234567890::HUGEINT]",
        "'a\\x00b'::BLOB", "'00000000-0000-0000-0000-000000000001'::UUID", "TIMESTAMPTZ '2026-01-02 03:04:05+01'", "TIMESTAMP_MS '2026-01-02 03:04:05'",
        "TIMESTAMP_S '2026-01-02 03:04:05'", "[1, 2]::INTEGER[2]", "NULL", "'{\"a\": 1}'::JSON", "[]::DOUBLE[]", "12.5::FLOAT", "1::USMALLINT", "'101'::BIT",
        "'a\"b\\\\ \u4eba\u7fa4 \U0001f600' || chr(10) || chr(1)", "NULL::VARCHAR", "['a', NULL, 'b']", "[1, 2]",
    ],
)  # fmt: skip
def test_a_value_is_told_alike(engine: Engine, sql: str) -> None:
    by_document, by_warehouse = told(engine, sql)
    assert json.dumps(by_document) == json.dumps(by_warehouse)
