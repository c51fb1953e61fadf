"""Lists of people that someone uploads, to be used in rules."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine
from coterie.errors import Refused
from coterie.resolve import find_identifiers
from coterie.words import sentence


class UploadedList(BaseModel):
    """What became of a list: how many keys were known, and which were not (the first 20)."""

    model_config = ConfigDict(frozen=True)

    name: str
    keys: int
    known: int
    unknown: tuple[str, ...]


def upload_list(engine: Engine, name: str, keys: Iterable[str], *, country: str = "") -> UploadedList:
    """Keep the identifiers that ``keys`` name as the list ``name``, in place of a former one.

    A key is ``namespace:value``, or a value alone in whatever namespace, in any spelling;
    ``country`` is where phone numbers without a country code are dialled. The list holds
    identifiers, so that it follows people through merges. Raises ``Refused`` when no key is known.
    """
    asked = list(dict.fromkeys(str(key).strip() for key in keys if str(key).strip()))
    with engine.transaction():
        found = find_identifiers(engine, asked, country=country)
        named = set(found["key"].to_pylist())
        if not named:
            raise Refused(
                sentence(
                    "the list {name!r}: none of its {n} {n|key|keys} is an identifier here, such as email:ann@example.com",
                    name=name,
                    n=len(asked),
                )
            )
        unknown = sorted(set(asked) - named)[:20]
        engine.execute("CREATE TABLE IF NOT EXISTS lists (list VARCHAR, identifier_id BIGINT)")
        engine.execute("DELETE FROM lists WHERE list = $name", {"name": name})
        kept = found.select(["identifier_id"]).group_by("identifier_id").aggregate([])
        engine.write("lists", kept.append_column("list", pa.repeat(name, kept.num_rows).cast(pa.string())))
        show_list_members(engine)
    return UploadedList(name=name, keys=len(asked), known=len(named), unknown=tuple(unknown))


def show_list_members(engine: Engine) -> None:
    """Make the view ``list_members``: who is on which list by now."""
    engine.view(
        "list_members",
        "SELECT l.list, p.profile_id FROM lists AS l JOIN profile_identifiers AS p USING (identifier_id)",
    )
