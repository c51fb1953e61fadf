"""What a named export says of itself, and which one a file is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from coterie.domain.loading import Combine, Unit

Need = str | tuple[str, ...]
"""A column, or alternatives of which one has to be there."""


class NamedField(BaseModel):
    """One field: ``columns`` are alternatives, of which the first that the file has is taken.

    ``all_of`` are columns combined instead, as far as the file has them. ``values`` are words of the file, in any
    case, with what they mean.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    combine: Combine = "first"
    constant: str | None = None
    unit: Unit = "amount"
    values: dict[str, str] = Field(default_factory=dict)


class NamedLoad(BaseModel):
    """One kind of facts in the file. ``needs`` are columns without which the file does not hold it.

    ``group``, ``one`` and ``shared`` are as in a mapping's group, ``filled`` and ``only`` as in a mapping. ``keeps`` are the further columns that belong to
    these facts; without it, all that no other load claims.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    called: str = ""
    needs: tuple[Need, ...] = ()
    group: str = ""
    one: bool = False
    shared: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fields: dict[str, NamedField]
    keeps: tuple[str, ...] | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _short(cls, value: dict[str, object]) -> dict[str, object]:
        """A column's name, or a list of alternatives, stands for a field of no further options."""
        return {
            name: {"columns": [each]}
            if isinstance(each, str)
            else {"columns": each}
            if isinstance(each, list)
            else each
            for name, each in value.items()
        }


class NamedFormat(BaseModel):
    """One export: ``title`` is what people call it, ``header`` its real first line.

    A file is of it when it has all columns of ``needs``, none of ``lacks``, and a name in which the pattern
    ``file_name`` is found, if there is one. ``refused`` says why nothing of it can be loaded, and what would help.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    header: tuple[str, ...]
    needs: tuple[Need, ...]
    lacks: tuple[str, ...] = ()
    file_name: str = ""
    loads: tuple[NamedLoad, ...]
    refused: str = ""

    def fits(self, columns: Mapping[str, str], file: str) -> bool:
        """Whether a file of that name with these ``columns``, as ``plain_names`` has them, is this export."""
        return (
            all(has(columns, need) for need in self.needs)
            and not any(plain(name) in columns for name in self.lacks)
            and (not self.file_name or re.search(self.file_name, file, re.IGNORECASE) is not None)
        )


def has(columns: Iterable[str], need: Need) -> bool:
    """Whether ``need`` is among the plain names ``columns``.

    >>> has(["qty", "sku"], ("Quantity", "Qty")), has(["sku"], "Qty")
    (True, False)
    """
    return any(plain(each) in columns for each in ([need] if isinstance(need, str) else need))


def plain(name: str) -> str:
    """A column's name without case, marks and doubled blanks.

    >>> plain("\ufeffOrder-ID "), plain("order_id"), plain("Email (Billing)")
    ('order id', 'order id', 'email billing')
    """
    return " ".join(
        re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).replace("\ufeff", "")).casefold().split()
    )


def plain_names(columns: Iterable[str]) -> dict[str, str]:
    """Plain name → name in the file; of two alike the first counts."""
    found: dict[str, str] = {}
    for column in columns:
        found.setdefault(plain(column), column)
    return found


@cache
def named_formats() -> dict[str, NamedFormat]:
    """Every named export by the name of its file, those that say most first."""
    found = {
        file.name.removesuffix(".yaml"): NamedFormat.model_validate(yaml.safe_load(file.read_text("utf-8")))
        for file in files(__package__).iterdir()
        if file.name.endswith(".yaml")
    }
    return dict(sorted(found.items(), key=lambda each: (-_weight(each[1]), each[0])))


def _weight(form: NamedFormat) -> int:
    return len(form.needs) + len(form.lacks) + 2 * bool(form.file_name)


def recognize(columns: Iterable[str], file: str) -> NamedFormat | None:
    """The named export that a file of these columns is; None where it is none."""
    names = plain_names(columns)
    return next((form for form in named_formats().values() if form.fits(names, file)), None)
