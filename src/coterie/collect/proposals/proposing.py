"""What a file is and how its columns map: proposed, with reasons, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from coterie.collect.formats.detection import detect_anew, detect_format
from coterie.collect.formats.parquets import blamed_parquet
from coterie.collect.formats.workbooks import sheets_alike
from coterie.collect.hints.words import name_fit
from coterie.collect.kinds import KINDS
from coterie.collect.named.formats import NamedFormat, NamedLoad, plain, recognize
from coterie.collect.proposals.amounts import count_in_cents, put_fees_back, take_discounts_off
from coterie.collect.proposals.clocks import join_clocks, joined_reading
from coterie.collect.proposals.columns import Column, Sample, sample_columns
from coterie.collect.proposals.dates import DateReading
from coterie.collect.proposals.deeds import as_deeds
from coterie.collect.proposals.documents import share_with_lines, take_documents_back
from coterie.collect.proposals.fields import Choice, Chosen, safe_name, sort_out
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.months import check_months
from coterie.collect.proposals.numbers import NumberReading, signs_in
from coterie.collect.proposals.orders_told import with_orders_told
from coterie.collect.proposals.permissions import as_refusals, with_consents
from coterie.collect.proposals.ranking import ACCEPTED, Candidate, rank_kinds
from coterie.collect.proposals.refining import refine
from coterie.collect.proposals.refusal import refuse, refuse_dates, refuse_mapping
from coterie.collect.proposals.scan import count_dates, find_totals, join_numbers_that_begin_anew
from coterie.collect.proposals.sentences import (
    choice_reason,
    confidence_of,
    date_reason,
    kind_reason,
    number_reason,
    shortened_notes,
    total_notes,
)
from coterie.collect.proposals.standing import tell_standing
from coterie.collect.proposals.told import Told, as_named, loads_in, propose_saved, take_told, told_by
from coterie.collect.readers.aside import engine_aside
from coterie.collect.readers.columns import check_repeated
from coterie.domain.loading import FileFormat, Group, MappedField, Mapping, Proposal, Question
from coterie.engines import Engine
from coterie.errors import BadFile, UnknownName
from coterie.words import Sentence, joined, sentence

_FURTHER_SHEETS = (
    "Other sheets of the workbook have the same columns, and only one is loaded at a time; "
    "save these as files of their own: {sheets}."
)
_NAMED_TWICE = "The first {count} {count|line names|lines name} the columns: {names}."
_OUTGROWN = (
    "The mapping saved for this source reads columns that this file does not have ({columns}); it is proposed anew."
)
_NAMED = frozenset({"jsonl", "parquet"})
"""Containers whose columns have names, header or not."""

_A_YEAR = re.compile(r"\D\d{4}\b|\b\d{4}\D")
_MOSTLY, _READABLE = 0.9, 0.5
"""Where fewer of the dates can be read, the file is refused: most of its rows would be."""


def propose(
    path: Path | str,
    *,
    kind: str | None = None,
    saved: Mapping | None = None,
    must_fit: bool = False,
    corrections: Iterable[str] = (),
    currency: str = "USD",
    country: str = "US",
) -> Proposal:
    r"""What the file is and which of its columns are which fields.

    Decided from the columns' names and from values all through the file. ``kind`` settles
    the kind; ``saved`` is used as it is where the file has its columns, and without fields
    it says no more than the kind and the container. Where the file lacks a column of it, the
    file is refused if it ``must_fit``, else proposed anew with a note. What ``corrections`` tell of columns and
    constants counts before the kind is judged. What the file
    leaves open (03/04/2011) becomes a ``Question`` and is settled for the while by what
    is usual in ``country``. Reasons, notes and questions are sentences.

    Raises ``BadFile`` where the file cannot be read or is of no kind that Coterie knows,
    saying what was seen and what would work; ``UnknownName`` for a kind that is not.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "x.csv"
    ...     _ = file.write_text("订单号,客户编号,下单时间,金额\n1,7,2011年3月4日,¥12.50\n2,8,2011年3月5日,¥3.00\n", "utf-8")
    ...     found = propose(file)
    >>> found.mapping.kind, found.mapping.fields["occurred_at"].date_format, found.mapping.fields["currency"].constant
    ('orders', '%Y年%m月%d日', 'CNY')
    """
    path = Path(path)
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind", kind, KINDS)
    with engine_aside() as engine:
        readings = Readings(currency, country)
        form = detect_anew(path, saved.format) if saved else detect_format(path)
        if saved is None or not saved.fields:
            kind = kind or (saved.kind if saved else None)
            return _anew(path, form, engine, readings, told_by(corrections, kind))
        reused = propose_saved(path, saved, engine, readings)
        if isinstance(reused, Proposal):
            return reused
        if must_fit:
            raise refuse_mapping(path, reused.columns, reused.lacking)
        found = _anew(path, form, engine, readings, told_by(corrections, kind))
        note = sentence(_OUTGROWN, columns=", ".join(reused.lacking))
        return found.model_copy(update={"notes": (note, *found.notes), "confidence": min(found.confidence, 0.9)})


def _anew(path: Path, form: FileFormat, engine: Engine, readings: Readings, told: Told) -> Proposal:
    sample = sample_columns(path, form, engine)
    readings.settle_numbers(sample.columns.values())
    found = _proposed(path, form, engine, sample, readings, told)
    for each in (found, *found.further):
        check_repeated(each.mapping, list(sample.columns), file=path.name)
    return found


def _proposed(path: Path, form: FileFormat, engine: Engine, sample: Sample, readings: Readings, told: Told) -> Proposal:
    known = recognize(sample.columns, path.name) if form.has_header or form.container in _NAMED else None
    if known and known.refused and told.kind is None:
        raise BadFile(sentence(known.refused), file=path.name)
    if known and (loads := loads_in(known, sample, told.kind)):
        found = _Named(path, form, engine, sample, readings).proposal(known, loads)
        # What the columns of its own header say, the export says itself.
        own = set(map(plain, known.header))
        documented = [name for name in sample.columns if plain(name) in own]
        return with_consents(found, path, sample, readings, known=documented)
    if told.kind is None and not told.fields:
        check_months(path, sample, readings)
    best = _best(path, form, sample, readings, told)
    share_with_lines(best.chosen, sample)
    refine(best, sample, readings)
    join_clocks(best.chosen, sample)
    take_discounts_off(best.chosen, sample, readings)
    put_fees_back(best.chosen, sample, readings)
    count_in_cents(best.chosen, sample)
    take_documents_back(best.chosen, sample, readings)
    if "status" not in told.fields:
        tell_standing(best.chosen, sample)
    join_numbers_that_begin_anew(best.chosen, sample)
    with blamed_parquet(path, form.container):
        _scan_open_dates(best.chosen, path, form, engine, sample, readings)
    found = _Writer(path, form, sample, readings, best).proposal()

    def write(best: Candidate, rows: Sample) -> Proposal:
        refine(best, rows, readings)
        count_in_cents(best.chosen, rows)
        return _Writer(path, form, rows, readings, best).proposal()

    found = with_orders_told(found, sample, readings, write)
    return with_consents(found, path, sample, readings)


def _best(path: Path, form: FileFormat, sample: Sample, readings: Readings, told: Told) -> Candidate:
    kind = told.kind
    is_named = form.has_header or form.container in _NAMED
    ranked = rank_kinds(sample, readings, is_named=is_named, only=kind)
    best = ranked[0]
    if told.fields:
        best = _as_told([each for each in ranked if told.fits(each.name)] or ranked, told, sample, readings)
        return replace(best, lead=1.0) if kind else best
    if listed := as_refusals(path, ranked, sample, readings):
        return listed
    if kind is None and (deeds := as_deeds(path.stem, ranked, sample)):
        return deeds
    if kind is None and (not best.is_whole or best.score < ACCEPTED):
        unread = _unread_day(max(ranked, key=lambda each: each.score), sample, readings)
        raise refuse_dates(path, unread) if unread else refuse(path, ranked, sample, readings)
    if kind is not None and not best.chosen.fields:
        raise refuse(path, ranked, sample, readings)
    _check_dates(best.chosen, path, sample, readings)
    return best


def _unread_day(nearest: Candidate, sample: Sample, readings: Readings) -> Column | None:
    """The column named as the day that the nearest kind lacks, whose values are no dates that are read."""
    if not any("occurred_at" in each for each in nearest.chosen.missing):
        return None
    for name, column in sample.columns.items():
        is_named_so = name_fit(nearest.name, "occurred_at", name) > 0.5
        has_years = column.values and all(_A_YEAR.search(value) for value in column.values[:50])
        if is_named_so and has_years and readings.date(column).share < _READABLE:
            return column
    return None


def _as_told(ranked: list[Candidate], told: Told, sample: Sample, readings: Readings) -> Candidate:
    """The first of ``ranked`` that is whole with what is told; else the first."""
    for each in ranked:
        take_told(each.chosen, told, sample, readings)
    return next((each for each in ranked if each.is_whole), ranked[0])


def _check_dates(chosen: Chosen, path: Path, sample: Sample, readings: Readings) -> None:
    for name in chosen.kind.required:
        choice, field = chosen.fields.get(name), chosen.kind.field(name)
        if choice and choice.columns and field and field.type in {"instant", "date"}:
            column = sample.columns[choice.columns[0]]
            if column.values and readings.date(column).share < _READABLE:
                raise refuse_dates(path, column)


@dataclass(frozen=True)
class _Named:
    """Puts what a named export holds into a proposal, and what it holds beside into further ones."""

    path: Path
    form: FileFormat
    engine: Engine
    sample: Sample
    readings: Readings

    def proposal(self, known: NamedFormat, loads: list[tuple[NamedLoad, Chosen]]) -> Proposal:
        found = [
            self._one(known, load, chosen, [each for each, _ in loads if each is not load]) for load, chosen in loads
        ]
        note = sentence("The file is known by its columns as: {title}.", title=known.title)
        first = found[0]
        return first.model_copy(
            update={"notes": (note, *first.notes), "known_as": known.title, "further": tuple(found[1:])}
        )

    def _one(self, known: NamedFormat, load: NamedLoad, chosen: Chosen, others: list[NamedLoad]) -> Proposal:
        best = Candidate(chosen, 1.0)
        refine(best, self.sample, self.readings)
        _check_dates(chosen, self.path, self.sample, self.readings)
        _scan_open_dates(chosen, self.path, self.form, self.engine, self.sample, self.readings)
        found = _Writer(self.path, self.form, self.sample, self.readings, best).proposal()
        mapping = as_named(found.mapping, load, others)
        if load is not known.loads[0]:
            mapping = mapping.model_copy(update={"source": f"{mapping.source}-{load.called or load.kind}"})
        # A person looks at it once, however well it is known.
        return found.model_copy(
            update={"mapping": mapping, "confidence": min(found.confidence, 0.99), "known_as": known.title}
        )


def _scan_open_dates(
    chosen: Chosen, path: Path, form: FileFormat, engine: Engine, sample: Sample, readings: Readings
) -> None:
    """Settle dates whose sample leaves day and month open, or proves one, by every value of the file."""
    names = [
        column
        for field in chosen.kind.fields
        if field.type in {"instant", "date"} and field.name in chosen.fields
        for column in chosen.fields[field.name].columns
        if readings.date(sample.columns[column]).order
    ]
    if not names or sample.is_whole:
        return
    for name, counts in count_dates(path, form, engine, tuple(sample.columns), names).items():
        readings.recount(name, counts)


class _Writer:
    """Puts what was chosen into a proposal."""

    def __init__(
        self,
        path: Path,
        form: FileFormat,
        sample: Sample,
        readings: Readings,
        best: Candidate,
    ) -> None:
        self._path, self._form, self._sample, self._readings = path, form, sample, readings
        self._best = best
        self._questions = [
            Question(
                field=each.field,
                column=each.column,
                text=sentence(each.sentence, **each.values),
                options=each.options,
            )
            for each in best.chosen.asked
        ]
        self._reasons: dict[str, Sentence] = {}

    def proposal(self) -> Proposal:
        chosen, columns = self._best.chosen, self._sample.columns
        fields = {name: self._field(name, choice) for name, choice in chosen.fields.items()}
        fields |= self._currency(fields)
        extras, ignored = sort_out(
            (column for name, column in columns.items() if name not in chosen.taken), chosen.kind, rename=chosen.renamed
        )
        mapping = Mapping(
            source=safe_name(re.sub(r"\.(gz|zst|zip)$", "", self._path.name).rpartition(".")[0] or self._path.name),
            kind=chosen.kind.name,
            format=self._form,
            fields=dict(sorted(fields.items(), key=lambda each: _place(chosen, each[0]))),
            extras=extras,
            ignored=tuple(ignored),
            totals=find_totals(chosen.kind, fields, self._sample),
            filled=chosen.filled,
            group=Group(by=chosen.fields["order_id"].columns[0], shared=chosen.shared) if chosen.shared else None,
        )
        further = sheets_alike(self._path, self._form.sheet) if self._form.sheet else ()
        notes = [
            kind_reason(chosen.kind, self._best.rows_per_order if "order_id" in chosen.fields else 1.0),
            *(sentence(told, **values) for told, values in chosen.notes),
            *(sentence(each.sentence, **each.values) for each in chosen.asked),
            *total_notes(mapping.totals),
            *shortened_notes(columns.values()),
            *([sentence(_FURTHER_SHEETS, sheets=", ".join(further))] if further else []),
            *self._left_out(ignored),
            *self._named_twice(),
        ]
        if chosen.missing:
            notes.append(sentence("Nothing was found for: {missing}.", missing=", ".join(chosen.missing)))
        return Proposal(
            mapping=mapping,
            confidence=confidence_of(
                self._best,
                {name: each.confidence for name, each in fields.items()},
                [each.field for each in self._questions] or further,
            ),
            reasons=self._reasons,
            notes=tuple(notes),
            sample=self._sample.shown(),
            columns=tuple(columns),
            questions=tuple(self._questions),
        )

    def _named_twice(self) -> list[Sentence]:
        count, names = self._form.header_lines, ", ".join(list(self._sample.columns)[:6])
        return [sentence(_NAMED_TWICE, count=count, names=names)] if count > 1 else []

    def _field(self, name: str, choice: Choice) -> MappedField:
        wanted = self._best.chosen.kind.field(name)
        column = self._sample.columns[choice.columns[0]] if choice.columns else None
        reason = choice_reason(choice, column, name)
        confidence = choice.confidence
        date: DateReading | None = None
        number: NumberReading | None = None
        if column is not None and wanted is not None and wanted.type in {"instant", "date"}:
            is_joined = choice.combine == "join"
            date = joined_reading(choice, self._sample, self._readings) if is_joined else self._readings.date(column)
            reason = joined([reason, date_reason(date, column, self._readings.dated_in)], " ")
            confidence = round(confidence * self._ask_date(name, column, date), 2)
        elif column is not None and wanted is not None and wanted.type in {"money", "number", "integer"}:
            number = self._readings.number(column) if column.type == "VARCHAR" else None
            if number and wanted.type == "integer" and number.is_grouped and not number.is_proven:
                # A whole number has no fraction, so three digits behind a sign are thousands.
                number = number.settled("," if "." in number.example else ".")
            if number:
                reason = joined([each for each in (reason, number_reason(number)) if each], " ")
                confidence = round(confidence * self._ask_number(name, column, number), 2)
        is_shared = column is not None and column.name in self._best.chosen.shared
        if wanted is not None and wanted.required and column is not None and column.filled < _MOSTLY and not is_shared:
            # Rows without it would be refused.
            confidence = round(confidence * column.filled, 2)
        self._reasons[name] = reason
        return MappedField(
            columns=choice.columns,
            combine=choice.combine,
            unit=choice.unit,
            constant=choice.constant,
            date_format=date.format if date else None,
            decimal=number.decimal if number else ".",
            thousands=number.thousands if number else "",
            values=choice.translations,
            confidence=confidence,
        )

    def _ask_date(self, name: str, column: Column, reading: DateReading) -> float:
        if not reading.is_open:
            return 1.0
        text = date_reason(reading, column, self._readings.dated_in)
        self._questions.append(Question(field=name, column=column.name, text=text, options=reading.options))
        return 0.6

    def _ask_number(self, name: str, column: Column, reading: NumberReading) -> float:
        if not reading.options:
            return 1.0 if len(reading.currencies) < 2 else 0.5
        text = number_reason(reading)
        self._questions.append(Question(field=name, column=column.name, text=text, options=reading.options))
        return 0.7

    def _currency(self, fields: dict[str, MappedField]) -> dict[str, MappedField]:
        """The currency that signs or the names of columns tell, where no column does."""
        if "currency" in fields or not self._best.chosen.kind.field("currency"):
            return {}
        for name in ("revenue", "unit_price", "amount"):
            if name in fields and fields[name].columns:
                column = self._sample.columns[fields[name].columns[0]]
                reading = self._readings.number(column)
                if len(reading.currencies) > 1:
                    signs = signs_in(column.counts, self._readings.currency)
                    self._reasons["currency"] = number_reason(reading)
                    return {"currency": MappedField(columns=(column.name,), values=signs, confidence=0.8)}
                code = reading.currency or _currency_in(column.name)
                if code:
                    self._reasons["currency"] = sentence(
                        "The amounts under “{column}” are in {code}.", column=column.name, code=code
                    )
                    return {"currency": MappedField(constant=code, confidence=0.9)}
        return {}

    def _left_out(self, ignored: dict[str, str]) -> list[Sentence]:
        sentences = {
            "number": "Left out, because it only numbers the rows: {columns}.",
            "empty": "Left out, because nothing stands in it: {columns}.",
            "record": "What stands inside these is kept, each value under its own name: {columns}.",
            "secret": "Left out, because it looks secret and is not needed: {columns}.",
        }
        grouped = {why: [name for name, reason in ignored.items() if reason == why] for why in sentences}
        return [sentence(sentences[why], columns=", ".join(names)) for why, names in grouped.items() if names]


def _place(chosen: Chosen, name: str) -> int:
    return [field.name for field in chosen.kind.fields].index(name)


def _currency_in(name: str) -> str | None:
    found = re.search(
        r"(?:^|[^A-Za-z])(USD|EUR|GBP|CNY|RMB|JPY|INR|AUD|CAD|usd|eur|gbp|cny|rmb|jpy)(?:$|[^A-Za-z])", name
    )
    if found:
        return found.group(1).upper().replace("RMB", "CNY")
    if re.search(r"[(（](?:元|人民币)[)）]", name):
        return "CNY"
    return "USD" if "dollar" in name.lower() else None
