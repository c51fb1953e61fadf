"""Which definitions the last refresh computed, so that what changed since is not read as it then was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from coterie.engines import Engine
from coterie.profile import TraitDefinition
from coterie.segment.definition import SegmentDefinition

Definition = TraitDefinition | SegmentDefinition
_TABLE = "refreshed_definitions"
_AS_OF, _MEANINGS = "as of", "meanings"


def keep_definitions(
    engine: Engine,
    traits: Iterable[TraitDefinition],
    segments: Iterable[SegmentDefinition],
    as_of: datetime,
    meanings: Mapping[str, str],
) -> None:
    """Note what was computed, as of when and what its names meant then, in place of what was noted before."""
    both: list[Definition] = [*traits, *segments]
    noted = {
        _AS_OF: as_of.isoformat(),
        _MEANINGS: json.dumps(dict(meanings)),
        **{_of(each): digest_of(each) for each in both},
    }
    rows = {"name": pa.array(noted.keys(), pa.string()), "digest": pa.array(noted.values(), pa.string())}
    engine.write(_TABLE, pa.table(rows), append=False)


@dataclass(frozen=True)
class AsNoted:
    """Digests of the definitions that were ``asked`` about, and of those ``noted`` as computed."""

    asked: tuple[tuple[str, str], ...]
    noted: tuple[tuple[str, str], ...]

    @property
    def differs(self) -> bool:
        """Whether any was not computed as it now is, or is no more."""
        return self.asked != self.noted


def as_refreshed(
    engine: Engine, traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]
) -> tuple[tuple[TraitDefinition, ...], tuple[SegmentDefinition, ...], AsNoted]:
    """Those of the definitions that are as they were last computed, and how all of them compare with those that were."""
    traits, segments = tuple(traits), tuple(segments)
    noted = {name: digest for name, digest in _noted(engine).items() if name not in (_AS_OF, _MEANINGS)}
    both: list[Definition] = [*traits, *segments]
    asked = {_of(each): digest_of(each) for each in both}
    same = {name for name, digest in asked.items() if noted.get(name) == digest}
    return (
        tuple(each for each in traits if _of(each) in same),
        tuple(each for each in segments if _of(each) in same),
        AsNoted(tuple(sorted(asked.items())), tuple(sorted(noted.items()))),
    )


def means_the_same(engine: Engine, meanings: Mapping[str, str]) -> bool:
    """Whether these names meant just that when everybody was last computed."""
    noted: dict[str, str] = json.loads(_noted(engine).get(_MEANINGS, "{}"))
    return meanings.items() <= noted.items()


def note_instant(engine: Engine, as_of: datetime) -> None:
    """Note that what was computed is as of another instant now, for those whom it changed for."""
    engine.execute(f"UPDATE {_TABLE} SET digest = $at WHERE name = $as_of", {"at": as_of.isoformat(), "as_of": _AS_OF})


def computed_as_of(engine: Engine) -> datetime | None:
    """The instant as of which segments stand now, by a refresh or a live turn; None before the first."""
    found = _noted(engine).get(_AS_OF)
    return None if found is None else datetime.fromisoformat(found)


def is_as_refreshed(engine: Engine, as_of: datetime) -> bool:
    """Whether the last refresh was for ``as_of``, or there was none."""
    return _noted(engine).get(_AS_OF, as_of.isoformat()) == as_of.isoformat()


def _noted(engine: Engine) -> dict[str, str]:
    table = engine.query(f"SELECT name, digest FROM {_TABLE}").to_pylist() if _TABLE in engine.tables() else []
    return {row["name"]: row["digest"] for row in table}


def changed_since(
    engine: Engine, traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition], as_of: datetime
) -> tuple[list[TraitDefinition], list[SegmentDefinition]]:
    """The traits and segments that were not computed for ``as_of`` as they are now defined, or read such a one."""
    traits, segments = list(traits), list(segments)
    if not traits and not segments:
        return [], []
    noted = _noted(engine)
    if noted.get(_AS_OF, as_of.isoformat()) != as_of.isoformat():
        return traits, segments
    both: list[Definition] = [*traits, *segments]
    stale = readers_of({_of(each) for each in both if noted.get(_of(each)) != digest_of(each)}, traits, segments)
    return [each for each in traits if _of(each) in stale], [each for each in segments if _of(each) in stale]


def readers_of(
    names: Iterable[str], traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]
) -> set[str]:
    """``names`` (``trait x``, ``segment y``) and whatever reads one of them, at any remove."""
    reached = set(names)
    reads: dict[str, set[str]] = {
        _of(trait): {f"trait {name}" for name in trait.value.named_traits()} for trait in traits
    }
    for segment in segments:
        reads[_of(segment)] = {f"trait {name}" for name in segment.rule.named_traits()}
        reads[_of(segment)] |= {f"segment {name}" for name in segment.rule.named_segments()}
    while more := {name for name, read in reads.items() if name not in reached and read & reached}:
        reached |= more
    return reached


def _of(definition: Definition) -> str:
    kind = "trait" if isinstance(definition, TraitDefinition) else "segment"
    return f"{kind} {definition.name}"


def digest_of(definition: Definition) -> str:
    """What changes where what the definition means did."""
    body = definition.value if isinstance(definition, TraitDefinition) else definition.rule
    cadence = "" if isinstance(definition, TraitDefinition) else definition.cadence or ""
    return hashlib.blake2b(f"{body.model_dump_json()}{cadence}".encode(), digest_size=12).hexdigest()
