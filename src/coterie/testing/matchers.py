"""What every matcher of identifiers must do."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from coterie.identifiers import Matcher
from coterie.testing.claims import claim

AWKWARD = ("", " ", "x", "0", "测试", "a" * 300, "1\n2", "'; DROP TABLE identifiers; --")


def check_matcher(matcher: Matcher, values: Sequence[str], country: str = "US") -> None:
    """Assert that ``values`` have keys, that keys are their own keys, and that nothing throws or changes places.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.identifiers import MATCHERS
    >>> check_matcher(MATCHERS["email"], ["Ann@Example.com", "bob+news@gmail.com"])
    """
    given = pa.array([*values, *AWKWARD, None], pa.string())
    keys = matcher.normalize(given, country)
    claim(len(keys) == len(given), matcher.namespace, "one key for every value, in the same order")
    claim(keys[-1].as_py() is None, matcher.namespace, "no value, no key")
    claim(keys[len(values)].as_py() is None, matcher.namespace, "an empty value names nobody")
    claim(None not in keys[: len(values)].to_pylist(), matcher.namespace, "the values given have keys")
    claim(keys.equals(matcher.normalize(given, country)), matcher.namespace, "the same keys every time")
    claim(keys.equals(matcher.normalize(keys, country)), matcher.namespace, "a key is its own key")
    claim(
        re.fullmatch("[a-z][a-z0-9_]*", matcher.namespace) is not None, matcher.namespace, "a field may bear its name"
    )
    claim(matcher.at_most_per_profile >= 1, matcher.namespace, "a profile may hold a key")
    claim(matcher.revision >= 1, matcher.namespace, "stored keys tell by the revision whether to be made anew")
