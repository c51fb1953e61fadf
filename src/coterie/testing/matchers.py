"""What every matcher of identifiers must do."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from coterie.resolve import Matcher

AWKWARD = ("", " ", "x", "0", "测试", "a" * 300, "1\n2", "'; DROP TABLE identifiers; --")


def check_matcher(matcher: Matcher, values: Sequence[str], country: str = "US") -> None:
    """Assert that ``values`` have keys, that keys are their own keys, and that nothing throws or changes places."""
    given = pa.array([*values, *AWKWARD, None], pa.string())
    keys = matcher.normalize(given, country)
    _expect(len(keys) == len(given), matcher, "one key for every value, in the same order")
    _expect(keys[-1].as_py() is None, matcher, "no value, no key")
    _expect(keys[len(values)].as_py() is None, matcher, "an empty value names nobody")
    _expect(None not in keys[: len(values)].to_pylist(), matcher, "the values given have keys")
    _expect(keys.equals(matcher.normalize(given, country)), matcher, "the same keys every time")
    _expect(keys.equals(matcher.normalize(keys, country)), matcher, "a key is its own key")
    _expect(matcher.at_most_per_profile >= 1, matcher, "a profile may hold a key")
    _expect(matcher.revision >= 1, matcher, "stored keys tell by the revision whether to be made anew")


def _expect(holds: bool, matcher: Matcher, claim: str) -> None:
    if not holds:
        raise AssertionError(f"{matcher.namespace}: {claim}")
