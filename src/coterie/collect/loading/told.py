"""What became of the rows of a file, in sentences that every way of loading tells alike."""

from __future__ import annotations

from coterie.domain import LoadResult
from coterie.words import Sentence, joined, sentence


def told(result: LoadResult) -> LoadResult:
    """``result`` with its ``notes``."""
    return result.model_copy(update={"notes": tuple(_notes(result))})


def _notes(result: LoadResult) -> list[Sentence]:
    notes = []
    if result.statuses:
        statuses = _counted(result.statuses)
        notes.append(sentence("By their status these do not count, or not whole: {statuses}.", statuses=statuses))
    if result.nobody:
        notes.append(
            sentence(
                "{rows:,} {rows|value names|values name} nobody ({listed}): {rows|that row belongs to whom else it names|those rows belong to whom else they name}, or to nobody.",
                rows=sum(result.nobody.values()),
                listed=", ".join(list(result.nobody)[:5]),
            )
        )
    if result.accounts:
        notes.append(
            sentence(
                "{numbers:,} {numbers|number of customers stands|numbers of customers stand} beside several addresses of one domain: {numbers|it is that of an account|they are those of accounts}, so the people are the addresses.",
                numbers=result.accounts,
            )
        )
    if result.crowded:
        listed = list(result.crowded.items())[:5]
        notes.append(
            sentence(
                "{n:,} {n|number of a customer stands|numbers of customers stand} beside several different addresses or telephones ({listed}): a few are taken for one person’s, many for nobody’s. What is no number of a customer belongs under `identity.blocked` in coterie.yaml.",
                n=len(result.crowded),
                listed=", ".join(f"{number} ({beside})" for number, beside in listed),
            )
        )
    return notes


def _counted(by_word: dict[str, int]) -> Sentence:
    counted = (sentence("{status} {n:,}", status=Sentence(_words(word)), n=n) for word, n in by_word.items())
    return joined(counted, ", ")


def _words(name: str) -> str:
    return name.replace("_", " ")
