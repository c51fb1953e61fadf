from __future__ import annotations

import stat
import threading

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.errors import BadSetting
from coterie.identifiers import identities_of, keys_of
from coterie.protect import WorkspaceKey, address_key, read_or_make_key

KEY = WorkspaceKey(b"k" * 32)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = read_or_make_key(tmp_path)
    assert first.derive("x") == read_or_make_key(tmp_path).derive("x")
    assert [stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()] == [0o600]


def test_openers_that_start_together_agree_on_the_key(tmp_path):
    found: list[bytes] = []
    makers = [threading.Thread(target=lambda: found.append(read_or_make_key(tmp_path).derive("x"))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len({*found, read_or_make_key(tmp_path).derive("x")}) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda file: file.chmod(0o644), "can be read by others", id="open-to-others"),
        pytest.param(lambda file: file.write_text(""), "has 0", id="empty"),
        pytest.param(lambda file: file.write_text("secret"), "holds no key", id="not-a-key"),
        pytest.param(lambda file: file.write_text("ab" * 8), "32 bytes", id="too-short"),
    ],
)
def test_a_key_that_is_not_safe_is_refused(tmp_path, change, words):
    read_or_make_key(tmp_path)
    change(tmp_path / "workspace.key")
    with pytest.raises(BadSetting, match=words):
        read_or_make_key(tmp_path)


def test_keys_of_different_uses_and_workspaces_differ():
    other = WorkspaceKey(b"o" * 32)
    assert len({KEY.derive("a"), KEY.derive("b"), other.derive("a")}) == 3
    assert address_key(KEY, "email", "a@x.example") != address_key(other, "email", "a@x.example")
    assert "k" * 8 not in repr(KEY)


def test_many_hashes_are_the_single_ones():
    assert KEY.hashes_of("message", ["a", "b"], "spring") == [KEY.hash_of("message", "spring", n) for n in "ab"]


@pytest.mark.parametrize(
    ("namespace", "value", "form"),
    [
        pytest.param("email", " Ann@Example.COM ", "ann@example.com", id="case-and-spaces"),
        pytest.param("email", "a.n.n+news@gmail.com", "ann@gmail.com", id="gmail-dots-and-tags"),
        pytest.param("email", "ann@googlemail.com", "ann@gmail.com", id="gmail-by-its-other-name"),
        pytest.param("email", "a.n+n@example.com", "a.n+n@example.com", id="dots-matter-elsewhere"),
        pytest.param("email", "王@例え.jp", "王@xn--r8jz45g.jp", id="international"),
        pytest.param("email", "ａｎｎ@example.com", "ann@example.com", id="full-width"),
        pytest.param("email", "ann@localhost", "ann@localhost", id="a-host-inside"),
        pytest.param("email", "ann", None, id="no-domain"),
        pytest.param("email", "ann@@example.com", None, id="two-signs"),
        pytest.param(
            "email", "ann@example.com\nBcc: x@y.z", "ann@example.com", id="what-follows-an-address-is-left-out"
        ),
        pytest.param("email", "a,b@example.com", None, id="two-recipients-hidden-in-it"),
        pytest.param("email", "", None, id="empty"),
        pytest.param("phone", "+86 (139) 1234-5678", "+8613912345678", id="phone"),
        pytest.param("phone", "none", None, id="no-phone"),
        pytest.param("customer_id", " C-1 ", "C-1", id="other-namespaces-are-trimmed"),
    ],
)
def test_an_address_has_one_spelling(namespace, value, form):
    assert keys_of(namespace, pa.array([value]), "US").to_pylist() == [form]


def test_identities_keep_what_is_no_address_as_it_is():
    given = [("email", "A@x.example"), ("email", " n/a "), ("email", "Ann"), ("customer_id", "C1")]
    given += [("phone", "+1 234"), ("phone", "ext 7"), ("phone", "138****6000")]
    found = identities_of(pa.array([name for name, _ in given]), pa.array([value for _, value in given]), "US")
    assert found.to_pylist() == [
        "email:a@x.example",
        "email:n/a",
        "email:ann",
        "customer_id:C1",
        "phone:+1234",
        "phone:ext 7",
        "phone:138****6000",
    ]


@given(st.lists(st.text(max_size=30) | st.emails(), max_size=5))
def test_one_spelling_stays_as_it_is(values):
    once = keys_of("email", pa.array(values, pa.string()), "US")
    kept = once.drop_null()
    assert keys_of("email", kept, "US").to_pylist() == kept.to_pylist()
    assert all("\n" not in value and "\r" not in value for value in kept.to_pylist())
