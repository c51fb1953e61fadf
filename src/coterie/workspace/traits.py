"""One trait: as it stands, and as it would be before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

import pyarrow as pa
import yaml

from coterie.domain.clock import Instant, instant_of
from coterie.errors import NotReady, UnknownName
from coterie.profile import TraitDefinition, describe_traits, read_catalog
from coterie.profile.describe import label_of
from coterie.profile.distribution import distribution, spread_in_words
from coterie.profile.ready_entries import ready_entries
from coterie.profile.trial import TraitTrial, try_trait
from coterie.profile.values import type_of_column
from coterie.run import parse_definition, plain, segment_definitions, trait_definitions
from coterie.segment.definition import rule_names
from coterie.segment.refreshed import changed_since, is_as_refreshed
from coterie.words import each_into, joined, sentence
from coterie.workspace.drafts import draft_of
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand
from coterie.workspace.trait_records import TraitShown, TraitTried

_NAMES = pa.schema([(name, pa.string()) for name in ("name", "label", "type", "unit")])
_UNNAMED = "tried_trait"
_EXAMPLES = pa.schema([("profile_id", pa.int64()), ("key", pa.string()), ("value", pa.string())])


def trait_of(stand: Stand, name: str, lang: str) -> TraitShown:
    """A trait with how its values are spread, in a language; raises ``UnknownName``."""
    known = [each for each in stand.engine.columns("traits") if each != "profile_id"]
    definitions = trait_definitions(stand.engine, stand.ledger)
    if name not in known:
        if any(each.name == name for each in definitions):
            said = "trait {name} is defined and not computed yet; run `coterie refresh` first"
            raise NotReady(sentence(said, name=name))
        raise UnknownName("trait", name, known)
    [found] = describe_traits(stand.engine, definitions, as_of=stand.as_of, names=[name], locale=lang)
    base = int(stand.engine.query("SELECT count(*) AS n FROM traits")["n"][0].as_py())
    bars = distribution(stand.engine, found)
    row = found.model_dump(exclude={"top", "lineage", "quantiles"})
    body, version = _written(stand, name)
    return TraitShown(
        **row,
        **found.lineage.model_dump(),
        base=base,
        quantiles=list(found.quantiles),
        finding=each_into(spread_in_words(found, base, bars, stand.as_of), lang),
        bars=Frame.of(map(vars, bars)),
        definition=body,
        version=version,
        is_current=name not in {each.name for each in changed_since(stand.engine, definitions, [], stand.as_of)[0]},
    )


def trait_names_of(stand: Stand, lang: str) -> Frame:
    """Every trait that is computed or given: ``name, label, type, unit``; no row of theirs is read."""
    columns = stand.engine.columns("traits") if "traits" in stand.engine.tables() else {}
    defined = {trait.name: trait for trait in trait_definitions(stand.engine, stand.ledger)}
    rows = [
        {
            "name": name,
            "label": label_of(name, defined.get(name), lang),
            "type": type_of_column(kind),
            "unit": defined[name].unit if name in defined else "",
        }
        for name, kind in columns.items()
        if name != "profile_id"
    ]
    return Frame.of(rows, schema=None if rows else _NAMES)


def _written(stand: Stand, name: str) -> tuple[Mapping[str, object] | None, int | None]:
    """The definition of a trait as a file holds it, with its version."""
    with stand.ledger.reading() as t:
        kept = t.definitions.all("trait").get(name)
    if kept is not None:
        return plain(kept.body), kept.version
    ready = ready_entries().get(name)
    return (None, None) if ready is None or name in read_catalog(stand.engine).attributes else (ready, 0)


def preview_trait(
    stand: Stand,
    given: Path | str | Mapping[str, object],
    *,
    as_of: Instant | None,
    examples: int,
    lang: str,
) -> TraitTried:
    """What a trait would hold of everybody; nothing is kept. The stand is read as it is."""
    body = _body(given)
    trait = cast("TraitDefinition", parse_definition("trait", body, str(given) if isinstance(given, Path) else ""))
    zone = stand.settings.timezone
    at = stand.present if as_of is None else instant_of(as_of, zone)
    catalog = read_catalog(stand.engine)
    traits = trait_definitions(stand.engine, stand.ledger, catalog)
    stale, _ = changed_since(stand.engine, [*(t for t in traits if t.name != trait.name), trait], [], at)
    found = try_trait(
        stand.engine,
        catalog,
        trait,
        as_of=at,
        traits=traits,
        stale=stale,
        zone=zone,
        is_past=not is_as_refreshed(stand.engine, at),
        examples=examples,
        locale=lang,
    )
    return _told(stand, trait, found, at, body, traits, lang)


def _told(
    stand: Stand,
    trait: TraitDefinition,
    found: TraitTrial,
    at: datetime,
    body: Mapping[str, object],
    traits: list[TraitDefinition],
    lang: str,
) -> TraitTried:
    about = found.description
    row = about.model_dump(exclude={"top", "lineage", "quantiles", "label", "description", "is_computed"})
    names = rule_names(traits, segment_definitions(stand.ledger), stand.settings.currency)
    return TraitTried(
        **row,
        **about.lineage.model_dump(),
        words=trait.value.named_by(names).words().into(lang),
        base=found.base,
        quantiles=list(about.quantiles),
        as_of=at,
        finding=each_into(spread_in_words(about, found.base, found.bars, at), lang),
        bars=Frame.of(map(vars, found.bars)),
        examples=_examples(stand, found),
        yaml=yaml.safe_dump({"traits": [plain(body)]}, sort_keys=False, allow_unicode=True, width=110),
        notes=each_into(_notes(stand, found, at), lang),
    )


def _notes(stand: Stand, found: TraitTrial, at: datetime) -> tuple[str, ...]:
    if not found.undated or is_as_refreshed(stand.engine, at):
        return ()
    names = joined(sorted(found.undated), ", ")
    return (sentence("Read as they stand now, since their past is not kept: {names}.", names=names),)


def _examples(stand: Stand, found: TraitTrial) -> Frame:
    """The people with the key that they are called by."""
    numbers = [profile for profile, _ in found.examples]
    keys = stand.engine.query(
        "SELECT profile_id, arg_min(value, identifier_id) AS key FROM identifiers"
        f" WHERE profile_id IN ({', '.join(map(str, numbers)) or 'NULL'}) GROUP BY profile_id"
    ).to_pylist()
    called = {row["profile_id"]: row["key"] for row in keys}
    rows = [{"profile_id": profile, "key": called.get(profile), "value": value} for profile, value in found.examples]
    return Frame.of(rows, schema=None if rows else _EXAMPLES)


def _body(given: Path | str | Mapping[str, object]) -> dict[str, object]:
    """The measure alone, or a definition with one, as a definition."""
    tree = draft_of(given, "traits")
    return {"name": _UNNAMED, **tree} if "value" in tree else {"name": _UNNAMED, "value": tree}
