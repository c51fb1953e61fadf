"""Liquid with limits: no files, no network, no environment, and work that is counted.

A render spends from a budget (one unit is about a microsecond of work), so that a
template cannot run for long, whatever it says; no clock decides, so that the same
template always ends the same way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TextIO

from liquid import Environment
from liquid.ast import Node
from liquid.builtin.tags.for_tag import ForLoop, ForNode, ForTag
from liquid.builtin.tags.tablerow_tag import TableRow
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, LocalNamespaceLimitError, ResourceLimitError
from liquid.template import BoundTemplate
from liquid.token import Token

from coterie.compose.filters import install_filters
from coterie.compose.tokens import liquid_tokens
from coterie.errors import BadDefinition, Refused, UnknownName
from coterie.words import Sentence, quoted, sentence, word

OUTPUT_LIMIT = 1024 * 1024
NAMESPACE_LIMIT = 256 * 1024
LOOP_LIMIT = 10_000
BUDGET = 100_000

TAGS = frozenset(("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "#"))
"""What a template may do besides printing."""

RENDER_FAULTS = (LiquidError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class RenderRefused(Refused):
    """A template could not be rendered for one person: it asked for too much, or a filter failed."""


class _Counted(RenderContext):
    __slots__ = ("assigned", "spent")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.spent = 0
        self.assigned = 0

    def charge(self, units: int) -> None:
        self.spent += units
        if self.spent > BUDGET:
            raise ResourceLimitError("the template asks for too much work", token=None)

    def assign(self, key: str, val: object) -> None:
        # Counted as it grows: python-liquid adds up every variable again at each assignment.
        self.assigned += sys.getsizeof(val, 1)
        if self.assigned > NAMESPACE_LIMIT:
            raise LocalNamespaceLimitError("variables grew too large", token=None)
        self.charge(1)
        self.locals[key] = val

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        found = super().filter(name, token)

        def charged(*arguments: Any, **named: Any) -> object:
            size = len(arguments[0]) if arguments and isinstance(arguments[0], str | list) else 0
            self.charge(3 + size // 64)
            return found(*arguments, **named)

        return charged

    @contextmanager
    def loop(self, namespace: Mapping[str, object], forloop: ForLoop | TableRow) -> Iterator[RenderContext]:
        if isinstance(forloop, ForLoop):
            self.charge(forloop.length)
        with super().loop(namespace, forloop) as context:
            yield context


class _CountedBlock(Node):
    __slots__ = ("block", "weight")

    def __init__(self, block: Any) -> None:
        super().__init__(block.token)
        self.block, self.blank = block, block.blank
        self.weight = 2 + len(str(block)) // 12

    def __str__(self) -> str:
        return str(self.block)

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> list[Node]:  # noqa: ARG002
        return [self.block]

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        context.charge(self.weight)  # type: ignore[attr-defined]
        return int(self.block.render(context, buffer))


class _CountedForNode(ForNode):
    __slots__ = ()

    def __init__(self, token: Any, expression: Any, block: Any, default: Any = None) -> None:
        super().__init__(token, expression, _CountedBlock(block), default)  # type: ignore[arg-type]


class _CountedForTag(ForTag):
    node_class = _CountedForNode


class _CountedTemplate(BoundTemplate):
    context_class = _Counted


class _LimitedEnvironment(Environment):
    template_class = _CountedTemplate
    loop_iteration_limit = LOOP_LIMIT
    local_namespace_limit = NAMESPACE_LIMIT
    output_stream_limit = OUTPUT_LIMIT
    block_nesting_limit = 20
    context_depth_limit = 20


@cache
def environment(*, escaping: bool) -> Environment:
    """The one environment for HTML (``escaping``) or for plain text."""
    made = _LimitedEnvironment(autoescape=escaping, strict_filters=True)
    for name in set(made.tags) - TAGS:
        if name not in _INNER:
            del made.tags[name]
    made.add_tag(_CountedForTag)
    install_filters(made)
    return made


_INNER = frozenset(("content", "output", "illegal"))
"""Not written by authors: python-liquid's own names for text, output and what it does not know."""


def parse(source: str, *, escaping: bool, where: str) -> BoundTemplate:
    """``source`` as a template; ``BadDefinition`` says what is wrong and in which line."""
    liquid_tokens(source, where)
    limited = environment(escaping=escaping)
    try:
        template = limited.from_string(source)
    except LiquidError as fault:
        raise BadDefinition(_explain(fault), where=where) from None
    for name in sorted(template.analyze().filters):
        if name not in limited.filters:
            raise UnknownName("template filter", name, limited.filters)
    return template


def _explain(fault: LiquidError) -> Sentence:
    place = fault.context()
    said = _said(str(fault.message))
    return sentence("{fault}, line {line}", fault=said, line=place[0]) if place else said


def _said(message: str) -> Sentence:
    """What python-liquid says, with what it expected and found apart."""
    expected, _, found = message.partition(", found ")
    if found and expected.startswith("expected "):
        what = word(expected.removeprefix("expected "), "liquid")
        return sentence("expected {what}, found {found}", what=what, found=word(found, "liquid"))
    return quoted(message)


def render(template: BoundTemplate, variables: Mapping[str, object]) -> str:
    """The text of ``template``; ``RenderRefused`` when it asks for too much or a value does not fit a filter."""
    try:
        return template.render(variables)
    except RENDER_FAULTS as fault:
        said = _said(str(fault.message)) if isinstance(fault, LiquidError) else fault
        raise RenderRefused(sentence("the template cannot be rendered: {why}", why=said)) from None


def paths(template: BoundTemplate) -> set[tuple[object, ...]]:
    """The variables that ``template`` takes from outside, each as its path.

    >>> sorted(paths(parse("{{ profile.first_name }}{% assign x = 1 %}{{ x }}", escaping=True, where="")))
    [('profile', 'first_name')]
    """
    found = (variable for variables in template.analyze().globals.values() for variable in variables)
    return {tuple(tuple(s) if isinstance(s, list) else s for s in variable.segments) for variable in found}
