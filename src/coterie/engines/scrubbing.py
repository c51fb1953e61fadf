"""Rows that go for good: DuckDB keeps their bytes until a table is written anew and the blocks it had are written over."""

from __future__ import annotations

from coterie.engines.contract import Engine, Parameters
from coterie.engines.sql import identifier
from coterie.engines.warehouse import written_as
from coterie.errors import Transient

_TRIES = 5
_PIECE, _HASH = 8192, 32
"""Bytes of noise in a row, and in one hash."""
_METADATA, _BYTES_OF_COLUMN, _MOST_COLUMNS, _SPARE = 4096, 150, 500, 64
"""Bytes of a piece of metadata, of what is kept of a column in it; columns of a table of noise; pieces that each checkpoint frees anew."""
_NOISE = "noise over what is gone"


def rewrite(engine: Engine, table: str, rows: str, parameters: Parameters | None = None) -> None:
    """Put the ``rows`` of a select in the place of all that ``table`` holds, in blocks of their own.

    It costs as much as copying the table. To be called in a transaction.
    """
    fresh = f"{table} written anew"
    columns = ", ".join(written_as(table, column, kind) for column, kind in engine.columns(table).items())
    engine.execute(f"CREATE TABLE {identifier(fresh)} ({columns})")
    engine.insert(fresh, rows, parameters)
    engine.swap(table, fresh)


def overwrite_free(engine: Engine) -> bool:
    """Write noise over every block of the file that holds no row any more, and over what was known of columns before; whether that was done.

    It is False while others read or write for long. It costs about as much as writing so many bytes; the file gives back what it can
    afterwards. Not to be called in a transaction.
    """
    try:
        return _overwritten(engine)
    except Transient:
        for table in engine.tables():
            if table.startswith(_NOISE):
                engine.drop(table)
        return False


def _overwritten(engine: Engine) -> bool:
    for _ in range(_TRIES):
        with engine.standing_still():
            made = [*_columns_of_noise(engine), *_blocks_of_noise(engine)]
        with engine.standing_still():
            is_done = _free(engine)[0] <= 1 and _free_of_metadata(engine) <= _SPARE
            for table in made:
                engine.drop(table)
        with engine.standing_still():
            if is_done:
                return True
    return False


def _blocks_of_noise(engine: Engine) -> list[str]:
    free, size = _free(engine)
    if not free:
        return []
    pieces = f"range({_PIECE // _HASH}) AS n(n), range({free * size // _PIECE + 1}) AS r(r)"
    digits = f"SELECT string_agg(sha256(concat(r, ' ', n, ' ', random())), '') AS digits FROM {pieces} GROUP BY r"
    engine.create(_NOISE, f"SELECT unhex(digits) AS noise FROM ({digits})")
    return [_NOISE]


def _columns_of_noise(engine: Engine) -> list[str]:
    """Tables whose columns take up the room of what was known of others: the least and the greatest value of each stand there."""
    wanted = (_free_of_metadata(engine) + _SPARE) * _METADATA // _BYTES_OF_COLUMN
    made = [f"{_NOISE} {place}" for place in range(-(-wanted // _MOST_COLUMNS))]
    columns = ", ".join(f"'noise noise' AS n{place}" for place in range(_MOST_COLUMNS))
    for table in made:
        engine.create(table, f"SELECT {columns}")
    return made


def _free(engine: Engine) -> tuple[int, int]:
    row = engine.query("SELECT free_blocks, block_size FROM pragma_database_size()").to_pylist()[0]
    return int(row["free_blocks"]), int(row["block_size"])


def _free_of_metadata(engine: Engine) -> int:
    found = engine.query("SELECT coalesce(sum(free_blocks), 0)::BIGINT AS n FROM pragma_metadata_info()")
    return int(found["n"][0].as_py())
