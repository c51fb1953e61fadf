"""What went wrong, as sentences in the language of the command line."""

from __future__ import annotations

import io

from typer.exceptions import TyperException

from coterie.cli.screen import language
from coterie.errors import CoterieError, shortened
from coterie.words import Sentence, joined, pydantic_says, quoted, sentence, system_says


def in_words(fault: CoterieError | OSError) -> str:
    """What ``fault`` says."""
    if isinstance(fault, CoterieError):
        return fault.told(language())
    said = joined([str(fault.filename), system_says(fault)] if fault.filename else [system_says(fault)], ": ")
    return shortened(said.told(language()))


def known_of(fault: CoterieError | OSError) -> dict[str, object]:
    """What a program reads of ``fault`` beside its words: ``path``, ``line`` and ``facts``, as far as it knows them."""
    if isinstance(fault, CoterieError):
        return {"path": fault.path, "line": fault.line, "facts": _plain(fault.facts)}
    return {"path": str(fault.filename or "")}


def _plain(fact: object) -> object:
    if isinstance(fact, dict):
        return {str(name): _plain(value) for name, value in fact.items()}
    if isinstance(fact, list | tuple):
        return [_plain(each) for each in fact]
    return fact if fact is None or isinstance(fact, str | bool | int | float) else str(fact)


def usage_in_words(fault: TyperException) -> str:
    """What was typed wrongly, and how the command is used."""
    paper = io.StringIO()
    fault.show(file=paper)  # type: ignore[attr-defined]  # all that a command line raises can
    context = getattr(fault, "ctx", None)
    if language() == "en" or type(fault).__name__ == "NoArgsIsHelpError":
        return "".join(shortened(line) + "\n" for line in paper.getvalue().splitlines())
    said: list[Sentence] = [sentence("Error: {message}", message=_usage_fault(fault))]
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        help_of = f"{context.command_path} {context.help_option_names[0]}"
        said = [sentence("Usage: {usage}", usage=usage), sentence("Try '{command}' for help.", command=help_of), *said]
    return "".join(shortened(each.told(language())) + "\n" for each in said)


def _usage_fault(fault: TyperException) -> Sentence:
    """What the parser of the command line found, by what it tells of itself."""
    if hasattr(fault, "possibilities"):
        names = sorted(fault.possibilities or ())
        text = "No such option: {name} (Possible options: {names})" if names else "No such option: {name}"
        return Sentence(text, {"name": fault.option_name, "names": names})  # type: ignore[attr-defined]
    if hasattr(fault, "ui_filename"):
        return sentence("Could not open file {name!r}: {why}", name=fault.ui_filename, why=Sentence(fault.message))
    if hasattr(fault, "param") and not hasattr(fault, "param_type"):
        return sentence("Invalid value for {name}: {why}", name=_name_of(fault), why=_invalid(fault))
    return _quoted_with_names(fault.format_message())


def _quoted_with_names(text: str) -> Sentence:
    """What the parser says, with the names that it offers or cannot place apart."""
    for joint, offer in ((" Choose from:", "Choose from:{names}"), (" Did you mean ", "Did you mean {names}")):
        said, _, names = text.partition(joint)
        if names:
            return joined([quoted(said), sentence(offer, names=names)], " ")
    head, _, names = text.partition(" (")
    return sentence(f"{head} ({{names}})", names=names.removesuffix(")")) if names else quoted(text)


def _name_of(fault: TyperException) -> str:
    hint = getattr(fault, "param_hint", None) or fault.param.get_error_hint()  # type: ignore[attr-defined]
    return hint if isinstance(hint, str) else " / ".join(map(repr, hint))


def _invalid(fault: TyperException) -> Sentence:
    """Why a value does not fit: what pydantic found, where the parser asked it."""
    told = getattr(fault.__cause__, "errors", None)
    said = pydantic_says(told()[0]) if told else Sentence(fault.message)
    value, _, choices = str(said).partition(" is not one of ")
    if choices:
        return sentence("{value} is not one of {choices}", value=value, choices=choices.removesuffix("."))
    return quoted(said) if said.id == str(said) else said
