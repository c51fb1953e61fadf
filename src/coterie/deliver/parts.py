"""The channels and providers there are, by name."""

from __future__ import annotations

from coterie.deliver.contract import Channel, Provider
from coterie.registry import Registry

CHANNELS: Registry[type[Channel]] = Registry("channel", {"email": "coterie.deliver.channels.email:EmailChannel"})

PROVIDERS: Registry[type[Provider]] = Registry("provider", {"smtp": "coterie.deliver.providers.smtp:SmtpProvider"})
