"""The channel register: what channels there are, what they cost and what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coterie.errors import BadDefinition, UnknownName

Kind = Literal["owned", "paid", "traditional", "partner"]
CostModel = Literal["free", "fixed", "per_contact", "per_mille", "percent_of_sales"]


class ChannelCost(BaseModel):
    """What a channel costs: ``amount`` a month, a contact, a thousand impressions, or as a share of sales.

    >>> ChannelCost(model="per_mille", amount=40).per_contact
    0.04
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: CostModel
    amount: float = Field(0, ge=0)

    @property
    def per_contact(self) -> float | None:
        """Cost of one contact more; None where it does not depend on contacts."""
        return {"free": 0.0, "per_contact": self.amount, "per_mille": self.amount / 1000}.get(self.model)

    def of(self, *, contacts: float, sales: float, months: float) -> float:
        """Cost of so many contacts and sales over so many months."""
        if self.model == "fixed":
            return self.amount * months
        if self.model == "percent_of_sales":
            return self.amount * sales
        return (self.per_contact or 0.0) * contacts


Share = float


class ChannelDefinition(BaseModel):
    """One channel; the fields are explained at the top of ``channels.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    sells: bool = False
    contacts: bool = False
    cost: ChannelCost = ChannelCost(model="free")
    needs: tuple[str, ...] = ()
    reach: Share = Field(ge=0, le=1)
    capacity: int | None = Field(None, gt=0)
    measurability: Share = Field(ge=0, le=1)
    personalization: Share = Field(ge=0, le=1)
    immediacy: Share = Field(ge=0, le=1)
    attention: Share = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _does_something(self) -> ChannelDefinition:
        if not (self.sells or self.contacts):
            raise ValueError("a channel sells or contacts, or both")
        return self


class ChannelRegister(BaseModel):
    """The channels of a business; names are unique and an alias belongs to one channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[ChannelDefinition, ...]

    @model_validator(mode="after")
    def _is_unambiguous(self) -> ChannelRegister:
        taken: dict[str, str] = {}
        for channel in self.channels:
            for alias in {channel.name, *(a.lower() for a in channel.aliases)}:
                if taken.setdefault(alias, channel.name) != channel.name:
                    raise ValueError(f"{alias!r} means both {taken[alias]} and {channel.name}")
        return self

    def __getitem__(self, name: str) -> ChannelDefinition:
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise UnknownName("channel", name, (c.name for c in self.channels))

    @property
    def names_in_data(self) -> dict[str, str]:
        """Lower-cased value of a channel column → channel name."""
        return {a.lower(): c.name for c in self.channels for a in (c.name, *c.aliases)}

    def only(self, names: Iterable[str]) -> ChannelRegister:
        """The register with the channels named, in that order."""
        return ChannelRegister(channels=tuple(self[name] for name in names))


def channel_register(tree: Mapping[str, object], *, where: str = "channels") -> ChannelRegister:
    """A register from YAML or JSON; raises ``BadDefinition`` saying what is wrong and where."""
    try:
        return ChannelRegister.model_validate(tree)
    except ValidationError as fault:
        first = fault.errors()[0]
        raise BadDefinition(first["msg"], where=f"{where}:{'.'.join(map(str, first['loc']))}") from fault


@cache
def ready_channels() -> ChannelRegister:
    """The register that comes with Coterie.

    >>> ready_channels()["email"].kind
    'owned'
    """
    text = (files("coterie.allocate") / "channels.yaml").read_text("utf-8")
    return channel_register(yaml.safe_load(text), where="channels.yaml")
