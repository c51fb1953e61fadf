"""Segments of a workspace: list, read, try, explain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Literal, cast, overload

import pyarrow as pa

from coterie.domain.clock import Instant, instant_of
from coterie.errors import NotReady, Refused, UnknownName
from coterie.profile.vocabulary import known_events, known_lists, known_properties, known_values
from coterie.resolve import find_profile
from coterie.run import choose_as_of, parse_definition, segment_definitions, trait_definitions
from coterie.segment import (
    Explanation,
    Preview,
    SegmentDefinition,
    cadence,
    explain,
    members,
    overlap,
    preview,
    rank_targets,
    ready_templates,
    sql_of,
)
from coterie.segment.lists import UploadedList, upload_list
from coterie.segment.membership import ChangePlace, changes_since, page_of_members, refreshed_segments, sizes
from coterie.segment.preview import matching
from coterie.segment.refreshed import computed_as_of
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.drafts import draft_of
from coterie.workspace.frame import Frame
from coterie.workspace.given import checking_given
from coterie.workspace.models import is_forecast_sound
from coterie.workspace.people import adopt_template, labelled, people_of, reach_of
from coterie.workspace.reading import reads
from coterie.workspace.records import Adopted, Refrozen, RolledBack, SegmentShown, WouldRollBack
from coterie.workspace.stand import Stand
from coterie.workspace.telling import described, rule_groups


@checking_given
class Segment:
    """One segment; ``ws.segments["vip"]``. Its people are ``members()``, why somebody is in it ``explain(key)``."""

    def __init__(self, stand: Stand, definition: SegmentDefinition) -> None:
        self._stand = stand
        self.definition = definition
        self.name = definition.name

    def __repr__(self) -> str:
        return f"Segment({self.name!r})"

    @reads
    def members(self) -> Frame:
        """The profiles in it as last refreshed: ``profile_id, key, email`` and their traits."""
        try:
            table = members(self._stand.engine, self.name)
        except UnknownName as fault:
            raise NotReady(
                sentence("segment {name} is defined and not computed yet; run `coterie refresh` first", name=self.name)
            ) from fault
        return people_of(self._stand, table)

    @reads
    def page(self, *, after: int = 0, most: int = 100) -> Frame:
        """The first ``most`` of its ``members`` whose number is above ``after``, by number."""
        found = page_of_members(self._stand.engine, self.name, after=after, most=most)
        return people_of(self._stand, found)

    @reads
    def sql(self) -> str:
        """The SQL that decides who is in it: every stage a named CTE, values in place."""
        stand = self._stand
        return sql_of(
            stand.engine,
            cadence.settled(stand.engine, [self.definition])[0].rule,
            as_of=_as_of(stand),
            traits=trait_definitions(stand.engine, stand.ledger),
            segments=_settled(stand),
            zone=stand.settings.timezone,
        )

    @reads
    def explain(self, key: str | int, *, lang: str | None = None) -> Explanation:
        """Why the profile ``key`` is in it or not: every condition, met or not, and the value that decided."""
        lang = lang or self._stand.lang
        stand = self._stand
        profile = find_profile(stand.engine, key, settings=stand.settings)
        return explain(
            stand.engine,
            cadence.settled(stand.engine, [self.definition])[0],
            profile,
            as_of=_as_of(stand),
            traits=trait_definitions(stand.engine, stand.ledger),
            segments=_settled(stand),
            zone=stand.settings.timezone,
            currency=stand.settings.currency,
        ).into(lang)

    @reads
    def history(self) -> Frame:
        """Its size at each refresh: ``as_of, size, base, share``."""
        return Frame(
            self._stand.engine.query(
                "SELECT as_of, size, base, size / nullif(base, 0) AS share FROM segment_history"
                " WHERE segment = $name ORDER BY refresh_id",
                {"name": self.name},
            )
        )

    def versions(self) -> Frame:
        """Every version of its definition: ``version, created_at, author, rule``."""
        with self._stand.ledger.reading() as t:
            past = t.definitions.history("segment", self.name)
        rows = [
            {
                "version": d.version,
                "created_at": d.created_at,
                "author": d.author,
                "rule": json.dumps(d.body.get("rule"), ensure_ascii=False),
            }
            for d in past
        ]
        return Frame.of(rows)

    @overload
    def rollback(self, version: int, *, dry_run: Literal[False] = False) -> RolledBack: ...

    @overload
    def rollback(self, version: int, *, dry_run: bool) -> RolledBack | WouldRollBack: ...

    def rollback(self, version: int, *, dry_run: bool = False) -> RolledBack | WouldRollBack:
        """Make an earlier ``version`` the newest again; raises ``UnknownName`` for a version there is not."""
        with self._stand.ledger.reading() as t:
            body = t.definitions.one("segment", self.name, version=version).body
        if dry_run:
            return WouldRollBack(self.name, body)
        with self._stand.ledger.transaction() as t:
            saved = t.definitions.save("segment", self.name, body, author=self._stand.actor, at=self._stand.clock())
            t.audit.append(
                "definition rollback",
                f"segment {self.name}",
                {"to": version},
                actor=self._stand.actor,
                at=self._stand.clock(),
            )
        return RolledBack(self.name, saved.version, version)

    def refreeze(self) -> Refrozen:
        """Have the next refresh freeze it anew, with whom its rule takes then; raises ``Refused`` where it is not frozen."""
        if self.definition.cadence != "frozen":
            said = (
                "segment {name} is not frozen; say `cadence: frozen` in its definition, and the next refresh freezes it"
            )
            raise Refused(sentence(said, name=self.name))
        stand = self._stand
        kept = cadence.read_cadences(stand.engine).get(self.name)
        cadence.thaw(stand.engine, self.name)
        with stand.ledger.transaction() as t:
            t.audit.append("segment refreeze", f"segment {self.name}", {}, actor=stand.actor, at=stand.clock())
        return Refrozen(self.name, kept.since if kept and kept.cadence == "frozen" else None)

    @reads
    def show(self, *, lang: str | None = None) -> SegmentShown:
        """Size, rule in words and persona."""
        lang = lang or self._stand.lang
        sizes = self.history()
        newest = sizes[-1] if sizes else {}
        stand = self._stand
        is_computed = self.name in refreshed_segments(stand.engine)
        kept = cadence.read_cadences(stand.engine).get(self.name)
        why = kept.why() if kept else None
        personas = described(stand, rule_groups([self.definition])) if is_computed else []
        return SegmentShown(
            name=self.name,
            label=self.definition.called.told(lang),
            rule=_in_words(stand)(self.definition).into(lang),
            size=cast("int | None", newest.get("size")),
            share=cast("float | None", newest.get("share")),
            as_of=cast("datetime | None", newest.get("as_of")),
            cadence=kept.cadence if kept else self.definition.cadence,
            members_as_of=(kept.since or computed_as_of(stand.engine)) if kept else None,
            not_live_because=why.told(lang) if why else None,
            persona=[line for persona in personas for line in each_into(persona.sentences(), lang)],
        )


class Segments(Mapping[str, Segment]):
    """The segments in use, a mapping of name to ``Segment``; ``ws.segments``.

    A rule is tried by ``preview`` before it is saved by ``ws.apply``.
    """

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def __getitem__(self, name: str) -> Segment:
        bodies = self._stand.bodies("segment")
        if name not in bodies:
            raise UnknownName("segment", name, bodies)
        return Segment(self._stand, cast("SegmentDefinition", parse_definition("segment", bodies[name])))

    def __contains__(self, name: object) -> bool:
        return name in self._stand.bodies("segment")

    def __repr__(self) -> str:
        return f"Segments({', '.join(self)})"

    def _ipython_key_completions_(self) -> list[str]:
        return sorted(self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stand.bodies("segment"))

    def __len__(self) -> int:
        return len(self._stand.bodies("segment"))

    @reads
    def list(self, *, lang: str | None = None) -> Frame:
        """``name, label, size, share, cadence, as_of, rule`` of every segment; ``as_of`` is the instant as of which its members stand."""
        now, base = sizes(self._stand.engine)
        kept = cadence.read_cadences(self._stand.engine)
        as_of = computed_as_of(self._stand.engine)
        locale = lang or self._stand.lang
        listed, in_words = [], _in_words(self._stand)
        for definition in segment_definitions(self._stand.ledger):
            size, how = now.get(definition.name), kept.get(definition.name)
            listed.append(
                {
                    "name": definition.name,
                    "label": definition.called,
                    "size": size,
                    "share": size / base if size is not None and base else None,
                    "cadence": how.cadence if how else definition.cadence,
                    "as_of": None if size is None else (how and how.since) or as_of,
                    "rule": in_words(definition),
                }
            )
        return Frame.of(listed, locale, _LIST)

    def preview(
        self,
        rule: Path | str | Mapping[str, object],
        *,
        as_of: Instant | None = None,
        sample: int = 10,
        lang: str | None = None,
    ) -> Preview:
        """Size, share and a sample of a rule before it is saved, and the size of each of its conditions; a YAML file or a tree.

        ``as_of`` without an offset is read by the clock of the workspace's zone. As of another instant than
        that of the last refresh everything dated is computed anew; ``notes`` say what is read as it stands now.
        """
        stand = self._stand
        definition = cast(
            "SegmentDefinition",
            parse_definition("segment", _rule_body(rule), str(rule) if isinstance(rule, Path) else ""),
        )
        with stand.brought():
            return preview(
                stand.engine,
                definition.rule,
                as_of=_as_of(stand) if as_of is None else instant_of(as_of, stand.settings.timezone),
                traits=trait_definitions(stand.engine, stand.ledger),
                segments=_settled(stand),
                sample=sample,
                zone=stand.settings.timezone,
                currency=stand.settings.currency,
                by_condition=True,
            ).into(lang or stand.lang)

    def reach(self, rule: Path | str | Mapping[str, object]) -> Frame:
        """How many of those whom a rule takes now marketing may go to, by channel: ``channel, size``.

        An address there, consent and no suppression are needed, as a campaign needs them.
        """
        stand = self._stand
        definition = cast("SegmentDefinition", parse_definition("segment", _rule_body(rule)))
        with stand.brought():
            found = matching(
                stand.engine,
                definition.rule,
                as_of=_as_of(stand),
                traits=trait_definitions(stand.engine, stand.ledger),
                segments=_settled(stand),
                zone=stand.settings.timezone,
            )
            return reach_of(stand, found)

    def upload_list(self, name: str, keys: Iterable[str]) -> UploadedList:
        """Keep the people that ``keys`` (customer keys, e-mails, ``namespace:value``) name as the list ``name``.

        Rules ask for it with ``{in_list: name}``. Raises ``Refused`` when no key is known.
        """
        self._stand.bring_people()
        return upload_list(self._stand.engine, name, keys, country=self._stand.settings.country)

    @reads
    def changes(self, *, after: ChangePlace | None = None, most: int = 100, segment: str | None = None) -> Frame:
        """Who entered and who left, in the order in which that was found: ``segment, profile_id, change, as_of, refresh_id, reason``.

        At most ``most``, those behind the place ``after`` (``refresh_id, segment, profile_id, change`` of the last one seen).
        """
        return Frame(changes_since(self._stand.engine, after=after, most=most, segment=segment))

    @reads
    def overlap(self) -> Frame:
        """Every pair of segments: sizes, how many are in both, Jaccard index."""
        return Frame(overlap(self._stand.engine))

    @reads
    def targets(self, *, lang: str | None = None) -> Frame:
        """Segments ranked by attractiveness and ability to serve."""
        lang = lang or self._stand.lang
        groups = rule_groups(segment_definitions(self._stand.ledger))
        ranked = rank_targets(
            self._stand.engine, groups, as_of=self._stand.as_of, is_forecast_sound=is_forecast_sound(self._stand)
        )
        return Frame.told(ranked.table(currency=self._stand.settings.currency), lang)

    def adopt(self, template: str, *, name: str = "", lang: str | None = None) -> Adopted:
        """Keep a ready segment (see ``templates``) as one of the workspace, under its name or another."""
        return adopt_template(self._stand, template, name=name, lang=lang)

    @reads
    def names(self, *, event: str = "", by: str = "", lists: bool = False) -> Frame:
        """What a rule may name, with how often it is in the data: ``name, type, count, share``.

        Events; the properties of one ``event``; the values of its property ``by``, the most frequent first; or the ``lists``.
        """
        engine, as_of = self._stand.engine, _as_of(self._stand)
        if lists:
            return Frame.of([asdict(each) for each in known_lists(engine)])
        if not event:
            return Frame.of([asdict(each) for each in known_events(engine, as_of)])
        found = known_values(engine, event, by, as_of) if by else known_properties(engine, event)
        return Frame.of([asdict(each) for each in found])

    @reads
    def labelled(self, frame: Frame, *, lang: str | None = None) -> Frame:
        """A frame of people with the labels of traits as headings."""
        lang = lang or self._stand.lang
        return labelled(self._stand, frame, lang)

    @reads
    def templates(self, *, lang: str | None = None) -> Frame:
        """Ready rules by family of criteria that this data supports."""
        lang = lang or self._stand.lang
        return Frame(ready_templates(self._stand.engine).table(lang))


_LIST = pa.schema(
    [
        ("name", pa.string()),
        ("label", pa.string()),
        ("size", pa.int64()),
        ("share", pa.float64()),
        ("cadence", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("rule", pa.string()),
    ]
)


def _in_words(stand: Stand) -> Callable[[SegmentDefinition], Sentence]:
    """How a reader is told the rule of a segment: with labels and units of this workspace."""
    traits, segments = trait_definitions(stand.engine, stand.ledger), segment_definitions(stand.ledger)
    return lambda each: each.words(traits=traits, segments=segments, currency=stand.settings.currency)


def _settled(stand: Stand) -> list[SegmentDefinition]:
    """The segments in use, the frozen ones by whom they hold."""
    return cadence.settled(stand.engine, segment_definitions(stand.ledger))


def _as_of(stand: Stand) -> datetime:
    try:
        return stand.as_of
    except NotReady:
        return choose_as_of(stand.engine, None, stand.clock(), stand.settings.timezone).at


def _rule_body(rule: Path | str | Mapping[str, object]) -> dict[str, object]:
    """The rule alone, or a definition with one, as a definition."""
    tree = draft_of(rule, "segments")
    return {"name": tree.get("name", "preview"), "rule": tree.get("rule", tree)}
