"""Channels of a workspace against its segments."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from coterie.allocate import (
    ChannelRegister,
    PrincipleWeights,
    ScoreMatrix,
    channel_performance,
    channel_register,
    ready_channels,
    score_matrix,
)
from coterie.domain.receipts import ReceiptState
from coterie.errors import Refused
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.carrier_health import HEALTH, carriers_health
from coterie.workspace.channels_checked import CHECKED, channels_checked
from coterie.workspace.frame import Frame
from coterie.workspace.models import is_forecast_sound
from coterie.workspace.reading import reads
from coterie.workspace.receipts import CALLED, LISTED, callbacks_listed, receipts_listed
from coterie.workspace.records import ChannelsFound
from coterie.workspace.stand import Stand


class Channels:
    """The register, what channels brought, and how they fit segments; ``ws.channels``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def register(self) -> ChannelRegister:
        """The ready channels and the workspace's own; an own one replaces a ready one of its name."""
        own = self._stand.bodies("channel")
        ready = [c.model_dump(mode="json") for c in ready_channels().channels if c.name not in own]
        return channel_register({"channels": [*ready, *own.values()]})

    def list(self, *, lang: str | None = None) -> Frame:
        """Every channel: kind, cost, what it can do."""
        lang = lang or self._stand.lang
        rows = [
            {
                "channel": c.name,
                "label": Sentence(c.label),
                "kind": c.kind,
                "cost_model": c.cost.model,
                "cost": c.cost.amount,
                "sells": c.sells,
                "contacts": c.contacts,
                "reach": c.reach,
                "measurability": c.measurability,
            }
            for c in self.register().channels
        ]
        return Frame.of(rows, lang)

    @reads
    def check(self, *, lang: str | None = None) -> Frame:
        """Every channel that messages may leave on: its provider, what is missing, how many people it reaches and waits for.

        ``people`` have an address on it, ``open`` of them may be sent marketing; ``campaigns`` are those not launched that would use it.
        """
        return Frame.of(channels_checked(self._stand), lang or self._stand.lang, CHECKED)

    @reads
    def health(self, *, lang: str | None = None) -> Frame:
        """Every provider of every channel in its order, and what became of what it carried in the last 30 days.

        ``state`` is ``gave_way`` where it could not be used when it was last, with ``since`` and ``why``; below each stands the same by the ``domain`` of the addresses, those it wrote to most.
        """
        return Frame.of(carriers_health(self._stand), lang or self._stand.lang, HEALTH)

    @reads
    def receipts(self, *, state: ReceiptState | None = None, most: int = 100) -> Frame:
        """What providers told of messages after they left, the newest first: ``delivered``, ``bounced`` and so on.

        ``unmatched`` are of no message that is known; ``told`` are events already, ``noted`` say nothing that changes anything.
        """
        return Frame.of(receipts_listed(self._stand, most, state), self._stand.lang, LISTED)

    @reads
    def callbacks(self, *, lang: str | None = None) -> Frame:
        """Who may call to tell what became of messages: at which address, whether that is set up, when they did last and how much."""
        return Frame.of(callbacks_listed(self._stand), lang or self._stand.lang, CALLED)

    @reads
    def performance(self, *, by: str | None = None, lang: str | None = None) -> Frame:
        """What each channel brought, for everybody and by the segments of the segmentation ``by``."""
        stand = self._stand
        found = channel_performance(stand.engine, self.register(), as_of=stand.as_of, segmentation=by)
        return Frame.told(found, lang or stand.lang)

    @reads
    def matrix(self, *, by: str | None = None, weights: Mapping[str, float] | None = None) -> ScoreMatrix:
        """The score matrix with its facts; ``weights`` say how much ``value``, ``preference`` and ``capability`` count."""
        stand = self._stand
        return score_matrix(
            stand.engine,
            self.register(),
            as_of=stand.as_of,
            segmentation=by,
            weights=_weights(weights),
            currency=stand.settings.currency,
            is_forecast_sound=is_forecast_sound(stand),
        )

    def score(
        self, *, by: str | None = None, weights: Mapping[str, float] | None = None, lang: str | None = None
    ) -> Frame:
        """Every segment by every channel, 0-1, with the reasons in words; ``weights`` as ``matrix`` takes them."""
        lang = lang or self._stand.lang
        return Frame.told(self.matrix(by=by, weights=weights).table(), lang)

    @reads
    def finding(
        self, *, by: str | None = None, weights: Mapping[str, float] | None = None, lang: str | None = None
    ) -> ChannelsFound:
        """What the score matrix comes to, what a reader must know of it, and how much each principle counts."""
        found, lang = self.matrix(by=by, weights=weights), lang or self._stand.lang
        said = found.in_words({channel.name: channel.label for channel in self.register().channels})
        nothing = sentence(
            "Orders name no channel, nobody was contacted and no address is known, so nothing here tells one channel from another."
        )
        meant = sentence("A score is a weighted judgement from 0 to 1, not a forecast of response.")
        unmapped = found.facts.unmapped_in_words()
        shares = dict(zip(("value", "preference", "capability"), found.weights.shares, strict=True))
        return ChannelsFound(
            by, [(said or nothing).into(lang)], each_into([meant, *([unmapped] if unmapped else [])], lang), shares
        )


def _weights(given: Mapping[str, float] | None) -> PrincipleWeights | None:
    if not given:
        return None
    try:
        return PrincipleWeights.model_validate(given)
    except ValidationError as fault:
        raise Refused(
            sentence(
                "weights are numbers from 0 for value, preference and capability, one of them above 0; found {given}",
                given=dict(given),
            )
        ) from fault
