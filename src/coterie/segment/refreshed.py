"""Which definitions the last refresh computed, so that what changed since is not read as it then was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyarrow as pa

from coterie.engines import Engine
from coterie.profile import TraitDefinition
from coterie.segment.definition import SegmentDefinition

Definition = TraitDefinition | SegmentDefinition
_TABLE = "refreshed_definitions"


def keep_definitions(engine: Engine, traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]) -> None:
    """Note what was computed, in place of what was noted before."""
    both: list[Definition] = [*traits, *segments]
    noted = {_of(each): _digest(each) for each in both}
    rows = {"name": pa.array(noted.keys(), pa.string()), "digest": pa.array(noted.values(), pa.string())}
    engine.write(_TABLE, pa.table(rows), append=False)


def changed_since(
    engine: Engine, traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]
) -> tuple[list[TraitDefinition], list[SegmentDefinition]]:
    """The traits and segments that were not computed as they are now defined, or read such a one."""
    traits, segments = list(traits), list(segments)
    if not traits and not segments:
        return [], []
    table = engine.query(f"SELECT name, digest FROM {_TABLE}").to_pylist() if _TABLE in engine.tables() else []
    noted = {row["name"]: row["digest"] for row in table}
    both: list[Definition] = [*traits, *segments]
    stale = {_of(each) for each in both if noted.get(_of(each)) != _digest(each)}
    reads: dict[str, set[str]] = {
        _of(trait): {f"trait {name}" for name in trait.value.named_traits()} for trait in traits
    }
    for segment in segments:
        reads[_of(segment)] = {f"trait {name}" for name in segment.rule.named_traits()}
        reads[_of(segment)] |= {f"segment {name}" for name in segment.rule.named_segments()}
    while more := {name for name, read in reads.items() if name not in stale and read & stale}:
        stale |= more
    return [each for each in traits if _of(each) in stale], [each for each in segments if _of(each) in stale]


def _of(definition: Definition) -> str:
    kind = "trait" if isinstance(definition, TraitDefinition) else "segment"
    return f"{kind} {definition.name}"


def _digest(definition: Definition) -> str:
    body = definition.value if isinstance(definition, TraitDefinition) else definition.rule
    return hashlib.blake2b(body.model_dump_json().encode(), digest_size=12).hexdigest()
