"""What went wrong, as sentences in the language of the command line."""

from __future__ import annotations

import io

from typer.exceptions import TyperException

from coterie.cli.language import LOCALE
from coterie.errors import CoterieError, shortened
from coterie.words import retell


def in_words(fault: CoterieError | OSError) -> str:
    """What ``fault`` says."""
    if isinstance(fault, CoterieError):
        return retell(str(fault), LOCALE)
    place = f"{fault.filename}: " if fault.filename else ""
    return retell(shortened(f"{place}{fault.strerror or fault}"), LOCALE)


def usage_in_words(fault: TyperException) -> str:
    """What was typed wrongly, and how the command is used."""
    paper = io.StringIO()
    fault.show(file=paper)  # type: ignore[attr-defined]  # all that a command line raises can
    return "".join(retell(shortened(line), LOCALE) + "\n" for line in paper.getvalue().splitlines())
