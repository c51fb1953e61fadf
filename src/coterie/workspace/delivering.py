"""The channels and providers that a workspace sends by, and what a template may say about the people of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from coterie.deliver import CHANNELS, PROVIDERS, Channel, Provider
from coterie.deliver.carriers import Carrier
from coterie.engines import Engine
from coterie.errors import BadSetting, CoterieError, Refused
from coterie.segment import membership
from coterie.settings import DeliverySettings, ProcessSettings, provider_secret
from coterie.words import Sentence, pydantic_says, sentence
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import FindReaders, Reader

_SMTP = "smtp"


def is_to_a_sink(stand: Stand, channel: str) -> bool:
    """Whether messages on ``channel`` go to a server that delivers to nobody, whichever of its providers carries them."""
    delivery = _delivery(stand, channel)
    return (
        delivery.provider == _SMTP
        and stand.settings.smtp.is_sink
        and all(each.provider == _SMTP and each.settings.get("is_sink") is True for each in delivery.further)
    )


def channel_of(stand: Stand, name: str) -> Channel:
    """The channel ``name``, as ``delivery`` sets it."""
    given = _delivery(stand, name).channel
    if name == "email":
        given = {"sender": stand.settings.sender, **given}
    part = CHANNELS[name]
    settings = _validated(part.Settings, given, f"delivery.{name}.channel")
    return part(settings)  # type: ignore[call-arg]  # a Protocol does not say of what settings


def hears_replies(stand: Stand, name: str) -> bool:
    """Whether people can say no to messages on the channel ``name`` by answering; False where its settings cannot be read."""
    try:
        return bool(getattr(channel_of(stand, name), "hears_replies", False))
    except CoterieError:
        return False


def provider_named(stand: Stand, channel: str) -> str | None:
    """The name of the provider that carries messages on ``channel``, or None where nobody said."""
    try:
        return _delivery(stand, channel).provider
    except CoterieError:
        return None


def what_is_missing(stand: Stand, channel: str) -> Sentence | None:
    """Why no message on ``channel`` can leave as things are set, or None."""
    try:
        channel_of(stand, channel)
        carriers_of(stand, channel)
    except CoterieError as fault:
        return fault.sentence
    return None


def provider_of(stand: Stand, channel: str) -> Provider:
    """The provider that carries messages on ``channel``; ``BadSetting`` for one of another channel, or settings it does not take."""
    return carriers_of(stand, channel)[0].provider


def carriers_of(stand: Stand, channel: str) -> list[Carrier]:
    """The providers of ``channel`` in their order; raises as ``provider_of``, for whichever of them."""
    delivery = _delivery(stand, channel)
    if delivery.provider == _SMTP:
        given: Mapping[str, object] = stand.settings.smtp.model_dump() | delivery.settings
        secret, variable = ProcessSettings().smtp_password, "COTERIE_SMTP_PASSWORD"
    else:
        given, secret, variable = delivery.settings, provider_secret(delivery.provider), ""
    first = _made(stand, channel, delivery.provider, given, secret, f"delivery.{channel}.settings", variable)
    found = [Carrier(delivery.provider, first)]
    for place, each in enumerate(delivery.further):
        where, secret = f"delivery.{channel}.further.{place}.settings", provider_secret(each.called)
        variable = f"COTERIE_SECRET_{each.called.upper()}"
        made = _made(stand, channel, each.provider, each.settings, secret, where, variable)
        found.append(Carrier(each.called, made))
    return found


def carrier_names(stand: Stand, channel: str) -> list[tuple[str, str]]:
    """Name and provider of each that carries messages on ``channel``, in their order; none where nobody said."""
    try:
        delivery = _delivery(stand, channel)
    except CoterieError:
        return []
    return [(delivery.provider, delivery.provider), *((each.called, each.provider) for each in delivery.further)]


def _made(
    stand: Stand,
    channel: str,
    name: str,
    given: Mapping[str, object],
    secret: str | None,
    where: str,
    variable: str,
) -> Provider:
    part = PROVIDERS[name]
    if part.channel != channel:
        raise BadSetting(
            sentence(
                "coterie.yaml: delivery.{channel}: the provider {provider} carries {carried}, not {channel}",
                channel=channel,
                provider=name,
                carried=part.channel,
            )
        )
    if name == _SMTP and given.get("user") and not secret:
        raise BadSetting(sentence("smtp.user is set but no password: give it in {variable}", variable=variable))
    settings = _validated(part.Settings, given, where)
    return part(settings, secret=secret, clock=stand.clock)  # type: ignore[call-arg]  # as the contract says of providers


def _delivery(stand: Stand, channel: str) -> DeliverySettings:
    found = stand.settings.delivery.get(channel)
    if found is not None:
        return found
    if channel == "email":
        return DeliverySettings(provider=_SMTP)
    _ = CHANNELS.place(channel)  # one that there is not is named first
    carriers = ", ".join(name for name in PROVIDERS if PROVIDERS[name].channel == channel) or "none is installed"
    raise Refused(
        sentence(
            "this workspace does not say how messages on {channel} leave: name a provider in "
            "coterie.yaml under delivery, {channel} (of this channel: {carriers})",
            channel=channel,
            carriers=carriers,
        )
    )


def _validated(model: type[BaseModel], given: Mapping[str, object], place: str) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]  # what stands there may be a secret
        path = ".".join([place, *map(str, first["loc"])])
        raise BadSetting(sentence("coterie.yaml: {path}: {msg}", path=path, msg=pydantic_says(first))) from None


def find_readers(engine: Engine) -> FindReaders:
    """Traits and segments of profiles by number, in two queries a batch.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("CREATE VIEW traits AS SELECT 1 AS profile_id, 'Ann' AS first_name")
    >>> find_readers(engine)([1, 2])
    {1: ({'first_name': 'Ann'}, frozenset())}
    """

    def find(profiles: Sequence[int]) -> Mapping[int, Reader]:
        asked = {"profiles": list(profiles)}
        traits = engine.query("SELECT * FROM traits WHERE list_contains($profiles, profile_id)", asked).to_pylist()
        segments = membership.segments_of(engine, profiles)
        return {
            row["profile_id"]: (
                {name: value for name, value in row.items() if name != "profile_id"},
                frozenset(segments.get(row["profile_id"], ())),
            )
            for row in traits
        }

    return find
