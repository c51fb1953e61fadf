"""Which traits a discovery may use, and why others are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from coterie.engines import Engine
from coterie.errors import NotReady, Refused, UnknownName
from coterie.profile import library
from coterie.segment.segmentations.columns import CodedColumn, text_columns
from coterie.segment.segmentations.features import FLAG_SPREAD, Feature, Numbers, Preprocess, fit_feature, is_flag
from coterie.segment.segmentations.naming import trait_words
from coterie.segment.segmentations.preference import FAMILIES, PERSONAL, TELLING, family_of, is_code
from coterie.words import Sentence, joined, sentence

MOST_MISSING = 0.5
MOST_EQUAL = 0.95
RARE = 0.03
"""A thing named by a smaller share of those asked, or by all but so many, divides nobody."""
MOST_ALIKE = 0.9
MOST_FEATURES = 16
MOST_FLAGS = 40
MOST_OF_FLAGS = 4
"""What yeses and noes weigh at most together, in quantities: twenty tags should not drown what people spend."""

MOST_OF_VALUE = 3
LEAST_WITHOUT_DEMOGRAPHICS = 2

NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
FRACTIONAL = ("FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class LeftOut:
    """A trait that was not used, and the sentence (English key and values) that says why."""

    trait: str
    sentence: str
    values: dict[str, object]

    def explain(self, word: Callable[[str], Sentence] = trait_words) -> Sentence:
        """Why the trait was left out; ``word`` names a trait."""
        values = self.values | {"trait": word(self.trait)}
        if "other" in values:
            values["other"] = word(str(values["other"]))
        return sentence(self.sentence, **values)

    @property
    def said(self) -> Sentence:
        """Why the trait was left out, by its name."""
        return Sentence(self.sentence, self.values | {"trait": trait_words(self.trait)})


@dataclass(frozen=True)
class SampledPeople:
    """Raw values (profiles × features, NaN for missing) of profiles drawn by a seed, with the fitted features."""

    raw: Numbers
    features: tuple[Feature, ...]
    left_out: tuple[LeftOut, ...]
    too_little_known: int

    def together(self) -> tuple[tuple[int, ...], ...]:
        """Places of features that say one thing together: the words of one category, of which a profile has one."""
        found: dict[str, list[int]] = {}
        for place, feature in enumerate(self.features):
            found.setdefault(feature.trait if feature.reads == "level" else f"#{place}", []).append(place)
        return tuple(map(tuple, found.values()))

    def coordinates(self) -> Numbers:
        """The sample in coordinates."""
        return np.column_stack([feature.coordinates(self.raw[:, place]) for place, feature in enumerate(self.features)])


def numeric_traits(engine: Engine) -> list[str]:
    """Columns of ``traits`` that hold numbers, in order; ids and instants are none."""
    if "traits" not in engine.tables():
        raise NotReady("there are no traits yet; load customers or orders and refresh first")
    return [
        name
        for name, kind in engine.columns("traits").items()
        if name != "profile_id" and (kind in NUMERIC or kind.startswith(FRACTIONAL))
    ]


def draw_sample(
    engine: Engine, traits: Sequence[str] | None, *, size: int, seed: int, preprocess: Preprocess
) -> SampledPeople:
    """``size`` profiles and the features to use: those named, or the telling ones among all numeric traits.

    Named traits are kept unless they are constant or wholly missing. Otherwise a trait is left out when
    it is a code, more than half is missing, or 95 % or more share one value. The others are taken in order of preference,
    at most sixteen: what customers are worth (three at most), how they behave, what else is known, and their
    demographics where fewer than two others remain; of one kind those first that move with most of the others. A near-copy
    of one already taken (absolute correlation above 0.9) is left out.
    """
    columns = _columns(engine, traits)
    if not columns:
        raise NotReady("no trait holds numbers, yes and no, or lists yet; define or refresh traits first")
    raw = _draw(engine, list(columns.values()), size=size, seed=seed)
    if len(raw) < 10:
        raise Refused(sentence("discovery needs at least 10 profiles; there are {n}", n=len(raw)))
    wanted = list(columns)
    usable, left_out = _usable(list(columns.values()), raw, is_named=traits is not None)
    features = {name: fit_feature(columns[name], raw[:, wanted.index(name)], preprocess) for name in usable}
    if traits is None:
        taken, alike = _preferred(features, {name: raw[:, wanted.index(name)] for name in usable})
        left_out += alike
    else:
        taken = usable
    if not taken:
        raise Refused(
            sentence(
                "no trait varies enough to divide the base by; {why}", why=joined((out.said for out in left_out), " ")
            )
        )
    values = raw[:, [wanted.index(name) for name in taken]]
    enough = 2 * np.isfinite(values).sum(1) >= len(taken)
    kept = values[enough]
    if len(kept) < 10:
        raise Refused(
            sentence(
                "discovery needs at least 10 profiles that know half of {names}; there are {n}",
                names=", ".join(taken),
                n=len(kept),
            )
        )
    fitted = [fit_feature(columns[name], kept[:, place], preprocess) for place, name in enumerate(taken)]
    return SampledPeople(kept, tuple(_weighed(fitted, kept)), tuple(left_out), int((~enough).sum()))


def _columns(engine: Engine, traits: Sequence[str] | None) -> dict[str, CodedColumn]:
    """Everything that may divide the base, by key.

    Raises ``UnknownName`` for a named trait that says nothing in numbers.
    """
    numeric = numeric_traits(engine)
    words = [name for name in _worded(engine) if traits is None or name in traits]
    read = {trait: found for trait, found in text_columns(engine, words).items() if traits or _divides(trait, found)}
    for trait in traits or ():
        if trait not in numeric and trait not in read:
            raise UnknownName("numeric trait", trait, [*numeric, *read])
    columns: dict[str, CodedColumn] = {}
    for trait in traits or [*_looked_at(numeric), *read]:
        for column in read.get(trait, [CodedColumn(trait=trait)]):
            columns[column.key] = column
    return columns


def _divides(trait: str, found: list[CodedColumn]) -> bool:
    """Whether words may divide the base unasked: those of codes do not, and of those of demographics a category alone."""
    if found[0].reads == "level":
        return not is_code(trait, np.array([0.5]))
    return family_of(trait) != "demographic"


def _worded(engine: Engine) -> list[str]:
    """Traits of words that people gave, besides names and addresses; and of yes and no."""
    ready = {trait.name for trait in library()}
    return [
        name
        for name, kind in engine.columns("traits").items()
        if (kind in ("VARCHAR", "BOOLEAN") or kind.startswith("ENUM")) and name not in ready and name not in PERSONAL
    ]


def _looked_at(numeric: list[str]) -> list[str]:
    """Of the ready traits, which say many things twice, the telling ones; every other numeric trait."""
    ready = {trait.name for trait in library()}
    return [name for name in numeric if name in TELLING or name not in ready]


def _weighed(features: list[Feature], values: Numbers) -> list[Feature]:
    """A category weighs as one quantity, and yeses, noes and categories together no more than four."""
    features = _as_one(features, values)
    flags = {
        place
        for place, feature in enumerate(features)
        if (feature.spread == FLAG_SPREAD or feature.reads == "level") and is_flag(values[:, place])
    }
    together = sum(float(np.nanvar(features[place].coordinates(values[:, place]))) for place in flags)
    if together <= MOST_OF_FLAGS or len(flags) == len(features):
        return features
    wider = float(np.sqrt(together / MOST_OF_FLAGS))
    return [
        feature.model_copy(update={"spread": feature.spread * wider}) if place in flags else feature
        for place, feature in enumerate(features)
    ]


def _as_one(features: list[Feature], values: Numbers) -> list[Feature]:
    """The words of each category with the spread by which their variances add up to that of one quantity."""
    varied: dict[str, float] = {}
    for place, feature in enumerate(features):
        if feature.reads == "level":
            raw = np.where(np.isfinite(values[:, place]), values[:, place], feature.fill)
            varied[feature.trait] = varied.get(feature.trait, 0.0) + float(raw.var())
    return [
        feature.model_copy(update={"spread": float(np.sqrt(varied[feature.trait])) or 1.0})
        if feature.reads == "level"
        else feature
        for feature in features
    ]


def _draw(engine: Engine, wanted: Sequence[CodedColumn], *, size: int, seed: int) -> Numbers:
    columns = ", ".join(f"{column.sql()} AS x{place}" for place, column in enumerate(wanted))
    # A hash of the profile draws the same people whatever the order of rows; sorting them makes the fit repeatable.
    rows = engine.query(
        f"""SELECT {columns} FROM (
                SELECT * FROM traits ORDER BY hash(profile_id, CAST($seed AS BIGINT)), profile_id LIMIT $size)
            ORDER BY profile_id""",
        {"seed": seed, "size": size},
    )
    columns_read = [rows[f"x{place}"].to_numpy(zero_copy_only=False).astype(np.float64) for place in range(len(wanted))]
    raw = np.column_stack(columns_read)
    return np.where(np.isfinite(raw), raw, np.nan)


def _usable(columns: Sequence[CodedColumn], raw: Numbers, *, is_named: bool) -> tuple[list[str], list[LeftOut]]:
    usable: list[str] = []
    left_out: list[LeftOut] = []
    rare: Counter[str] = Counter()
    for place, column in enumerate(columns):
        trait = column.key
        values = raw[:, place]
        present = values[np.isfinite(values)]
        missing = 1 - len(present) / len(values)
        commonest = float(np.unique(present, return_counts=True)[1].max() / len(present)) if len(present) else 1.0
        if column.reads == "level" and missing > MOST_MISSING and not is_named:
            if not any(out.trait == column.trait for out in left_out):
                left_out.append(
                    LeftOut(column.trait, "{trait} is missing for {share:.0%} of the profiles.", {"share": missing})
                )
        elif column.reads in {"item", "level"}:
            if RARE <= np.nanmean(values) <= 1 - RARE:
                usable.append(trait)
            else:
                rare[column.trait] += 1
        elif not is_named and column.reads == "number" and is_code(trait, values):
            left_out.append(LeftOut(trait, "{trait} is a code, not a quantity.", {}))
        elif not len(present) or (missing > MOST_MISSING and not is_named):
            left_out.append(LeftOut(trait, "{trait} is missing for {share:.0%} of the profiles.", {"share": missing}))
        elif commonest == 1 or (commonest >= MOST_EQUAL and not is_named):
            left_out.append(
                LeftOut(trait, "{trait} is the same for {share:.0%} of the profiles.", {"share": commonest})
            )
        else:
            usable.append(trait)
    left_out += [
        LeftOut(
            trait,
            "{count} {count|thing|things} that {trait} names {count|is|are} named by hardly anybody or nearly everybody.",
            {"count": n},
        )
        for trait, n in rare.items()
    ]
    return usable, left_out


def _says_the_rest(one: Feature, other: Feature) -> bool:
    """Whether of a category of two words one is said by the other."""
    return one.reads == other.reads == "level" and one.trait == other.trait


def _family(feature: Feature) -> str:
    """What a column tells of; bands of income in words are no amounts, and come after what is counted."""
    family = family_of(feature.trait)
    return "other" if feature.reads == "level" and family != "demographic" else family


def _preferred(features: dict[str, Feature], raw: dict[str, Numbers]) -> tuple[list[str], list[LeftOut]]:
    names = list(features)
    if not names:
        return [], []
    points = np.column_stack([features[name].coordinates(raw[name]) for name in names])
    alike = np.abs(np.atleast_2d(np.corrcoef(points, rowvar=False)))
    shared = np.where(alike > MOST_ALIKE, 0, alike**2).sum(1)
    telling = list(TELLING)
    families = [_family(features[name]) for name in names]
    flags = [is_flag(raw[name]) for name in names]

    def preference(place: int) -> tuple[int, int, float, int]:
        name = names[place]
        rank = telling.index(name) if name in telling else len(telling)
        return FAMILIES.index(families[place]), rank, -round(float(shared[place]), 3), place

    taken: list[int] = []
    left_out = []
    for place in sorted(range(len(names)), key=preference):
        family, most = families[place], MOST_FLAGS if flags[place] else MOST_FEATURES
        twin = max(taken, key=lambda other: alike[place, other], default=None)
        if twin is not None and alike[place, twin] > MOST_ALIKE:
            if _says_the_rest(features[names[place]], features[names[twin]]):
                continue
            values: dict[str, object] = {"other": names[twin], "correlation": float(alike[place, twin])}
            sentence = "{trait} moves with {other} (correlation {correlation:.2f})."
        elif family == "demographic" and len(taken) >= LEAST_WITHOUT_DEMOGRAPHICS:
            values, sentence = {}, "{trait} describes people rather than what they are worth or do."
        elif family == "value" and sum(families[t] == "value" for t in taken) == MOST_OF_VALUE:
            values, sentence = (
                {"most": MOST_OF_VALUE},
                "{trait} is about money too; of such traits the {most} are taken that say most of the others.",
            )
        elif sum(flags[t] == flags[place] for t in taken) == most:
            values, sentence = {"most": most}, "{trait} comes after the {most} {most|trait|traits} taken."
        else:
            taken.append(place)
            continue
        left_out.append(LeftOut(names[place], sentence, values))
    return [names[place] for place in taken], left_out
