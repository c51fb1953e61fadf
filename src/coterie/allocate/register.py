"""The channel register: what channels there are, what they cost and what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coterie.errors import BadDefinition, UnknownName
from coterie.words import pydantic_says, sentence

Kind = Literal["owned", "paid", "traditional", "partner"]
CostModel = Literal["free", "fixed", "per_contact", "per_mille", "percent_of_sales"]


class ChannelCost(BaseModel):
    """What a channel costs: ``amount`` a month, a contact, a thousand impressions, or as a share of sales.

    >>> ChannelCost(model="per_mille", amount=40).per_contact
    0.04
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: CostModel = Field(
        description="What is paid for: fixed (a month), per_contact, per_mille (1,000 impressions), percent_of_sales, or free."
    )
    amount: float = Field(
        0,
        ge=0,
        description="Money for that, in the workspace's currency; of percent_of_sales the share, 0.15 being 15 %.",
    )

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
    """One channel: what it is, what it costs, what it can do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="What commands and mappings call it.")
    label: str = Field(description="What people call it.")
    kind: Kind = Field(description="owned, paid, traditional or partner.")
    aliases: tuple[str, ...] = Field((), description="Values in the data that mean this channel, in any case.")
    sells: bool = Field(False, description="Orders come in through it.")
    contacts: bool = Field(False, description="Messages go out through it.")
    cost: ChannelCost = Field(ChannelCost(model="free"), description="What it costs.")
    needs: tuple[str, ...] = Field(
        (), description="Namespaces of identifiers, one of which a person must have to be reached."
    )
    reach: Share = Field(ge=0, le=1, description="0–1: share of people it can reach where the data does not tell.")
    capacity: int | None = Field(None, gt=0, description="Contacts a day at most; unlimited when absent.")
    measurability: Share = Field(ge=0, le=1, description="0–1: how surely a response can be traced to a person.")
    personalization: Share = Field(ge=0, le=1, description="0–1: how far content can be made for one person.")
    immediacy: Share = Field(ge=0, le=1, description="0–1: how soon a message arrives and can be answered.")
    attention: Share = Field(ge=0, le=1, description="0–1: how much personal care a contact is, and costs.")

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
                    raise ValueError(
                        sentence(
                            "{alias!r} means both {first} and {second}",
                            alias=alias,
                            first=taken[alias],
                            second=channel.name,
                        )
                    )
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
        raise BadDefinition(pydantic_says(first), where=f"{where}:{'.'.join(map(str, first['loc']))}") from fault


@cache
def ready_channels() -> ChannelRegister:
    """The register that comes with Coterie.

    >>> ready_channels()["email"].kind
    'owned'
    """
    text = (files("coterie.allocate") / "channels.yaml").read_text("utf-8")
    return channel_register(yaml.safe_load(text), where="channels.yaml")
