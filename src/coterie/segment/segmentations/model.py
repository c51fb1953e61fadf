"""A discovered segmentation as plain numbers, and the SQL that puts everybody into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine, keep_fact, literal, read_fact
from coterie.errors import UnknownName
from coterie.profile import write_assignments
from coterie.segment.segmentations.clustering import Labels
from coterie.segment.segmentations.features import Feature, Numbers
from coterie.segment.segmentations.naming import Mark, say_marks
from coterie.words import Sentence, sentence


class ModelPart(BaseModel):
    """One part: its key in ``assignments``, what names it, and its center in coordinates.

    ``nth`` tells parts apart that nothing but their centers does: the second is called “… (2)”.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    marks: tuple[Mark, ...]
    center: tuple[float, ...]
    nth: int = 1

    def name(self) -> Sentence:
        """The name a reader sees."""
        said = say_marks(self.marks)
        return sentence("{name} ({nth})", name=said, nth=self.nth) if self.nth > 1 else said


class DiscoveredModel(BaseModel):
    """Everything needed to put a profile into its part: no pickles, only features and centers.

    A profile belongs to the part with the nearest center (Euclidean, in coordinates); the
    first of equally near ones. A profile that lacks more than half of the features belongs
    to none; a smaller lack is filled with the median.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    method: str
    features: tuple[Feature, ...]
    parts: tuple[ModelPart, ...]
    seed: int
    fitted_on: int
    as_of: datetime

    def coordinates(self, raw: Numbers) -> Numbers:
        """Coordinates of raw values (profiles × features, NaN for missing)."""
        return np.column_stack([feature.coordinates(raw[:, place]) for place, feature in enumerate(self.features)])

    def nearest(self, coordinates: Numbers) -> Labels:
        """The place of the nearest part of every row."""
        centers = np.array([part.center for part in self.parts])
        away = ((coordinates[:, None, :] - centers[None, :, :]) ** 2).sum(2)
        return np.asarray(away.argmin(1), dtype=np.int64)

    def sql(self) -> str:
        """A query over ``traits`` giving ``profile_id`` and ``segment`` (NULL for profiles that lack too much)."""
        known = " + ".join(f"CASE WHEN isfinite({feature.sql()}) THEN 1 ELSE 0 END" for feature in self.features)
        coordinates = ",\n        ".join(
            f"{feature.expression()} AS x{place}" for place, feature in enumerate(self.features)
        )
        distances = ",\n        ".join(
            " + ".join(f"pow(x{axis} - {value!r}, 2)" for axis, value in enumerate(part.center)) + f" AS d{place}"
            for place, part in enumerate(self.parts)
        )
        nearest = "least(" + ", ".join(f"d{place}" for place in range(len(self.parts))) + ")"
        cases = " ".join(f"WHEN d{place} = {nearest} THEN {literal(part.key)}" for place, part in enumerate(self.parts))
        return f"""WITH coordinates AS (
    SELECT profile_id, {known} AS known,
        {coordinates}
    FROM traits),
distances AS (
    SELECT profile_id, known,
        {distances}
    FROM coordinates)
SELECT profile_id, CASE WHEN 2 * known < {len(self.features)} THEN NULL {cases} END AS segment FROM distances"""


@dataclass(frozen=True)
class KeptModel:
    """The newest discovered model of a name as kept in the warehouse, with the stability of its parts by key."""

    model: DiscoveredModel
    stability: dict[str, float]


def keep_model(engine: Engine, model: DiscoveredModel, stability: dict[str, float]) -> None:
    """Keep a model in the warehouse, in the place of an earlier one of its name."""
    value = json.dumps({"model": model.model_dump(mode="json"), "stability": stability})
    keep_fact(engine, f"discovered:{model.name}", value)


def kept_model(engine: Engine, name: str) -> KeptModel | None:
    """The model of that name, or None when nothing was discovered under it.

    >>> from coterie.engines import open_warehouse
    >>> kept_model(open_warehouse(None), "discovered") is None
    True
    """
    found = read_fact(engine, f"discovered:{name}")
    if found is None:
        return None
    kept = json.loads(found)
    return KeptModel(DiscoveredModel.model_validate(kept["model"]), kept["stability"])


def assign_discovered(engine: Engine, model: DiscoveredModel, *, as_of: datetime) -> int:
    """Put every profile into its part by one statement; returns how many belong to one.

    New profiles are assigned by the same model, at any later ``as_of``. Raises
    ``UnknownName`` when a trait of the model is no longer there.
    """
    known = engine.columns("traits")
    for feature in model.features:
        if feature.trait not in known:
            raise UnknownName("trait", feature.trait, known)
    return write_assignments(engine, model.name, model.sql(), as_of)


def reassign_discovered(engine: Engine, *, as_of: datetime) -> list[str]:
    """Put everybody, new profiles too, into the parts of every model that was kept; returns their names.

    A model whose traits are no longer all there keeps the assignments it had.

    >>> from coterie.engines import open_warehouse
    >>> reassign_discovered(open_warehouse(None), as_of=datetime(2026, 1, 1))
    []
    """
    kept = engine.query("SELECT name FROM warehouse_facts WHERE starts_with(name, 'discovered:') ORDER BY name")
    known = engine.columns("traits") if "traits" in engine.tables() else {}
    done = []
    for name in kept["name"].to_pylist():
        found = kept_model(engine, name.removeprefix("discovered:"))
        if found and all(feature.trait in known for feature in found.model.features):
            assign_discovered(engine, found.model, as_of=as_of)
            done.append(found.model.name)
    return done
