"""What other libraries and the system say, as sentences of ours, by what they tell of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from coterie.words.sentences import Sentence, joined, sentence, word

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from sqlglot.errors import SqlglotError
    from yaml import Mark, YAMLError


def system_says(fault: OSError) -> Sentence:
    """Why the system did not do what was asked."""
    return Sentence(fault.strerror or str(fault))


def pydantic_says(error: ErrorDetails) -> Sentence:
    """What pydantic found, by the type of its error; what a check of ours raised, as it was said there."""
    from pydantic_core import PydanticKnownError

    kind, facts = error["type"], dict(error.get("ctx", {}))
    if kind == "value_error":
        said = facts["error"].args[0] if facts["error"].args else ""
        return said if isinstance(said, Sentence) else Sentence(str(said))
    try:
        template = PydanticKnownError(kind, facts or None).message_template  # type: ignore[arg-type]  # any of its kinds
    except (KeyError, TypeError):  # an error of a part's own
        return Sentence(error["msg"])
    return Sentence(template, {**facts, **_in_words(facts)})


def found_instead(error: ErrorDetails) -> Sentence:
    """What pydantic found, and the value it was found of."""
    return sentence("{message} (found {value!r})", message=pydantic_says(error), value=error["input"])


def sql_says(fault: SqlglotError) -> Sentence:
    """Why a text is no SQL, and where in it."""
    first = next(iter(getattr(fault, "errors", [])), None)
    if first is None:
        return Sentence((str(fault).splitlines() or [""])[0])
    return sentence(
        "{problem}. Line {line}, Col: {column}.",
        problem=first["description"],
        line=first["line"],
        column=first["col"],
    )


_BOUNDS = ("min_length", "max_length", "max_digits", "decimal_places", "whole_digits")


def _in_words(facts: Mapping[str, Any]) -> dict[str, object]:
    """Those values of pydantic's that are words: alternatives, patterns and the ending of a plural."""
    found: dict[str, object] = {
        name: joined(facts[name].rsplit(" or ", 1), " or ")
        for name in ("expected", "expected_schemes")
        if name in facts
    }
    if "pattern" in facts:
        found["pattern"] = word(facts["pattern"], "pattern")
    if facts.get("actual_length", 0) is None:
        found["actual_length"] = word("more", "number")
    bound = next((facts[name] for name in _BOUNDS if name in facts), 1)
    return {**found, "expected_plural": "" if bound == 1 else "s"}


def yaml_says(fault: YAMLError) -> Sentence:
    """Why a text is no YAML, and where in it."""
    problem, mark = getattr(fault, "problem", None), getattr(fault, "problem_mark", None)
    if problem is None:
        return Sentence(str(fault))
    said = joined([_known_part(problem), *_marked(mark)], "")
    context, begin = getattr(fault, "context", None), getattr(fault, "context_mark", None)
    if context is None:
        return said
    return sentence(
        "{context}{begin}\n{problem}",
        context=Sentence(context),
        begin=joined([] if _is_same(begin, mark) else _marked(begin), ""),
        problem=said,
    )


def _known_part(problem: str) -> Sentence:
    """``problem`` with what was found apart: what follows a comma and "but", and what stands in quotes."""
    if isinstance(problem, Sentence):
        return problem
    for joint in (", but got ", ", but found "):
        expected, _, found = problem.partition(joint)
        if found:
            return joined([_known_part(expected), word(found, "token")], joint)
    return quoted(problem)


def quoted(text: str) -> Sentence:
    """What another library says, with the values that it puts in quotes apart: ``value``, ``value_2`` and so on.

    >>> quoted("No such command 'sgments'.").id
    'No such command {value}.'
    """
    pieces = text.split("'")
    if not len(pieces) % 2 or "{" in text:
        return Sentence(text)
    values = {"value" if place == 0 else f"value_{place + 1}": f"'{each}'" for place, each in enumerate(pieces[1::2])}
    names = [*(f"{{{name}}}" for name in values), ""]
    return Sentence("".join(own + name for own, name in zip(pieces[::2], names, strict=True)), values)


def _is_same(begin: Mark | None, mark: Mark | None) -> bool:
    return begin is None or (mark is not None and (begin.line, begin.column) == (mark.line, mark.column))


def _marked(mark: Mark | None) -> list[Sentence]:
    if mark is None:
        return []
    snippet = mark.get_snippet()
    return [
        sentence(
            '\n  in "{source}", line {line}, column {column}{snippet}',
            source=mark.name,
            line=mark.line + 1,
            column=mark.column + 1,
            snippet="" if snippet is None else f":\n{snippet}",
        )
    ]
