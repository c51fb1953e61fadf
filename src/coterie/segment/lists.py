"""Lists of people that someone uploads, to be used in rules."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine
from coterie.errors import Refused


class UploadedList(BaseModel):
    """What became of a list: how many keys were known, and which were not (the first 20)."""

    model_config = ConfigDict(frozen=True)

    name: str
    keys: int
    known: int
    unknown: tuple[str, ...]


def upload_list(engine: Engine, name: str, keys: Iterable[str]) -> UploadedList:
    """Keep the identifiers that ``keys`` name as the list ``name``, in place of a former one.

    A key is ``namespace:value``, or a value alone in whatever namespace. The list holds
    identifiers, so that it follows people through merges. Raises ``Refused`` when no key is known.
    """
    asked = list(dict.fromkeys(str(key).strip() for key in keys if str(key).strip()))
    matched = (
        "FROM list_keys AS k JOIN (SELECT identifier_id, value AS key FROM identifiers UNION ALL "
        "SELECT identifier_id, namespace || ':' || value AS key FROM identifiers) AS i ON i.key = k.key"
    )
    with engine.transaction():
        engine.write("list_keys", pa.table({"key": pa.array(asked, pa.string())}), append=False)
        known = int(engine.query(f"SELECT COUNT(DISTINCT k.key) AS n {matched}").column(0)[0].as_py())
        if known == 0:
            raise Refused(
                f"the list {name!r}: none of its {len(asked)} keys is an identifier here, such as email:ann@example.com"
            )
        missing = f"SELECT key FROM list_keys WHERE key NOT IN (SELECT k.key {matched}) ORDER BY key LIMIT 20"
        unknown = engine.query(missing).column(0).to_pylist()
        engine.execute("CREATE TABLE IF NOT EXISTS lists (list VARCHAR, identifier_id BIGINT)")
        engine.execute("DELETE FROM lists WHERE list = $name", {"name": name})
        engine.insert("lists", f"SELECT DISTINCT $name AS list, i.identifier_id {matched}", {"name": name})
        engine.view(
            "list_members",
            "SELECT l.list, i.profile_id FROM lists AS l JOIN identifiers AS i ON i.identifier_id = l.identifier_id",
        )
        engine.drop("list_keys")
    return UploadedList(name=name, keys=len(asked), known=known, unknown=tuple(unknown))
