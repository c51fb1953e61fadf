"""Journeys to begin with, as a workspace offers them and takes them in."""

from __future__ import annotations

import json

import pyarrow as pa
import yaml

from coterie.decide.journeys.ready_journeys import ready_journey, ready_journeys
from coterie.domain.meanings import PRODUCT_EVENTS
from coterie.errors import NotReady, Refused
from coterie.profile import read_catalog
from coterie.run import trait_definitions
from coterie.words import sentence
from coterie.workspace.definitions import Definitions
from coterie.workspace.frame import Frame
from coterie.workspace.journey_records import JourneyAdopted
from coterie.workspace.stand import Stand


def templates_shown(stand: Stand, lang: str) -> Frame:
    """Every ready journey, what it lacks here, and how it is written."""
    events, traits = _known(stand)
    rows: list[dict[str, object]] = [
        {
            "name": ready.name,
            "label": ready.label,
            "about": ready.about,
            "lacks": list(ready.lacks),
            "written": json.dumps(ready.body, ensure_ascii=False),
        }
        for ready in ready_journeys(events, traits, lang)
    ]
    return Frame.of(rows, schema=_TEMPLATES)


def adopt_journey(stand: Stand, template: str, *, name: str, lang: str, dry_run: bool) -> JourneyAdopted:
    """Keep a ready journey and the templates that it sends; those that there are stay as they are."""
    ready = ready_journey(template, *_known(stand), lang)
    name = name or ready.name
    if name in stand.bodies("journey"):
        raise Refused(sentence("there is a journey {name} already; choose another name with --as", name=name))
    if ready.lacks:
        lacks = ", ".join(ready.lacks)
        raise NotReady(
            sentence(
                "journey template {name!r} needs {lacks}, of which there are no data yet", name=template, lacks=lacks
            )
        )
    fresh = [each for each in ready.templates if each["name"] not in stand.bodies("template")]
    said = {"templates": fresh, "journeys": [{**ready.body, "name": name}]}
    text = yaml.safe_dump(
        {section: bodies for section, bodies in said.items() if bodies}, allow_unicode=True, sort_keys=False
    )
    Definitions(stand).apply_text(text, dry_run=dry_run)
    return JourneyAdopted(name, ready.label, [str(each["name"]) for each in fresh], ready.body, dry_run)


def _known(stand: Stand) -> tuple[set[str], set[str]]:
    with stand.brought():
        catalog = read_catalog(stand.engine)
        traits = [trait.name for trait in trait_definitions(stand.engine, stand.ledger)]
    return {*catalog.events, *PRODUCT_EVENTS}, {*catalog.attributes, *traits}


_TEMPLATES = pa.schema(
    [
        ("name", pa.string()),
        ("label", pa.string()),
        ("about", pa.string()),
        ("lacks", pa.list_(pa.string())),
        ("written", pa.string()),
    ]
)
