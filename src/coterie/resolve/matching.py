"""What a matcher declares, and the matchers by namespace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyarrow as pa

from coterie.registry import Registry
from coterie.settings import IdentitySettings, WorkspaceSettings

Normalizer = Callable[[pa.StringArray, str], pa.StringArray]
"""Values and the ISO country that local numbers are read in → keys; null where a value names nobody."""

_NOBODY_WORDS = """
0 00 000 0000 00000 000000 0000000 00000000 000000000 0000000000 -1 - -- . ? x xx xxx # #n/a n/a na n.a. nan nil
none null undefined missing unknown unkown anonymous anon guest test tester testing dummy tbd tba
无 未知 匿名 测试 暂无 空 游客
"""
NOBODY = frozenset(_NOBODY_WORDS.split())
"""Keys that stand for no one in any namespace, compared in lower case."""


@dataclass(frozen=True)
class Matcher:
    """How values of one namespace are recognized as the same, and how far they may be trusted.

    ``normalize`` gives each value its key: equal keys are one identifier. ``strength``
    orders namespaces, the smaller the surer; where a group of identifiers grows beyond
    its limits the weakest links are let go first. A value that stands with more than
    ``shared_by_at_most`` values of another namespace belongs to several people and joins
    none; a profile holds at most ``at_most_per_profile`` keys of the namespace. With
    ``joins`` false the namespace is kept, and never merges anybody. ``is_group`` marks a
    namespace that names several people, such as a household. ``revision`` goes up when
    ``normalize`` changes, so that stored keys are made anew.
    """

    namespace: str
    normalize: Normalizer
    strength: int = 60
    blocked: frozenset[str] = frozenset()
    shared_by_at_most: int | None = 3
    at_most_per_profile: int = 20
    joins: bool = True
    is_group: bool = False
    revision: int = 2

    def with_settings(self, settings: IdentitySettings) -> Matcher:
        """This matcher with the workspace's own limits and blocked values."""
        own = settings.blocked.get(self.namespace, ()) + settings.blocked.get("*", ())
        return replace(
            self,
            blocked=self.blocked | NOBODY | {value.strip().lower() for value in own},
            shared_by_at_most=settings.shared_by_at_most.get(self.namespace, self.shared_by_at_most),
            at_most_per_profile=settings.at_most_per_profile.get(self.namespace, self.at_most_per_profile),
        )

    def rules(self, country: str) -> str:
        """A fingerprint of what keys depend on; stored beside them."""
        text = "\n".join([self.namespace, str(self.revision), country, *sorted(self.blocked)])
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


MATCHERS: Registry[Matcher] = Registry(
    "matcher",
    {
        "crm_id": "coterie.resolve.matchers.crm_id:MATCHER",
        "customer_id": "coterie.resolve.matchers.customer_id:MATCHER",
        "device_id": "coterie.resolve.matchers.device_id:MATCHER",
        "email": "coterie.resolve.matchers.email:MATCHER",
        "household_id": "coterie.resolve.matchers.household_id:MATCHER",
        "loyalty_card": "coterie.resolve.matchers.loyalty_card:MATCHER",
        "name": "coterie.resolve.matchers.name:MATCHER",
        "phone": "coterie.resolve.matchers.phone:MATCHER",
        "postcode": "coterie.resolve.matchers.postcode:MATCHER",
    },
)


def matcher_for(namespace: str, settings: WorkspaceSettings) -> Matcher:
    """The matcher of ``namespace`` under ``settings``; a namespace nobody registered is matched as given.

    >>> matcher_for("email", WorkspaceSettings()).shared_by_at_most
    3
    >>> matcher_for("tiktok_id", WorkspaceSettings()).strength
    60
    """
    if namespace in MATCHERS:
        found = MATCHERS[namespace]
    else:
        from coterie.resolve.text import plain

        found = Matcher(namespace, plain)
    return found.with_settings(settings.identity)
