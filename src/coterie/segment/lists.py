"""Lists of people: those that people are put on and taken off, and those that someone uploads."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine, literal
from coterie.errors import Refused
from coterie.profile.listed import lists_by_hand, note_lists, stands_sql
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
    identifiers, so that it follows people through merges. Raises ``Refused`` when no key is known, or people are put
    on the list one by one.
    """
    if name in lists_by_hand(engine):
        raise Refused(
            sentence(
                "people are put on the list {name!r} one by one, and an upload would replace them all; "
                "`coterie lists add {name} --file FILE` puts more on it",
                name=name,
            )
        )
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


def declare_lists(engine: Engine, names: Iterable[str]) -> None:
    """Let there be lists of these names, on which nobody is yet; raises ``Refused`` where one of that name was uploaded."""
    names = {*names}
    if taken := sorted(names & uploaded_lists(engine)):
        raise Refused(
            sentence(
                "there is a list {name!r} that was uploaded, which is replaced as a whole; choose another name",
                name=taken[0],
            )
        )
    note_lists(engine, names)


def show_list_members(engine: Engine) -> None:
    """Make the view ``list_members``: who is on which uploaded list by now."""
    engine.view(
        "list_members",
        "SELECT l.list, p.profile_id FROM lists AS l JOIN profile_identifiers AS p USING (identifier_id)",
    )


def uploaded_lists(engine: Engine) -> frozenset[str]:
    """Lists that were uploaded, by name."""
    if "lists" not in engine.tables():
        return frozenset()
    found = engine.query("SELECT DISTINCT list FROM lists WHERE list NOT LIKE 'frozen segment %'")
    return frozenset(map(str, found["list"].to_pylist()))


def on_list_sql(engine: Engine, name: str) -> str:
    """SQL of ``profile_id`` and ``since``, of everybody on a list by now; of an uploaded one nobody knows since when."""
    if name in lists_by_hand(engine):
        return f"SELECT profile_id, since FROM ({stands_sql(name)}) WHERE is_on_it"
    return f"SELECT DISTINCT profile_id, NULL::TIMESTAMP AS since FROM list_members WHERE list = {literal(name)}"
