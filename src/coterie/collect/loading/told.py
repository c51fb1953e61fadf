"""What became of the rows of a file, in sentences that every way of loading tells alike."""

from __future__ import annotations

import pyarrow as pa

from coterie.domain import LoadResult
from coterie.identifiers import are_domains
from coterie.words import Sentence, joined, sentence

_EMAIL = "email "


def told(result: LoadResult, unpriced: tuple[str, ...] = ()) -> LoadResult:
    """``result`` with its ``notes``; ``unpriced`` are currencies without a rate that stand beside others."""
    return result.model_copy(update={"notes": (*_notes(result), *_of_currencies(unpriced))})


def _of_currencies(unpriced: tuple[str, ...]) -> list[Sentence]:
    if not unpriced:
        return []
    return [
        sentence(
            "Orders are in several currencies and no rate is known for {currencies}: nothing is summed or ranked by money; "
            "`coterie rates load FILE` mends it.",
            currencies=", ".join(unpriced),
        )
    ]


def _notes(result: LoadResult) -> list[Sentence]:
    notes = []
    if result.statuses:
        statuses = _counted(result.statuses)
        notes.append(sentence("By their status these do not count, or not whole: {statuses}.", statuses=statuses))
    domains = _domains(result)
    nobody = {name: rows for name, rows in result.nobody.items() if name not in domains}
    if nobody:
        notes.append(
            sentence(
                "{rows:,} {rows|value names|values name} nobody ({listed}): {rows|that row belongs to whom else it names|those rows belong to whom else they name}, or to nobody.",
                rows=sum(nobody.values()),
                listed=", ".join(list(nobody)[:5]),
            )
        )
    if domains:
        notes.append(
            sentence(
                "{rows:,} {rows|row names a whole domain|rows name whole domains} ({listed}): a no holds everybody there back, and a yes lets nobody be written to.",
                rows=sum(domains.values()),
                listed=", ".join(list(domains)[:5]),
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


def _domains(result: LoadResult) -> dict[str, int]:
    """Those of the values without a person that stand for a whole domain, where that is asked for."""
    if result.kind != "consents":
        return {}
    names = [name for name in result.nobody if name.startswith(_EMAIL)]
    is_domain = are_domains(pa.array([name.removeprefix(_EMAIL) for name in names], pa.string())).to_pylist()
    return {name: result.nobody[name] for name, is_one in zip(names, is_domain, strict=True) if is_one}


def _counted(by_word: dict[str, int]) -> Sentence:
    counted = (sentence("{status} {n:,}", status=Sentence(_words(word)), n=n) for word, n in by_word.items())
    return joined(counted, ", ")


def _words(name: str) -> str:
    return name.replace("_", " ")
