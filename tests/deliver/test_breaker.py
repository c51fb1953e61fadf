"""What the breaker believes of an answer, when it stops a run, and how many it lets be on their way; without a network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from coterie.deliver.breaker import BOUNCED, Breaker, is_bounce
from coterie.domain import Message, Origin, Outcome

NOW = datetime(2026, 3, 10, 12)
SPRING = Origin("campaign", "spring")
ANSWERS = {
    "s": ("sent", 250, "ok"),
    "f": ("failed", 550, "5.7.1 blocked"),
    "o": ("failed", 554, "5.6.0 other"),
    "d": ("deferred", 451, "4.7.1 come again"),
    "c": ("deferred", None, "connection lost before the dot"),
    "u": ("unknown", None, "connection lost after the dot"),
    "n": ("failed", None, "cannot be made"),
}
"""A letter an answer: sent, failed in two ways, deferred by the server or for want of a connection, unknown, not made."""


def outcome(letter: str, number: int = 0) -> tuple[Message, Outcome]:
    state, code, reply = ANSWERS[letter]
    message = Message(f"m{number}", SPRING, number, "email", "marketing", "a@x.org", "k", "message", "hello")
    return message, Outcome(f"m{number}", state, NOW, code, reply)  # type: ignore[arg-type]


def fed(letters: Iterable[str], **how: bool) -> Breaker:
    breaker = Breaker(**how)
    for number, letter in enumerate(letters):
        breaker.weigh(*outcome(letter, number))
    return breaker


@pytest.mark.parametrize(
    ("letters", "at_end", "stops"),
    [
        pytest.param("s" * 4 + "f" * 16, False, True, id="sixteen-of-twenty"),
        pytest.param("s" * 5 + "f" * 15, False, False, id="fifteen-of-twenty"),
        pytest.param("f" * 16 + "s" * 4, False, True, id="in-whatever-order"),
        pytest.param("f" * 16 + "s" * 5, False, False, id="the-oldest-is-forgotten"),
        pytest.param("f" * 19, False, False, id="fewer-than-twenty-are-waited-for"),
        pytest.param("s" * 4 + "fo" * 8, False, False, id="two-kinds-of-refusals"),
        pytest.param("f" * 5, True, True, id="five-at-the-end-of-a-run"),
        pytest.param("f" * 4, True, False, id="four-say-nothing"),
        pytest.param("f" * 8 + "s" * 2, True, True, id="four-in-five-of-a-short-run"),
        pytest.param("f" * 7 + "s" * 2, True, False, id="less-than-four-in-five"),
        pytest.param("s" * 12 + "f" * 5, True, True, id="the-last-five"),
        pytest.param("s" * 12 + "f" * 4, True, False, id="the-last-four"),
        pytest.param("f" * 5 + "s" * 12, True, False, id="the-first-five"),
        pytest.param("s" * 12 + "f" * 5, False, False, id="the-last-five-while-it-goes-on"),
        pytest.param("d" * 20, False, True, id="asked-to-come-again-by-everybody"),
        pytest.param("d" * 19, True, False, id="by-nineteen"),
        pytest.param("s" + "d" * 20, False, False, id="by-everybody-after-one-was-taken"),
        pytest.param("c" * 30, True, False, id="what-no-server-said"),
        pytest.param("n" * 30, True, False, id="what-could-not-be-made"),
        pytest.param("uuu", False, True, id="three-lost-in-a-row"),
        pytest.param("uu", False, False, id="two-lost"),
        pytest.param("uusuu", False, False, id="lost-with-an-answer-between"),
        pytest.param("ufufu", False, False, id="a-refusal-is-an-answer"),
    ],
)
def test_a_run_is_stopped_by_what_is_about_the_server(letters: str, at_end: bool, stops: bool) -> None:
    breaker = fed(letters)
    breaker.judge(at_end=at_end)
    assert bool(breaker.stopped) is stops
    trusting = fed(letters, trusts=True)
    trusting.judge(at_end=at_end)
    assert trusting.stopped == ""


def test_a_refusal_is_one_whatever_it_says_of_the_person() -> None:
    breaker = Breaker()
    for number in range(20):
        message, told = outcome("f", number)
        words = f"5.7.1 <p{number}@x.org> blocked, see https://x.org/{number} id ab{number:08d}, queue QX{number:05d}Z"
        breaker.weigh(message, Outcome(told.message_id, "failed", NOW, 550, words))
    breaker.judge()
    assert breaker.stopped


@pytest.mark.parametrize(("after", "believed"), [("ss", []), ("sfs", []), ("sss", ["m0"]), ("sufss", ["m0"])])
def test_a_final_no_is_believed_once_three_were_taken_after_it(after: str, believed: list[str]) -> None:
    breaker = Breaker()
    message, refusal = outcome("f")
    weighed = breaker.weigh(message, refusal)
    assert (weighed.state, weighed.reason, weighed.retry_at) == ("deferred", None, NOW + timedelta(minutes=1))
    for number, letter in enumerate(after, start=1):
        breaker.weigh(*outcome(letter, number))
    assert [each.message_id for _, each in breaker.believed()] == believed
    assert breaker.believed() == []
    assert breaker.given_back() == []


def test_at_the_end_a_run_that_was_not_stopped_is_believed() -> None:
    breaker = fed("sf")
    assert [(message.message_id, told.state) for message, told in breaker.believed(at_end=True)] == [("m1", "failed")]


def test_a_bounce_waits_for_its_proof_without_its_reason() -> None:
    message, _ = outcome("f")
    told = Outcome("m0", "failed", NOW, 550, "5.1.1 no such user", reason=BOUNCED)
    assert Breaker().weigh(message, told).reason is None
    assert Breaker(trusts=True).weigh(message, told) is told


@pytest.mark.parametrize("letter", ["s", "d", "c", "u", "n"])
def test_any_other_answer_is_told_as_it_is(letter: str) -> None:
    message, told = outcome(letter)
    assert Breaker().weigh(message, told) is told


def test_a_message_that_is_answered_anew_is_in_doubt_no_more() -> None:
    breaker = fed("f")
    breaker.weigh(*outcome("s", 0))
    assert breaker.believed(at_end=True) == []


def test_tries_at_a_server_that_refuses_everybody_are_given_back_and_nobody_is_given_up() -> None:
    breaker = fed("s" * 2 + "dc" + "f" * 18)
    assert breaker.believed(at_end=True) == []
    assert breaker.given_back() == sorted(["m2", *(f"m{n}" for n in range(4, 22))])
    assert breaker.given_back() == []


def test_a_run_begins_with_one_and_doubles_with_each_round_of_answers() -> None:
    breaker, ways = Breaker(), []
    for answers in ("", "s", "ss", "sdff", "u", "s"):
        for letter in answers:
            breaker.weigh(*outcome(letter))
        ways.append(breaker.most_on_way(6))
    assert ways == [1, 1, 3, 6, 1, 2]
    assert breaker.most_on_way(1) == 1


@pytest.mark.parametrize(
    ("code", "words", "bounces"),
    [
        (550, "5.1.1 unknown", True),
        (550, "5.1.10 null MX", True),
        (550, "5.2.1 disabled", True),
        (552, "5.2.2 full", False),
        (550, "5.7.1 blocked", False),
        (450, "5.1.1 unknown", False),
        (550, "no such user 5.1.1", False),
        (550, "4.1.1 later", False),
    ],
)
def test_an_address_bounces_by_its_status_alone(code: int, words: str, bounces: bool) -> None:
    assert is_bounce(code, words) is bounces
