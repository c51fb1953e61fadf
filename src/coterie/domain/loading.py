"""What a file is, how its columns map, and what became of its rows."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Compression = Literal["none", "gzip", "zstd", "zip"]
Combine = Literal["first", "sum", "join"]
Unit = Literal["amount", "share", "percent", "cents"]


class FileFormat(BaseModel):
    """How the bytes of a file become rows and columns of text or typed values.

    ``delimiter`` and ``quote`` matter to ``csv`` only (TSV is ``csv`` with a tab);
    ``sheet`` to ``excel`` only. ``encoding`` is a Python codec name. ``skip_lines`` are
    lines of a report's title above the table, which hold no row. ``container`` is the name
    of a reader; files of a reader that is not built in are not known by their bytes, and a
    mapping names it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    container: str
    compression: Compression = "none"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    has_header: bool = True
    sheet: str | None = None
    skip_lines: int = Field(0, ge=0)


class MappedField(BaseModel):
    """Where one field of a kind comes from and how its text is read.

    ``columns`` are columns of the file; more than one are joined by ``combine``
    (``first`` non-empty, ``sum`` of numbers, or ``join`` of a day and a time of day).
    ``constant`` stands in for a column. ``unit`` is that of money: an ``amount``, or hundredths
    of it (``cents``); or of a discount: a ``share`` of the price (0.1) or ``percent`` of it (10).
    ``date_format`` is a strptime pattern; ``decimal`` and ``thousands`` are the
    separators of numbers; ``values`` renames values (``{"M": "male"}``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...] = ()
    combine: Combine = "first"
    constant: str | None = None
    date_format: str | None = None
    decimal: str = "."
    thousands: str = ""
    timezone: str | None = None
    unit: Unit = "amount"
    values: dict[str, str] = Field(default_factory=dict)
    confidence: float = Field(1.0, ge=0, le=1, description="How sure the proposal was; 1 when a person set it.")


class Group(BaseModel):
    """Lines of a file that belong together: those with the same value in the column ``by``.

    With ``one`` the lines of a group are one row, each column being its first that is filled.
    Without it every line stays a row, and the columns ``shared``, which stand on one line of
    a group only, hold for all of its lines.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str
    one: bool = False
    shared: tuple[str, ...] = ()


class Mapping(BaseModel):
    """How the columns of one source become the fields of one kind; saved as YAML.

    ``extras`` keeps further columns: name in the file → name in Coterie. ``ignored``
    columns are left out on purpose; every column of a file is in one of the three.
    ``totals`` are field → words by which a row is known as the sum of others (``Total``;
    ``""`` where the field is empty); such rows are refused, so that nothing counts twice.
    ``group`` is for exports that write an order on several lines; of ``filled`` columns a
    line has to fill one to be a row at all. ``also`` are further sources that are read from
    the same file, each by a saved mapping of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    kind: str
    format: FileFormat
    fields: dict[str, MappedField]
    extras: dict[str, str] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    totals: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    group: Group | None = None
    filled: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Question(BaseModel):
    """Something the file itself cannot decide, such as 03/04/2011.

    ``options`` are the ways to read it, the proposed one first: date formats, separators
    of thousands, or corrections such as ``discount.unit=percent``.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    column: str
    text: str
    options: tuple[str, ...]

    def corrections(self, choice: str) -> tuple[str, ...]:
        """What to pass as corrections (``--set``) to settle it so.

        >>> Question(field="occurred_at", column="day", text="?", options=()).corrections("%d/%m/%Y")
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
    reasons: dict[str, str] = Field(default_factory=dict, description="field → why this column was chosen")
    notes: tuple[str, ...] = ()
    sample: tuple[dict[str, str | None], ...] = ()
    columns: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    known_as: str = ""
    further: tuple[Proposal, ...] = ()


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
    dry_run: bool = False
    further: tuple[LoadResult, ...] = ()
