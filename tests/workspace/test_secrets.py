"""What is wrong with a secret setting is said without the secret."""

from __future__ import annotations

from pathlib import Path

import pytest

import coterie
from coterie.errors import BadSetting

SECRET = "Gir4ffe-Pa55"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = coterie.init(tmp_path_factory.mktemp("secrets") / "shop")
    coterie.open(folder).close()
    return folder


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("LEDGER_URL", "shop:{}@host/ledger", "COTERIE_LEDGER_URL .* postgresql://", id="no-scheme"),
        pytest.param("LEDGER_URL", "host=h password={}", "COTERIE_LEDGER_URL .* postgresql://", id="words-of-libpq"),
        pytest.param("LEDGER_URL", "postgresql://shop:{}@host:port/ledger", "cannot be read", id="a-port-in-letters"),
        pytest.param("LEDGER_URL", "postgresql://shop:a:{}@:x/ledger", "cannot be read", id="signs-in-the-password"),
        pytest.param("LEDGER_URL", "://{}", "cannot be read", id="an-empty-scheme"),
        pytest.param("LEDGER_URL", "mysql://shop:{}@host/ledger", "not in mysql", id="another-database"),
        pytest.param("THREADS", "many {}", "COTERIE_THREADS cannot be used", id="no-number"),
        pytest.param("THREADS", "0", "COTERIE_THREADS cannot be used", id="too-few"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_shown(
    shop: Path, name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    monkeypatch.setenv(f"COTERIE_{name}", value.format(SECRET))
    with pytest.raises(BadSetting, match=words) as refused:
        coterie.open(shop)
    assert SECRET not in str(refused.value)
    assert not any(SECRET in path.name for path in shop.rglob("*")), "a URL was taken for the name of a file"


@pytest.mark.parametrize("name", ["a" * 100_000, "a b " * 50_000, "\u202e" * 9_000])
def test_a_value_far_too_long_is_shown_shortened(name: str) -> None:
    told = str(BadSetting(f"no trait named {name!r}; known: none yet"))
    assert len(told) <= 4_000
    assert told.startswith("no trait named")
    assert told.endswith("known: none yet")
