"""What a matcher declares, and the matchers by namespace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.nobody import MASK, NOBODY, stands_for_nobody
from coterie.identifiers.text import plain
from coterie.registry import Registry
from coterie.settings import IdentitySettings, WorkspaceSettings

PLACEHOLDER_BEYOND = (("email", 5), ("phone", 20))
"""A customer's number beside more addresses than these was typed for whoever had none of their own."""

CROWDED_FROM = 3
"""Beside so many it may have been, and is told; one that is typed without thinking (``FILLER``) was."""

FILLER = "^(1{4,}|2{4,}|3{4,}|4{4,}|5{4,}|6{4,}|7{4,}|8{4,}|9{4,}|123456?7?8?9?0?)$"
"""Numbers that are typed where there is none (RE2)."""

Normalizer = Callable[[pa.StringArray, str], pa.StringArray]
"""Values and the ISO country that local numbers are read in → keys; null where a value cannot be of the namespace."""


@dataclass(frozen=True)
class Matcher:
    """How values of one namespace are recognized as the same, and how far they may be trusted.

    ``normalize`` gives each value its key: equal keys are one identifier. ``address`` spells a
    value for writing to it, where that is not its key. ``blocked`` keys, and those that the
    pattern ``nobody`` finds, name nobody. ``strength``
    orders namespaces, the smaller the surer; where a group of identifiers grows beyond
    its limits the weakest links are let go first. A value that stands with more than
    ``shared_by_at_most`` values of another namespace belongs to several people and joins
    none; one that stands beside more addresses than ``addresses_at_most`` allows, by their
    namespace, is a placeholder and names nobody; a profile holds at most ``at_most_per_profile`` keys of the namespace. With
    ``joins`` false the namespace is kept, and never merges anybody. ``is_group`` marks a
    namespace that names several people, such as a household. ``revision`` goes up when
    ``normalize`` changes, so that stored keys are made anew. ``about`` says what the values are, where
    the matcher has no file of its own.
    """

    namespace: str
    normalize: Normalizer
    strength: int = 60
    blocked: frozenset[str] = frozenset()
    shared_by_at_most: int | None = 3
    at_most_per_profile: int = 20
    joins: bool = True
    is_group: bool = False
    revision: int = 3
    address: Normalizer | None = None
    nobody: str = ""
    addresses_at_most: tuple[tuple[str, int], ...] = ()
    about: str = ""

    def with_settings(self, settings: IdentitySettings) -> Matcher:
        """This matcher with the workspace's own limits and blocked values."""
        own = settings.blocked.get(self.namespace, ()) + settings.blocked.get("*", ())
        return replace(
            self,
            blocked=self.blocked | {value.strip().lower() for value in own},
            shared_by_at_most=settings.shared_by_at_most.get(self.namespace, self.shared_by_at_most),
            at_most_per_profile=settings.at_most_per_profile.get(self.namespace, self.at_most_per_profile),
            addresses_at_most=tuple(
                (name, settings.addresses_at_most.get(self.namespace, most)) for name, most in self.addresses_at_most
            ),
        )

    def is_blocked(self, keys: pa.StringArray) -> pa.BooleanArray:
        """Whether each key names nobody: there is none, or it is a placeholder or masked.

        >>> from coterie.identifiers import MATCHERS
        >>> MATCHERS["email"].is_blocked(pa.array([None, "noreply@shop.example", "ann@shop.example"])).to_pylist()
        [True, True, False]
        """
        found = pc.or_(pc.is_null(keys), stands_for_nobody(keys, self.blocked))
        if self.nobody:
            found = pc.or_(found, pc.fill_null(pc.match_substring_regex(keys, self.nobody), False))
        return cast("pa.BooleanArray", found)

    @property
    def has_usual_limits(self) -> bool:
        """Whether no workspace says how many addresses one of its values may have."""
        return self.addresses_at_most == MATCHERS[self.namespace].addresses_at_most

    @property
    def may_number_accounts(self) -> bool:
        """Whether its values may turn out to be those of accounts; not where a workspace says how many addresses one may have."""
        return "email" in dict(self.addresses_at_most) and self.has_usual_limits

    def rules(self, country: str) -> str:
        """A fingerprint of what keys depend on; stored beside them."""
        text = "\n".join(
            [self.namespace, str(self.revision), country, self.nobody, MASK, *sorted(self.blocked | NOBODY)]
        )
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


MATCHERS: Registry[Matcher] = Registry(
    "matcher",
    {
        "crm_id": "coterie.identifiers.matchers.numbers:CRM_ID",
        "customer_id": "coterie.identifiers.matchers.numbers:CUSTOMER_ID",
        "device_id": "coterie.identifiers.matchers.numbers:DEVICE_ID",
        "email": "coterie.identifiers.matchers.email:MATCHER",
        "household_id": "coterie.identifiers.matchers.numbers:HOUSEHOLD_ID",
        "loyalty_card": "coterie.identifiers.matchers.numbers:LOYALTY_CARD",
        "name": "coterie.identifiers.matchers.name:MATCHER",
        "phone": "coterie.identifiers.matchers.phone:MATCHER",
        "postcode": "coterie.identifiers.matchers.numbers:POSTCODE",
        "web_push": "coterie.identifiers.matchers.web_push:MATCHER",
    },
)


def matcher_named(namespace: str) -> Matcher:
    """The matcher of ``namespace``; a namespace nobody registered is matched as given.

    >>> matcher_named("tiktok_id").strength
    60
    """
    return MATCHERS[namespace] if namespace in MATCHERS else Matcher(namespace, plain)


def matcher_for(namespace: str, settings: WorkspaceSettings) -> Matcher:
    """As ``matcher_named``, with the limits and blocked values of ``settings``.

    >>> matcher_for("email", WorkspaceSettings()).shared_by_at_most
    3
    """
    return matcher_named(namespace).with_settings(settings.identity)
