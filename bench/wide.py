"""Loading files with many columns: seconds must grow with the columns, not with their square.

The baseline is DuckDB reading and inserting the same file by its own sniffer. 1,000 rows of customers with 50, 150
and 1,000 columns; proposing how to read the file is part of Coterie's time.

    python bench/wide.py [--rows 1000] [--columns 50 150 1000]
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
import time
from pathlib import Path

KINDS = (
    lambda draw: draw.randint(0, 99),
    lambda draw: f"{draw.random() * 100:.2f}",
    lambda draw: draw.choice(["red", "green", "blue"]),
    lambda draw: draw.choice(["Yes", "No"]),
    lambda draw: f"2024-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
)


def make_file(file: Path, rows: int, columns: int) -> None:
    """Customers with a number, an address and ``columns - 2`` further columns of five kinds."""
    draw = random.Random(1)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["customer_id", "email", *(f"attr_{place}" for place in range(columns - 2))])
        for row in range(rows):
            cells = (KINDS[place % len(KINDS)](draw) for place in range(columns - 2))
            writer.writerow([row, f"u{row}@example.com", *cells])


def by_duckdb(file: Path, folder: Path) -> None:
    import duckdb

    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute(f"CREATE OR REPLACE TABLE facts AS SELECT * FROM read_csv('{file}')")


def by_coterie(file: Path, folder: Path) -> None:
    from coterie.collect import load, propose
    from coterie.engines import open_warehouse
    from coterie.settings import WorkspaceSettings

    engine = open_warehouse(folder / f"{file.stem}.duckdb")
    result = load(engine, file, propose(file).mapping, settings=WorkspaceSettings())
    engine.close()
    assert result.refused == 0


def seconds(run: object, file: Path, folder: Path) -> float:
    started = time.perf_counter()
    run(file, folder)  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--columns", type=int, nargs="+", default=[50, 150, 1_000])
    wanted = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_file(folder / "warm.csv", 100, 5)
        by_coterie(folder / "warm.csv", folder)
        for columns in wanted.columns:
            file = folder / f"wide{columns}.csv"
            make_file(file, wanted.rows, columns)
            found[columns] = seconds(by_coterie, file, folder)
            bare = seconds(by_duckdb, file, folder)
            each = 1000 * found[columns] / columns
            print(
                f"{columns:5} columns  coterie {found[columns]:6.2f} s ({each:.1f} ms a column)  duckdb {bare:6.2f} s"
            )
    if found.get(150, 0) > 3:
        sys.exit("150 columns take more than 3 s")


if __name__ == "__main__":
    main()
