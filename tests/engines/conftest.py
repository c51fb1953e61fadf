"""The warehouse, and the same tables on Spark."""

from __future__ import annotations

import shutil

import pyarrow as pa
import pytest

from coterie.collect import settle_orders
from coterie.engines import ENGINES, open_warehouse
from coterie.engines.spark import export_tables, java_is_missing
from coterie.testing.bases import write_small_base

# PySpark's own sockets and deprecated calls; ours stay errors.
pytestmark_spark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="session")
def warehouse():
    engine = open_warehouse(None, threads=2)
    write_small_base(engine)
    settle_orders(engine, "USD", {})
    keys = {
        "identifier_id": [3, 4],
        "namespace": ["customer_id"] * 2,
        "key": ["3-a", "4-a"],
        "is_blocked": [False, True],
    }
    engine.write("identifier_keys", pa.table(keys))
    engine.write("shared_identifiers", pa.table({"profile_id": [9], "identifier_id": [3]}))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark(warehouse, tmp_path_factory):
    if java_is_missing():
        pytest.skip("SKIPPED LOUDLY: no Java on this machine, so the Spark engine is not shown to agree")
    folder = tmp_path_factory.mktemp("spark")
    export_tables(warehouse, folder)
    with pytest.MonkeyPatch.context() as patch:
        # What is asked once need not be compiled to be fast: that takes two fifths of the processor time.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        engine = ENGINES["spark"](folder, threads=2)
    yield engine
    engine.close()
    shutil.rmtree(folder)


@pytest.fixture(params=["duckdb", "spark"])
def engine(request):
    return request.getfixturevalue("warehouse" if request.param == "duckdb" else "spark")
