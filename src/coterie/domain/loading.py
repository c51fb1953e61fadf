"""What a file is, how its columns map, and what became of its rows."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coterie.words import Sentence, each_into

Compression = Literal["none", "gzip", "zstd", "zip"]
Combine = Literal["first", "sum", "difference", "join", "list"]
Unit = Literal["amount", "share", "percent", "cents"]


class FileFormat(BaseModel):
    """How the bytes of a file become rows and columns of text or typed values.

    ``delimiter`` and ``quote`` matter to ``csv`` only (TSV is ``csv`` with a tab);
    ``sheet`` to ``excel`` only. ``encoding`` is a Python codec name. ``skip_lines`` are
    lines of a report's title above the table, which hold no row, ``header_lines`` those that
    name the columns. ``container`` is the name
    of a reader; files of a reader that is not built in are not known by their bytes, and a
    mapping names it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    container: str = Field(
        description="Name of the reader: `csv`, `jsonl`, `parquet`, `excel`, or a reader of your own."
    )
    compression: Compression = Field("none", description="How the file is packed: `none`, `gzip`, `zstd` or `zip`.")
    encoding: str = Field(
        "utf-8", description="Encoding of the text, as Python names it: `utf-8`, `gb18030`, `cp1252`, `utf-16`."
    )
    delimiter: str = Field(",", description="What parts the cells of a `csv`; a tab for TSV.")
    quote: str = Field('"', description="What stands around cells of a `csv` that contain the delimiter.")
    has_header: bool = Field(
        True, description="Whether the first line names the columns; if not, they are `column1`, `column2` and so on."
    )
    sheet: str | None = Field(None, description="Sheet of an `excel` workbook; the first one unless said otherwise.")
    skip_lines: int = Field(0, ge=0, description="Lines above the table, such as a report's title.")
    header_lines: int = Field(
        1,
        ge=1,
        le=3,
        description="Lines that name the columns: 2 where headings of groups stand above the names, or units or a translation below them.",
    )

    @property
    def named_by(self) -> int:
        """How many of the first rows name the columns; 0 without a header."""
        return self.header_lines if self.has_header else 0


class MappedField(BaseModel):
    """Where one field of a kind comes from and how its text is read.

    ``columns`` are columns of the file; more than one are joined by ``combine``
    (``first`` non-empty, ``sum`` of numbers, ``difference`` of the first and the others, ``join``
    of a day and a time of day, or a ``list`` of texts).
    ``constant`` stands in for a column. ``unit`` is that of money: an ``amount``, or hundredths
    of it (``cents``); or of a discount: a ``share`` of the price (0.1) or ``percent`` of it (10).
    ``date_format`` is a strptime pattern; ``decimal`` and ``thousands`` are the
    separators of numbers; ``values`` renames values (``{"M": "male"}``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...] = Field((), description="Columns of the file that the field comes from.")
    combine: Combine = Field(
        "first",
        description="What several columns make: `first` that is filled, `sum` of numbers, `difference` of the first and the size of the others, `join` of texts, such as a day and a time of day, or a `list` of them, parted by `;`.",
    )
    constant: str | None = Field(None, description="A value for every row, in place of a column.")
    date_format: str | None = Field(
        None,
        description="strptime pattern of dates, several parted by `|`; or `epoch_seconds`, `epoch_milliseconds`, `epoch_microseconds`, `excel`. Without it ISO 8601 and forms that mean one thing only are read.",
    )
    decimal: str = Field(".", description="Decimal sign of numbers.")
    thousands: str = Field("", description="What groups thousands in numbers.")
    timezone: str | None = Field(
        None,
        description="Zone of instants that carry none, such as `Europe/Berlin`; the workspace's unless said otherwise.",
    )
    unit: Unit = Field(
        "amount",
        description="Of money: `amount`, or `cents` for hundredths. Of a discount also `share` of the price (0.1) or `percent` of it (10).",
    )
    values: dict[str, str] = Field(
        default_factory=dict,
        description="Word of the file → what it is read as, such as `{M: male}`, or `{Unbezahlt: unpaid}` of a status; with its column where several say different things by it: `{voided=Yes: cancelled}`.",
    )
    confidence: float = Field(1.0, ge=0, le=1, description="How sure the proposal was; 1 when a person set it.")


class Group(BaseModel):
    """Lines of a file that belong together: those with the same value in the column ``by``.

    With ``one`` the lines of a group are one row, each column being its first that is filled.
    Without it every line stays a row, and the columns ``shared``, which stand on one line of
    a group only, hold for all of its lines.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str = Field(description="Column whose equal values make lines belong together, such as an order's number.")
    one: bool = Field(
        False, description="Whether the lines of a group are one row, each column being its first that is filled."
    )
    shared: tuple[str, ...] = Field(
        (), description="Where every line stays a row: columns that stand on one line of a group only and hold for all."
    )


class Mapping(BaseModel):
    """How the columns of one source become the fields of one kind; saved as YAML.

    ``extras`` keeps further columns: name in the file → name in Coterie. ``ignored``
    columns are left out on purpose; every column of a file is in one of the three (what tells
    tests apart, ``is_test``, reads columns besides, and so does a ``status`` that several columns tell).
    ``totals`` are field → words by which a row is known as the sum of others (``Total``;
    ``""`` where the field is empty); such rows are refused, so that nothing counts twice.
    ``group`` is for exports that write an order on several lines; of ``filled`` columns a
    line has to fill one to be a row at all, and of the words under a column in ``only`` hold one, in ``leaves`` none. ``also`` are further sources that are read from
    the same file, each by a saved mapping of its own. ``packed`` are further columns of events
    whose JSON is the event's whole ``properties`` or ``context``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(
        description="Name of the source: its next file is read by this mapping, and of customers each source keeps records of its own."
    )
    kind: str = Field(description="What the rows are: one of the [kinds](kinds.md).")
    format: FileFormat = Field(description="How the bytes become rows.")
    fields: dict[str, MappedField] = Field(description="Field of the kind → where it comes from.")
    extras: dict[str, str] = Field(
        default_factory=dict, description="Further columns that are kept: name in the file → name in Coterie."
    )
    ignored: tuple[str, ...] = Field((), description="Columns left out on purpose.")
    totals: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description='Field → words by which a row is known as the sum of others and refused; `""` where the field is empty.',
    )
    group: Group | None = Field(None, description="For exports that write an order on several lines.")
    filled: tuple[str, ...] = Field((), description="Columns of which a line fills one to be a row at all.")
    only: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Column → words of which a line holds one to be a row at all; case, blanks, `_`, `-` and `.` do not matter.",
    )
    leaves: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Column → words, compared as in `only`, of lines that are no rows here, since another mapping reads them.",
    )
    also: tuple[str, ...] = Field(
        (), description="Further sources read from the same file, each by a saved mapping of its own."
    )
    packed: tuple[Literal["properties", "context"], ...] = Field(
        (),
        description="Of events: further columns whose JSON is the event's `properties` or `context` as it stands; with `properties` no other further column is kept.",
    )

    @property
    def is_selective(self) -> bool:
        """Whether some lines of the file may be no rows."""
        return bool(self.filled or self.only or self.leaves)


class Question(BaseModel):
    """Something the file itself cannot decide, such as 03/04/2011.

    ``options`` are the ways to read it, the proposed one first: date formats, separators
    of thousands, or corrections such as ``discount.unit=percent``.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    column: str
    text: Sentence
    options: tuple[str, ...]
    settled_by: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="option → the corrections that settle it so; of a proposal always given"
    )

    def corrections(self, choice: str) -> tuple[str, ...]:
        """What to pass as corrections (``--set``) to settle it so.

        >>> Question(field="occurred_at", column="day", text=Sentence("?"), options=()).corrections("%d/%m/%Y")
        ('occurred_at.date_format=%d/%m/%Y',)
        """
        if choice in (",", "."):
            decimal = "." if choice == "," else ","
            return f"{self.field}.decimal={decimal}", f"{self.field}.thousands={choice}"
        if "=" in choice:
            return (choice,)
        return (f"{self.field}.date_format={choice}",)


class Proposal(BaseModel):
    """A mapping proposed for a file, with why and a sample, for a person to confirm or edit.

    ``notes`` are sentences about the file as a whole: why it is of this kind, returns
    noticed, columns left out. ``known_as`` is the export that the file was recognized as,
    empty where it was none. ``further`` are proposals for what else the same file holds,
    such as the lines of its orders or the consents of its customers.
    """

    model_config = ConfigDict(frozen=True)

    mapping: Mapping
    confidence: float
    reasons: dict[str, Sentence] = Field(default_factory=dict, description="field → why this column was chosen")
    notes: tuple[Sentence, ...] = ()
    sample: tuple[dict[str, str | None], ...] = ()
    columns: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    known_as: str = ""
    unmapped: tuple[str, ...] = Field((), description="fields of the kind that no column is")
    further: tuple[Proposal, ...] = ()

    def into(self, locale: str) -> Proposal:
        """The same with its texts in the language ``locale``."""
        return self.model_copy(
            update={
                "reasons": {field: why.into(locale) for field, why in self.reasons.items()},
                "notes": each_into(self.notes, locale),
                "questions": tuple(each.model_copy(update={"text": each.text.into(locale)}) for each in self.questions),
                "further": tuple(each.into(locale) for each in self.further),
            }
        )


class LoadResult(BaseModel):
    """What became of the rows of a file: ``accepted + refused = rows``, always.

    ``unchanged`` and ``updated`` are parts of ``accepted``: rows that were already here
    word for word, and rows that replaced an earlier version of themselves. ``further`` are
    the results for what else was loaded from the same file.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    file: str
    kind: str
    rows: int
    accepted: int
    unchanged: int
    updated: int
    refused: int
    seconds: float
    mapping: Mapping
    reasons: dict[str, int] = Field(default_factory=dict, description="reason code → refused rows")
    statuses: dict[str, int] = Field(
        default_factory=dict, description="status → orders or lines of this file that do not stand whole"
    )
    nobody: dict[str, int] = Field(
        default_factory=dict, description="namespace and value that names nobody, such as guest → rows that have it"
    )
    accounts: int = Field(
        default=0, description="customer numbers of this file that are those of accounts, several people under each"
    )
    crowded: dict[str, int] = Field(
        default_factory=dict,
        description="namespace and value of a customer's number → beside how many different addresses of this file it stands, from three on",
    )
    dry_run: bool = False
    notes: tuple[Sentence, ...] = Field((), description="what is to be known of the rows that were taken")
    further: tuple[LoadResult, ...] = ()

    def into(self, locale: str) -> LoadResult:
        """The same with its notes in the language ``locale``."""
        return self.model_copy(
            update={
                "notes": each_into(self.notes, locale),
                "further": tuple(each.into(locale) for each in self.further),
            }
        )
