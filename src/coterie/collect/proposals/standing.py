"""Columns beside the status by which an order does not stand: flags such as Voided or Paid, and further statuses."""

from __future__ import annotations

from dataclasses import replace

from coterie.collect.hints.names_of_standing import (
    AROUND_A_FLAG,
    BESIDE_A_FLAG,
    FLAGS_THAT_SETTLE,
    FLAGS_THAT_UNDO,
    OF_DELIVERY,
    OF_PAYMENT,
    OF_RETURNS,
    YES_AND_NO,
)
from coterie.collect.hints.words import name_fit, words_of
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.status_words import meaning_of, stands

_MOST_WORDS = 40
_CALLED_SO, _UNDERSTOOD = 0.6, 0.5
_OPPOSITE = {one: other for yes, no in YES_AND_NO for one, other in ((yes, no), (no, yes))}
_YES, _NO = ({pair[place] for pair in YES_AND_NO} - {""} for place in (0, 1))
_UNDOING = {word: meaning for meaning, words in FLAGS_THAT_UNDO.items() for word in words.split()}
_SETTLING = frozenset(FLAGS_THAT_SETTLE.split())


def tell_standing(chosen: Chosen, sample: Sample) -> None:
    """Have the status of orders also read the columns that say that one does not stand.

    Each is asked before the status itself and answers only for an order that it undoes; what else it says is no
    matter of the order's standing.
    """
    if chosen.kind.name not in {"orders", "order_lines"}:
        return
    status = chosen.fields.get("status")
    sees_payment = not any(OF_PAYMENT.search(name) for name in (status.columns if status else ()))
    further: dict[str, dict[str, str]] = {}
    for column in sample.columns.values():
        if column.name in chosen.taken or not column.values or len(column.counts) > _MOST_WORDS:
            continue
        further[column.name] = _flag(column) or _status(column, sees_payment=sees_payment)
    further = {name: words for name, words in further.items() if any(words.values())}
    if not further:
        return
    words = {f"{name}={word}": meaning for name, told in further.items() for word, meaning in told.items()}
    own = status or Choice((), 0.8, 1.0, "values")
    chosen.fields["status"] = replace(
        own, columns=(*further, *own.columns), translations=own.translations | words, combine="first"
    )
    chosen.beside = tuple(further)
    for name, told in further.items():
        undoing = [word for word, meaning in told.items() if meaning]
        chosen.notes.append(
            (
                "“{column}” also tells of orders that do not stand, or not whole: {words}.",
                {"column": name, "words": ", ".join(undoing[:4])},
            )
        )


def _flag(column: Column) -> dict[str, str]:
    """What the words of a column of yes and no come to; nothing where it is none, or none of an order's standing."""
    seen = {word.lower() for word in column.counts}
    if not seen <= _YES | _NO:
        return {}
    bare = [word for word in words_of(AROUND_A_FLAG.sub("", column.name)) if word not in BESIDE_A_FLAG]
    if len(bare) != 1:
        return {}
    undoes, settles = _UNDOING.get(bare[0]), bare[0] in _SETTLING
    both = {*column.counts, *(_as(word, _OPPOSITE[word.lower()]) for word in column.counts)} - {""}
    if undoes:
        return {word: undoes if word.lower() in _YES else "" for word in both}
    return {word: "unpaid" if word.lower() in _NO else "" for word in both} if settles else {}


def _as(like: str, word: str) -> str:
    """``word`` in the case of the word ``like``: what the next file may hold."""
    return word.upper() if like.isupper() else word.title() if like.istitle() else word


def _status(column: Column, *, sees_payment: bool) -> dict[str, str]:
    """What the words of a further status come to; nothing where the column is none."""
    name = column.name
    is_called_so = name_fit("orders", "status", name) >= _CALLED_SO or (OF_RETURNS.search(name) and "状态" in name)
    words = {word: word.lower() for word in column.counts}
    known = sum(n for word, n in column.counts.items() if meaning_of(words[word]) or stands(words[word]))
    undone = {word: meaning for word, low in words.items() if (meaning := meaning_of(low))}
    if not is_called_so or not undone or (known < _UNDERSTOOD * len(column.values) and not OF_RETURNS.search(name)):
        return {}
    if OF_PAYMENT.search(name):
        heeded = {"unpaid", "cancelled", "returned", "partially refunded", "credit note"}
    elif OF_RETURNS.search(name):
        heeded = {"returned", "partially refunded"}
    elif OF_DELIVERY.search(name):
        heeded = {"cancelled", "returned"}
    else:
        heeded = {"cancelled", "returned", "partially refunded", "credit note", *(["unpaid"] if sees_payment else [])}
    return {word: meaning if (meaning := undone.get(word, "")) in heeded else "" for word in words}
