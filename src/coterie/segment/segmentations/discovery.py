"""What is looked for in a discovery and what was found, with what a reader must know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coterie.errors import UnknownName
from coterie.segment.segmentations.candidates import LeftOut
from coterie.segment.segmentations.clustering import CLUSTERERS
from coterie.segment.segmentations.evidence import ALIKE, TRUSTED, VALID, EvidenceForK, NumberChosen
from coterie.segment.segmentations.features import Preprocess
from coterie.segment.segmentations.model import DiscoveredModel, ModelPart
from coterie.segment.segmentations.naming import trait_words
from coterie.segment.segmentations.preference import FAMILIES, family_of
from coterie.words import Sentence, cased, joined, sentence


class DiscoveryDefinition(BaseModel):
    """What to look for and how.

    ``traits`` None takes the telling ones. ``k`` "auto" tries 2 to ``largest_k`` and
    takes at least ``smallest_k`` (two parts are a split, not a segmentation), unless no such number is sound or
    two parts stand apart far more clearly and hold no groups themselves. ``sample`` profiles are drawn by ``seed``; the same seed on
    the same base gives the same segments. ``preprocess``: full (cut ends, de-skew,
    standardize), standardize, or none. ``bootstraps`` rounds measure stability.
    Rules ask for a part by the trait ``segmentation.<name>``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = Field("k-means", description="How groups are found: a clusterer.")
    name: str = Field("discovered", description="What commands and rules call the segmentation.")
    traits: tuple[str, ...] | None = Field(None, description="Traits to divide by; the telling ones when absent.")
    k: Literal["auto"] | int = Field("auto", description="Number of groups, or auto.")
    smallest_k: int = Field(3, ge=2, description="The fewest groups that auto takes.")
    largest_k: int = Field(8, ge=2, le=30, description="The most groups that auto tries.")
    least_share: float = Field(
        0.01, ge=0, lt=0.5, description="A group smaller than this share of the base speaks against its number."
    )
    seed: int = Field(0, description="The same seed on the same base gives the same groups.")
    sample: int = Field(
        20_000, ge=10, description="Profiles that groups are found on; everybody is assigned afterwards."
    )
    preprocess: Preprocess = Field("full", description="full (cut ends, de-skew, standardize), standardize, or none.")
    bootstraps: int = Field(100, ge=10, description="Rounds that measure stability.")
    starts: int = Field(20, ge=1, description="Random starts for each number of groups.")

    @field_validator("method")
    @classmethod
    def _known_method(cls, name: str) -> str:
        if name not in CLUSTERERS:
            raise ValueError(UnknownName(CLUSTERERS.kind, name, CLUSTERERS).sentence)
        return name

    @classmethod
    def methods(cls) -> tuple[str, ...]:
        """Names of the clusterers there are."""
        return tuple(CLUSTERERS)


@dataclass(frozen=True)
class DiscoveredPart:
    """One discovered segment: profiles, share of the assigned, and mean bootstrap Jaccard with Hennig's label."""

    part: ModelPart
    customers: int
    share: float
    stability: float
    label: Sentence

    def name(self) -> Sentence:
        """The name a reader sees."""
        return self.part.name()


@dataclass(frozen=True)
class Discovery:
    """What was found; ``model`` can be stored and assigns new profiles, ``assignments`` holds everybody."""

    definition: DiscoveryDefinition
    as_of: datetime
    model: DiscoveredModel
    parts: tuple[DiscoveredPart, ...]
    evidence: tuple[EvidenceForK, ...]
    choice: NumberChosen | None
    left_out: tuple[LeftOut, ...]
    base: int
    assigned: int
    sampled: int
    without_gap: tuple[tuple[int, int], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def k(self) -> int:
        """How many segments there are."""
        return len(self.parts)

    def in_words(self) -> Sentence:
        """Whether the groups stand apart, and how sure that is."""
        return groups_in_words([part.stability for part in self.parts], is_clear=self.is_clear)

    def notes(self) -> list[Sentence]:
        """What a reader must know: the choice, the sample, and warnings."""
        found = [self.choice.explain()] if self.choice else []
        found += self._fewer()
        if self.sampled < self.assigned:
            found.append(
                sentence(
                    "Fitted on a sample of {sampled:,} of {assigned:,} {assigned|profile|profiles}.",
                    sampled=self.sampled,
                    assigned=self.assigned,
                )
            )
        if self.assigned < self.base:
            found.append(
                sentence(
                    "{count:,} {count|profile lacks|profiles lack} more than half of the traits used and {count|belongs|belong} to no segment.",
                    count=self.base - self.assigned,
                )
            )
        return found + self.warnings()

    def preparation(self) -> list[Sentence]:
        """What was done to the traits beforehand, and which were left out."""
        reshaped = [
            sentence(
                "{trait} was de-skewed ({how}): skewness {before:.1f} became {after:.1f}.",
                trait=self._word(feature.key),
                how=sentence("signed logarithm" if feature.reshape == "log" else "Yeo-Johnson power"),
                before=feature.skewness_before,
                after=feature.skewness_after,
            )
            for feature in self.model.features
            if feature.reshape != "none"
        ]
        return self._taken() + reshaped + [out.explain(self._word) for out in self.left_out]

    def _word(self, trait: str) -> Sentence:
        """A trait's own label inside a sentence, else its name in words; of a list, what is named in it, too."""
        trait, _, item = trait.partition(": ")
        if item:
            return joined([self._word(trait), item], ": ")
        return cased(Sentence(self.labels[trait]), "lower") if trait in self.labels else trait_words(trait)

    def _taken(self) -> list[Sentence]:
        """By which traits the base was divided, and why these where nobody named any."""
        if self.definition.traits is not None:
            return []
        sentences = {
            "value": "By what customers are worth: {traits}.",
            "behavior": "By how they behave: {traits}.",
            "other": "By what else is known of them: {traits}.",
            "demographic": "By who they are: {traits}.",
        }
        found: dict[str, list[Sentence]] = {}
        for feature in self.model.features:
            named = self._word(feature.trait)
            said = sentence("{trait} (what it names)", trait=named) if feature.reads == "item" else named
            if said not in found.setdefault(family_of(feature.trait), []):
                found[family_of(feature.trait)].append(said)
        return [
            sentence(sentences[family], traits=joined(found[family], ", ")) for family in FAMILIES if family in found
        ]

    @property
    def is_clear(self) -> bool:
        """Whether the segments stand apart more than data without any groups would, all come back, and gaps lie between."""
        figures = next(figures for figures in self.evidence if figures.k == self.k)
        comes_back = min(part.stability for part in self.parts) >= VALID
        return figures.stands_out and figures.silhouette > 0.25 and comes_back and not self.without_gap

    def _fewer(self) -> list[Sentence]:
        """That fewer parts than are taken at least would stand apart more clearly, if so."""
        taken = next(figures for figures in self.evidence if figures.k == self.k)
        clearest = max(self.evidence, key=lambda figures: figures.silhouette)
        is_passed_over = clearest.k < self.definition.smallest_k and clearest.stands_out
        if not is_passed_over or ALIKE * clearest.silhouette <= taken.silhouette:
            return []
        return [
            sentence(
                "{k} {k|part stands|parts stand} apart more clearly (silhouette {silhouette:.2f}); fewer than {least} are not taken by "
                "themselves, ask for --k {k} to have them.",
                k=clearest.k,
                silhouette=clearest.silhouette,
                least=self.definition.smallest_k,
            )
        ]

    def warnings(self) -> list[Sentence]:
        """Signs of weak or too many segments: they blend, do not come back, or are very small."""
        found = []
        figures = next(figures for figures in self.evidence if figures.k == self.k)
        is_said = self.choice is not None and not self.choice.is_sound
        if not is_said and figures.stands_out and figures.silhouette <= 0.25:
            found.append(
                sentence(
                    "The segments stand further apart than data without any groups would (silhouette {silhouette:.2f} "
                    "against {groupless:.2f}), yet overlap at their borders: many customers lie between two of them.",
                    silhouette=figures.silhouette,
                    groupless=figures.groupless,
                )
            )
        elif not is_said and not figures.stands_out:
            found.append(
                sentence(
                    "The segments blend into one another (silhouette {silhouette:.2f}; data without any groups reach "
                    "{groupless:.2f}): cuts through a continuum, useful perhaps, but not natural groups.",
                    silhouette=figures.silhouette,
                    groupless=figures.groupless,
                )
            )
        elif not is_said and self.without_gap:
            one, other = self.without_gap[0]
            found.append(
                sentence(
                    "“{one}” and “{other}” run into each other without a gap: a cut through a continuum, useful perhaps, "
                    "but no natural border.",
                    one=self.parts[one].name(),
                    other=self.parts[other].name(),
                )
            )
        for part in self.parts:
            if part.stability < TRUSTED:
                found.append(
                    sentence(
                        "Too many segments? “{name}” does not come back when customers are drawn anew "
                        "(mean Jaccard {stability:.2f}: {label}).",
                        name=part.name(),
                        stability=part.stability,
                        label=part.label,
                    )
                )
            if part.share < self.definition.least_share:
                found.append(
                    sentence(
                        "Too many segments? “{name}” holds only {share:.1%} of the customers.",
                        name=part.name(),
                        share=part.share,
                    )
                )
        return found


def groups_in_words(stabilities: Sequence[float], *, is_clear: bool) -> Sentence:
    """Whether groups stand apart, and how sure that is, from how stable each of them is.

    >>> print(groups_in_words([0.9, 0.85], is_clear=True))
    2 groups of customers stand apart; when customers are drawn anew, the least stable overlaps its counterpart by 85%.
    """
    values = {"k": len(stabilities), "weakest": min(stabilities)}
    if is_clear:
        return sentence(
            "{k} {k|group|groups} of customers stand apart; when customers are drawn anew, the least stable overlaps its counterpart by {weakest:.0%}.",
            **values,
        )
    return sentence(
        "Customers were cut into {k} {k|group|groups} that blend into one another: grades to treat differently, not natural groups."
        " When customers are drawn anew, the least stable overlaps its counterpart by {weakest:.0%}.",
        **values,
    )
