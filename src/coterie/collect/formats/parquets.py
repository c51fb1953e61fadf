"""Parquet files, looked at before anything of them is read, and blamed for what is broken in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coterie.engines import ENGINES, identifier, let_in, literal
from coterie.errors import BadFile, CoterieError, Damaged, StatementFailed
from coterie.words import sentence

_MANY_ROWS, _LARGE = 1_000_000, 200_000_000
_MOST_LEAVES = 2_000
_LARGEST_FOOTER = 64 << 20


def check_parquet(path: Path, name: str = "") -> None:
    """Raise ``BadFile`` for a small file that grows to far more than customers' records do.

    Decided by what the footer says of columns, rows and bytes, before a row is read. ``name`` is what its owner calls it.
    """
    import pyarrow as pa
    from pyarrow import parquet

    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - 8, 0))
        footer = int.from_bytes(stream.read(4), "little")
    if footer > min(size, _LARGEST_FOOTER):
        raise BadFile("it is no Parquet file, or one cut short; write it again", file=name or path.name)
    try:
        told = parquet.read_metadata(path)
    except (pa.ArrowException, OSError) as fault:
        raise BadFile(
            sentence("it is no Parquet file, or a damaged one ({why}); write it again", why=str(fault).splitlines()[0]),
            file=name or path.name,
        ) from fault
    if told.num_columns > _MOST_LEAVES:
        raise BadFile(
            sentence(
                "it has {n:,} {n|column|columns} and at most {most:,} can be read; leave out those that are not needed",
                n=told.num_columns,
                most=_MOST_LEAVES,
            ),
            file=name or path.name,
        )
    whole = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    if (told.num_rows > _MANY_ROWS and told.num_rows > 4 * size) or (whole > _LARGE and whole > 200 * size):
        raise BadFile(
            sentence(
                "its {size:,} {size|byte grows|bytes grow} to {rows:,} {rows|row|rows} and {whole:,} {whole|byte|bytes}, as no records of customers "
                "do; look where it comes from",
                size=size,
                rows=told.num_rows,
                whole=whole,
            ),
            file=name or path.name,
        )


@contextmanager
def blamed_parquet(path: Path, container: str) -> Iterator[None]:
    """What fails inside is said of the Parquet file where the file itself cannot be read to its end.

    An engine says alike of a table and of a file that it cannot be read, so the file is read
    once more, alone, when something has failed.
    """
    try:
        yield
    except (StatementFailed, Damaged) as fault:
        if container != "parquet" or not (words := _damage(path)):
            raise
        raise BadFile(
            sentence("it is a damaged Parquet file ({why}); write it again", why=words), file=path.name
        ) from fault


def _damage(path: Path) -> str:
    """What the engine says where it cannot read all of the file; empty where it can."""
    aside = ENGINES["duckdb"](None)
    try:
        with aside.folder() as folder:
            rows = f"read_parquet({literal(str(let_in(path, folder)))})"
            names = aside.query(f"DESCRIBE SELECT * FROM {rows}").column(0).to_pylist()
            reads = ", ".join(f"bit_xor(hash({identifier(name)}))" for name in names)
            aside.query(f"SELECT {reads} FROM {rows}")
    except CoterieError as fault:
        return str(fault.__cause__ or fault).splitlines()[0]
    else:
        return ""
    finally:
        aside.close()
