"""Traits that say whether somebody may be written to, told by their names as the columns of files are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coterie.collect.hints.permission_names import speaks_of_consent
from coterie.collect.proposals.permissions import answers_of, channel_named
from coterie.domain.consenting import EVERYWHERE, spelt


def permissions_told(traits: Mapping[str, object], *, has_email: bool, has_phone: bool) -> Iterator[dict[str, object]]:
    """Channel, answer and proof of each trait that speaks of consent.

    Where the name tells no channel, a yes is for e-mail (texts, where only a phone is known) and a no for all. An
    answer that is not understood is handed on as it is: its row is refused, and whom it names is held back.
    """
    usual = "sms" if has_phone and not has_email else "email"
    for name, value in traits.items():
        if value is None or isinstance(value, dict | list) or not speaks_of_consent(name):
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        state = answers_of(name).get(spelt(text))
        if state == "silent":
            continue
        channel = channel_named(name) or (usual if state == "granted" else EVERYWHERE)
        yield {"channel": channel, "granted": state or text, "proof": name}
