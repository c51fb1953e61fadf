"""The settings of a workspace, read and changed where they stand: in ``coterie.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from coterie.errors import BadSetting, Overtaken, UnknownName
from coterie.settings import Locale, WorkspaceSettings, find_place, read_workspace_settings, settings_of
from coterie.settings.changing import change_setting, version_of
from coterie.settings.place import known_places
from coterie.words import found_instead
from coterie.workspace.reading import reads
from coterie.workspace.records import SettingsKept

if TYPE_CHECKING:
    from coterie.workspace.stand import Stand

LOOKED_AT_AGAIN = frozenset({"schedules", "webhooks", "kpi_targets"})
"""Settings that are looked at again by themselves."""

READ_WHEN_USED = frozenset(
    {
        "name",
        "locale",
        "sender",
        "postal_address",
        "public_url",
        "preferences",
        "engagement",
        "smtp",
        "delivery",
        "facts_within_days",
        "margin",
        "discount_rate",
        "remarks",
    }
)
"""Settings by which nothing that is kept was read; they are taken up at once, the rest when a server is started again."""

OF_THE_BUSINESS = frozenset({"name", "locale", "country", "currency", "timezone"})
"""Settings that count at once as long as nothing was read by them."""

_SETTLED = "business_settled"
"""The fact that somebody said what the business is called and where it is."""


@dataclass(frozen=True)
class Beginning:
    """What the first visit asks: what the business is called, its language, and where it is, with the codes there are to choose from.

    ``is_over`` once that was said, or rows were taken in.
    """

    is_over: bool
    name: str
    locale: Locale
    country: str
    currency: str
    timezone: str
    countries: Sequence[str]
    currencies: Sequence[str]
    timezones: Sequence[str]


class SettingsFile:
    """``coterie.yaml``, which stays the truth; ``ws.settings_file``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def show(self) -> SettingsKept:
        """Every setting as it stands in the file now, and the version of the file."""
        folder = self._stand.folder
        kept = read_workspace_settings(folder)
        return SettingsKept(version_of(folder), kept.model_dump(mode="json"), kept.unsigned)

    def put(self, name: str, value: object, *, made_from: int | None = None) -> SettingsKept:
        """Give a setting another value; None makes it what it is without a line of its own.

        Raises ``UnknownName``, ``BadSetting`` for a value that it cannot have, and ``Overtaken`` where the file is not that of the version ``made_from``.
        """
        folder, stand = self._stand.folder, self._stand
        is_taken = name in READ_WHEN_USED or (name in OF_THE_BUSINESS and stand.is_empty)
        if name not in WorkspaceSettings.model_fields:
            raise UnknownName("setting", name, WorkspaceSettings.model_fields)
        with stand.ledger.transaction() as t:  # one writer at a time
            version = version_of(folder)
            if made_from is not None and made_from != version:
                raise Overtaken("setting", name, made_from, version, "")
            try:
                change_setting(folder, name, value)
            except ValidationError as fault:
                raise BadSetting(found_instead(fault.errors()[0]), where=name) from fault
            t.audit.append(
                "setting changed", name, {"version": version_of(folder)}, actor=stand.actor, at=stand.clock()
            )
        if is_taken:
            stand.take(stand.settings.model_copy(update={name: getattr(read_workspace_settings(folder), name)}))
        found = self.show()
        counts = "at once" if is_taken or name in LOOKED_AT_AGAIN else "at the next start"
        return replace(found, counts=counts)

    @reads
    def beginning(
        self, *, country: str | None = None, currency: str | None = None, timezone: str | None = None
    ) -> Beginning:
        """What a newcomer is asked first: the business as the file has it, or at the place that follows from what is given.

        Raises ``Refused`` for a country, currency or zone that there is not.
        """
        stand = self._stand
        kept = read_workspace_settings(stand.folder)
        if country or currency or timezone:
            kept = settings_of(find_place(country, currency, timezone), kept.name, kept.locale)
        with stand.ledger.reading() as t:
            is_settled = t.facts.get(_SETTLED) is not None
        places = known_places()
        return Beginning(
            is_over=is_settled or not stand.is_empty,
            name=kept.name,
            locale=kept.locale,
            country=kept.country,
            currency=kept.currency,
            timezone=kept.timezone,
            countries=places.countries,
            currencies=places.currencies,
            timezones=places.timezones,
        )

    def settle(self) -> Beginning:
        """Keep that the business was named and placed, so that nobody is asked again."""
        stand = self._stand
        with stand.ledger.transaction() as t:
            t.facts.put(_SETTLED, stand.clock().isoformat())
            t.audit.append("business settled", stand.settings.name, {}, actor=stand.actor, at=stand.clock())
        return self.beginning()
