"""What a trait is made of, down to sources, and what uses it, up to campaigns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import cast

import pyarrow as pa

from coterie.compose import TemplateDefinition, compile_template, traits_named
from coterie.decide import CampaignDefinition
from coterie.engines import identifier
from coterie.errors import UnknownName
from coterie.profile import TraitDefinition, read_catalog
from coterie.profile.describe import read_events
from coterie.profile.given import of_accounts
from coterie.profile.property_names import named_properties
from coterie.run import parse_definition, segment_definitions, trait_definitions
from coterie.segment import SegmentDefinition
from coterie.segment.definition import rule_names
from coterie.segment.segmentations.model import kept_model
from coterie.segment.trait_words import TraitWords
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand
from coterie.workspace.trait_records import LineageShown

_NODES = pa.schema(
    [*((name, pa.string()) for name in ("node", "kind", "name", "label", "about")), ("step", pa.int64())]
)
_LINKS = pa.schema([("node", pa.string()), ("to", pa.string())])
_FROM_PARTS = ("segmentation", "score")
"""Traits by these names, such as ``score.lifetime_value``, come from what was fitted or assigned."""

Key = tuple[str, str]
"""Kind and name."""


Reads = dict[Key, set[Key]]
"""Each with what it reads."""


def lineage_of(stand: Stand, name: str, lang: str) -> LineageShown:
    """The lineage of a trait, in a language; raises ``UnknownName``."""
    traits, segments = trait_definitions(stand.engine, stand.ledger), segment_definitions(stand.ledger)
    known = {*read_catalog(stand.engine).attributes, *(each.name for each in traits)}
    if name not in known:
        raise UnknownName("trait", name, known)
    reads = _of_traits(traits) | _of_segments(segments) | _of_divisions(stand) | _of_messages(stand)
    here = ("trait", name)
    reads |= _of_facts(stand, list(_distances(here, reads)), {each.name for each in traits})
    below, above = _distances(here, reads), _distances(here, _turned(reads))
    steps = {key: -far for key, far in below.items()} | above
    links = {
        (read, reader)
        for side in (below, above)
        for reader, several in reads.items()
        for read in several
        if reader in side and read in side and steps[read] < steps[reader]
    }
    names = rule_names(traits, segments)
    about = _properties([each for each in traits if ("trait", each.name) in below])
    nodes = [
        {
            "node": ":".join(key),
            "kind": key[0],
            "name": key[1],
            "label": _called(key, names, lang),
            "about": ", ".join(sorted(about.get(key[1], ()))) if key[0] == "event" else "",
            "step": step,
        }
        for key, step in sorted(steps.items(), key=lambda each: (each[1], each[0]))
    ]
    return LineageShown(
        name=name,
        label=names.name(name).told(lang),
        finding=each_into(_in_words(below, above), lang),
        nodes=Frame.of(nodes, schema=_NODES),
        links=Frame.of([{"node": ":".join(one), "to": ":".join(to)} for one, to in sorted(links)], schema=_LINKS),
    )


def _called(key: Key, names: TraitWords, lang: str) -> str:
    """What people call it; names that somebody gave stand as they are."""
    kind, name = key
    known = {"trait": names.name, "segment": names.segment}
    return known[kind](name).told(lang) if kind in known else name


def _distances(start: Key, reads: Reads) -> dict[Key, int]:
    """Whatever can be reached from ``start``, with the length of the longest way; where two read each other it is cut."""
    far: dict[Key, int] = {}

    def walk(here: Key, steps: int, passed: frozenset[Key]) -> None:
        if steps <= far.get(here, -1):
            return
        far[here] = steps
        for each in reads.get(here, set()) - passed:
            walk(each, steps + 1, passed | {each})

    walk(start, 0, frozenset({start}))
    return far


def _turned(reads: Reads) -> Reads:
    found: Reads = {}
    for reader, several in reads.items():
        for read in several:
            found.setdefault(read, set()).add(reader)
    return found


def _trait_key(name: str) -> Key:
    kind, _, rest = name.partition(".")
    return (kind, rest) if rest and kind in _FROM_PARTS else ("trait", name)


def _of_traits(traits: Iterable[TraitDefinition]) -> Reads:
    return {
        ("trait", each.name): {
            *map(_trait_key, each.value.named_traits()),
            *(("event", event) for event in each.value.named_events()),
        }
        for each in traits
    }


def _of_segments(segments: Iterable[SegmentDefinition]) -> Reads:
    return {
        ("segment", each.name): {
            *map(_trait_key, each.rule.named_traits()),
            *(("segment", name) for name in each.rule.named_segments()),
        }
        for each in segments
    }


def _of_divisions(stand: Stand) -> Reads:
    """Groups that were discovered, with the traits that they were found in."""
    found: Reads = {}
    for row in stand.engine.query("SELECT DISTINCT segmentation AS name FROM assignments").to_pylist():
        kept = kept_model(stand.engine, row["name"])
        if kept is not None:
            found["segmentation", row["name"]] = {_trait_key(each.trait) for each in kept.model.features}
    return found


def _of_messages(stand: Stand) -> Reads:
    """Templates with the traits that they print, campaigns with their segments and templates."""
    found: Reads = {}
    for name, body in stand.bodies("template").items():
        template = cast("TemplateDefinition", parse_definition("template", body))
        written = [compile_template(template, each) for each in (template.language, *template.languages)]
        found["template", name] = {_trait_key(trait) for each in written for trait in traits_named(each)}
    for name, body in stand.bodies("campaign").items():
        campaign = cast("CampaignDefinition", parse_definition("campaign", body))
        found["campaign", name] = {
            *(("segment", each) for each in (*campaign.audience.segments, *campaign.audience.exclude)),
            *(("template", arm.template) for arm in campaign.arms()),
        }
    return found


def _of_facts(stand: Stand, keys: Iterable[Key], computed: Collection[str]) -> Reads:
    """The sources of the events among ``keys``, and of the traits that were given."""
    engine, catalog = stand.engine, read_catalog(stand.engine)
    events = read_events(engine, catalog, stand.present, [name for kind, name in keys if kind == "event"])
    found: Reads = {("event", name): {("source", each) for each in sources} for name, (_, sources) in events.items()}
    own, accounts = engine.columns("customer_records"), of_accounts(engine)
    for kind, name in keys:
        table, column = ("customer_records", name) if name in own else ("account_records", accounts.get(name, ""))
        if kind == "trait" and name not in computed and column:
            told = f"SELECT DISTINCT source FROM {table} WHERE {identifier(column)} IS NOT NULL AND source IS NOT NULL"
            found[kind, name] = {("source", row["source"]) for row in engine.query(told).to_pylist()}
    return found


def _properties(traits: Iterable[TraitDefinition]) -> dict[str, set[str]]:
    """Event → the properties of it that these read."""
    found: dict[str, set[str]] = {}
    for each in traits:
        for event, name in named_properties(each.value):
            found.setdefault(event, set()).add(name)
    return found


def _in_words(below: Collection[Key], above: Collection[Key]) -> tuple[Sentence, ...]:
    made, uses = Counter(kind for kind, _ in below), len(above) - 1
    said = sentence("Files give it, from {sources:,} {sources|source|sources}.", sources=made["source"])
    if made["event"] or made["trait"] > 1:
        said = sentence(
            "It is made of {events:,} {events|kind|kinds} of events and {traits:,} other {traits|trait|traits}, from {sources:,} "
            "{sources|source|sources}.",
            events=made["event"],
            traits=made["trait"] - 1,
            sources=made["source"],
        )
    if not uses:
        return said, sentence("Nothing uses it yet.")
    used = sentence("It is used by {uses:,} {uses|definition|definitions}, by itself or through others.", uses=uses)
    return said, used
