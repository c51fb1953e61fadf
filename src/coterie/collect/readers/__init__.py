"""What reads a container of rows; one file a container."""

from __future__ import annotations

from coterie.collect.readers.contract import Reader
from coterie.registry import Registry

READERS: Registry[type[Reader]] = Registry(
    "reader",
    {
        "csv": "coterie.collect.readers.delimited:Delimited",
        "jsonl": "coterie.collect.readers.jsonlines:JsonLines",
        "parquet": "coterie.collect.readers.parquet:Parquet",
        "excel": "coterie.collect.readers.excel:Excel",
    },
)
