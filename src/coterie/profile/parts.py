"""Definitions as trees of parts: each node names its part by ``op``, or by a key that is the part's name."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, PrivateAttr, ValidationError, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import InitErrorDetails

from coterie.errors import BadDefinition, UnknownName
from coterie.registry import Registry
from coterie.words import Sentence, found_instead, joined, pydantic_says, sentence

Defined = TypeVar("Defined", bound=BaseModel)


_DEEPEST = 30
_MOST_CONDITIONS, _MOST_VALUES = 1_000, 10_000
_GREATEST = 10**38
"""Far beyond what anybody can read, and far within what Python, the SQL library and the engine can nest."""
_depth: ContextVar[int] = ContextVar("depth of the definition being read", default=0)


class Names(Protocol):
    """What readers call the traits and segments that a definition names, and how they write amounts."""

    def trait(self, name: str) -> Sentence:
        """A trait, in the middle of a sentence."""

    def limit(self, trait: str, value: float | str) -> Sentence:
        """What a trait is compared with: a number exactly, in the trait's unit; the part of a segmentation by its name."""

    def segment(self, name: str) -> Sentence:
        """A segment."""


def _check_size(given: object) -> None:
    """Refuse what is far more than a person writes, before it becomes a statement that no engine ends."""
    level, conditions, values = [given] if isinstance(given, (dict, list, tuple)) else [], 0, 0
    for _ in range(2 * _DEEPEST):
        inside = [each for one in level for each in (one.values() if isinstance(one, dict) else one)] if level else []
        level = [each for each in inside if isinstance(each, (dict, list, tuple))]
        conditions += sum(isinstance(each, dict) for each in level)
        values += len(inside) - len(level)
        if conditions > _MOST_CONDITIONS or values > _MOST_VALUES:
            raise ValueError(
                sentence(
                    "more than {conditions:,} {conditions|condition|conditions} or {values:,} {values|value|values}; name parts of it as segments or "
                    "traits of their own, and keep long lists with `coterie segments upload`",
                    conditions=_MOST_CONDITIONS,
                    values=_MOST_VALUES,
                )
            )
        if any(isinstance(each, int) and abs(each) > _GREATEST for each in inside):
            raise ValueError(sentence("a whole number of more than {n} {n|digit|digits}", n=len(str(_GREATEST)) - 1))


class Node(BaseModel):
    """A node of a definition. ``{"op": "sum", "property": "revenue"}`` and ``{"sum": "revenue"}`` are the same.

    A root class sets ``registry``; every part sets ``main``, the field that the short
    form fills. Validating a mapping by the root gives an instance of the part.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    registry: ClassVar[Registry[type[Node]]]
    main: ClassVar[str] = "value"
    _names: Names | None = PrivateAttr(None)

    @classmethod
    def written(cls, name: str, shape: JsonSchemaValue) -> JsonSchemaValue:  # noqa: ARG003 - most parts have one name
        """The JSON Schema of what stands under ``name`` in the short form, from that of the field ``main``."""
        return shape

    def named_by(self, names: Names) -> Self:
        """A copy whose words, and those of the nodes inside it, call things as ``names`` does."""
        told = self.model_copy(update={field: _named_by(value, names) for field, value in self})
        told._names = names  # noqa: SLF001 - its own copy
        return told

    @model_validator(mode="wrap")
    @classmethod
    def _as_its_part(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if "registry" not in cls.__dict__ or isinstance(given, cls):
            return handler(given)
        if _depth.get() >= _DEEPEST:
            raise ValueError(
                sentence(
                    "nested more than {limit} deep; name parts of it as segments or traits of their own", limit=_DEEPEST
                )
            )
        if not _depth.get():
            _check_size(given)
        outer = _depth.set(_depth.get() + 1)
        try:
            return cls._part_of(given)
        finally:
            _depth.reset(outer)

    @classmethod
    def _part_of(cls, given: Any) -> Self:
        if isinstance(given, str) and "trait" in cls.registry:
            given = {"op": "trait", "trait": given}
        if not isinstance(given, Mapping):
            raise ValueError(  # noqa: TRY004
                sentence(
                    "{given!r} is no {kind}; a mapping is needed, such as {{op: …}}",
                    given=given,
                    kind=Sentence(cls.registry.kind),
                )
            )
        name, fields = _spelled_out(cls.registry, given)
        try:
            part = cls.registry[name]
        except UnknownName as fault:
            raise _fault_at("op", fault.sentence, given) from None
        if name in fields:
            fields = {part.main: fields.pop(name), **fields}
        return part.model_validate({"op": name, **fields})  # type: ignore[return-value]


def _named_by(value: object, names: Names) -> object:
    if isinstance(value, tuple):
        return tuple(_named_by(each, names) for each in value)
    return value.named_by(names) if isinstance(value, Node) else value


def _spelled_out(registry: Registry[type[Node]], given: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    fields = dict(given)
    if "op" in fields:
        return str(fields.pop("op")), fields
    named = [key for key in fields if key in registry and key != "trait"]
    if not named and "trait" in fields and "trait" in registry:
        named = ["trait"]
    if len(named) == 1:
        return named[0], fields
    if named:
        side_by_side = sentence(
            "{names} cannot stand side by side; put them in a list under `all` or apart", names=joined(named, " and ")
        )
        raise _fault_at(named[-1], side_by_side, given)
    # Of {trait: orders, '>>': 5} it is the second that nobody knows.
    fields_of_parts = {field for part in registry.names_by_part() for field in part.model_fields}
    unknown = next((key for key in fields if key not in fields_of_parts), next(iter(fields), ""))
    raise _fault_at(unknown, UnknownName(registry.kind, unknown, registry).sentence, given)


def _fault_at(key: str, said: Sentence, given: object) -> ValidationError:
    """A fault of the value under ``key``, which pydantic adds to the path that it is on."""
    fault = InitErrorDetails(type="value_error", loc=(key,), input=given, ctx={"error": ValueError(said)})
    return ValidationError.from_exception_data("part", [fault])


def parse(model: type[Defined], given: object, *, where: str = "") -> Defined:
    """``given`` as an instance of ``model``; raises ``BadDefinition`` naming the first fault and its place."""
    try:
        return model.model_validate(given)
    except ValidationError as fault:
        raise as_bad_definition(fault, where) from None


def as_bad_definition(fault: ValidationError, where: str = "") -> BadDefinition:
    """The first fault that pydantic found, with its path, as an error of ours."""
    first = fault.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    said = pydantic_says(first) if first["type"] in {"missing", "value_error"} else found_instead(first)
    return BadDefinition(said, where=joined(filter(None, [where, place]), ": "))
