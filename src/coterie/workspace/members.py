"""People in a segment or in a part of a segmentation, with what is known of them."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import identifier
from coterie.errors import Refused, UnknownName
from coterie.run import parse_definition, trait_definitions
from coterie.segment import Groups, ready_templates
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand

_MEMBERS = """
    SELECT m.profile_id, i.key, e.email{traits}
    FROM _people_shown m
    LEFT JOIN (SELECT profile_id, arg_min(value, identifier_id) AS key FROM identifiers GROUP BY profile_id) i USING (profile_id)
    LEFT JOIN (SELECT profile_id, arg_max(value, identifier_id) AS email FROM identifiers WHERE namespace = 'email'
               GROUP BY profile_id) e USING (profile_id)
    LEFT JOIN traits t USING (profile_id) ORDER BY m.profile_id"""


def people_of(stand: Stand, table: pa.Table) -> Frame:
    """``profile_id, key, email`` and the traits of every ``profile_id`` of ``table``."""
    engine = stand.engine
    traits = [name for name in engine.columns("traits") if name not in ("profile_id", "key", "email")]
    chosen = "".join(f", t.{identifier(name)}" for name in traits)
    with engine.transaction():
        engine.write("_people_shown", table, append=False)
        found = engine.query(_MEMBERS.format(traits=chosen))
        engine.drop("_people_shown")
    return Frame(found)


def labelled(stand: Stand, frame: Frame, lang: str) -> Frame:
    """``frame`` with the labels of traits as headings; a label that two share keeps the name in brackets."""
    labels = {trait.name: trait.label_in(lang) for trait in trait_definitions(stand.engine, stand.ledger)}
    wanted = [labels.get(name, name) for name in frame.arrow.column_names]
    shown = [
        f"{label} ({name})" if wanted.count(label) > 1 and label != name else label
        for label, name in zip(wanted, frame.arrow.column_names, strict=True)
    ]
    return Frame(frame.arrow.rename_columns(shown))


def part_named(stand: Stand, groups: Groups, part: str) -> str:
    """The key of the part that ``part`` names: the key itself, or its name in either language."""
    found = stand.engine.query(
        "SELECT DISTINCT segment FROM assignments WHERE segmentation = $name ORDER BY 1", {"name": groups.segmentation}
    )
    keys = [str(key) for key in found["segment"].to_pylist()]
    for key in keys:
        if part in (key, groups.name_of(key), groups.name_of(key, "zh")):
            return key
    raise UnknownName(f"part of {groups.segmentation!r}", part, keys)


def part_members(stand: Stand, groups: Groups, part: str) -> Frame:
    """The profiles in a part of a segmentation as last assigned."""
    values = {"name": groups.segmentation, "part": part_named(stand, groups, part)}
    query = "SELECT profile_id FROM assignments WHERE segmentation = $name AND segment = $part ORDER BY profile_id"
    return people_of(stand, stand.engine.query(query, values))


def adopt_part(stand: Stand, groups: Groups, part: str, *, name: str = "", lang: str = "en") -> dict[str, object]:
    """Keep a part of a segmentation as a segment that follows it at every refresh."""
    key = part_named(stand, groups, part)
    body: dict[str, object] = {
        "name": name or f"{groups.segmentation}_{key}"[:100],
        "label": groups.name_of(key, lang),
        "rule": {"trait": f"segmentation.{groups.segmentation}", "=": key},
    }
    return _adopted(stand, body)


def adopt_template(stand: Stand, template: str, *, name: str = "", lang: str = "en") -> dict[str, object]:
    """Keep a ready segment of the library as a segment of the workspace; raises ``UnknownName`` with the nearest."""
    ready = {each.name: each for each in ready_templates(stand.engine)}
    if template not in ready:
        raise UnknownName("template", template, ready)
    body = ready[template].body(lang)
    return _adopted(stand, body | ({"name": name} if name else {}))


def _adopted(stand: Stand, body: dict[str, object]) -> dict[str, object]:
    name = str(body["name"])
    if name in stand.bodies("segment"):
        raise Refused(f"there is a segment {name} already; choose another name with --as")
    parse_definition("segment", body)
    with stand.ledger.transaction() as t:
        saved = t.definitions.save("segment", name, body, author=stand.actor, at=stand.clock())
        t.audit.append(
            "definition add", f"segment {name}", {"version": saved.version}, actor=stand.actor, at=stand.clock()
        )
    return {"segment": name, "label": body.get("label", ""), "rule": body["rule"], "version": saved.version}
