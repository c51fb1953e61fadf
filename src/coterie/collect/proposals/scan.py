"""The whole of a column, where a sample cannot be sure."""

from __future__ import annotations

from pathlib import Path

from coterie.collect.formats.preparation import prepare
from coterie.collect.readers import READERS
from coterie.domain.loading import FileFormat
from coterie.engines import Engine, identifier, let_in, literal
from coterie.errors import StatementFailed

_DIFFERENT_DATES = 200_000
_READ_AS_THEY_ARE = frozenset({"utf-8", "utf-8-sig"})


def count_dates(
    path: Path, form: FileFormat, engine: Engine, columns: tuple[str, ...], wanted: list[str]
) -> dict[str, dict[str, int]]:
    """For each wanted column the different dates in all rows of the file, without their times, and how often each occurs.

    ``columns`` are all of the file's. Empty where the engine cannot read the file; then
    the sample has to do. One scan for each column.
    """
    if (
        form.container == "csv"
        and form.compression == "none"
        and form.encoding in _READ_AS_THEY_ARE
        and form.delimiter != " "
    ):
        with engine.folder() as folder:
            relation = _as_it_is(let_in(path, folder), form, len(columns))
            try:
                return {column: _dates(engine, relation, f"c{columns.index(column)}") for column in wanted}
            except StatementFailed:
                # Some bytes are no UTF-8, or a quote is never closed; loading will say where.
                return {}
    with prepare(path, form, engine) as prepared:
        found = READERS[form.container](prepared, engine).relation()
        if found is None:
            return {}
        names = {column: found.columns[column][0] for column in wanted if column in found.columns}
        return {column: _dates(engine, found.sql, name) for column, name in names.items()}


def _as_it_is(path: Path, form: FileFormat, width: int) -> str:
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, delim={literal(form.delimiter)}, "
        f"quote={literal(form.quote)}, escape={literal(form.quote)}, header={str(form.has_header).lower()}, "
        f"columns={{{types}}}, skip={form.skip_lines}, strict_mode=false, ignore_errors=true)"
    )


def _dates(engine: Engine, relation: str, column: str) -> dict[str, int]:
    name = identifier(column)
    found = engine.query(
        f"SELECT split_part(trim({name}), ' ', 1) AS date, count(*) AS times FROM {relation} "
        f"WHERE trim({name}) <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT {_DIFFERENT_DATES}"
    )
    return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))
