"""A definition's body as the record of its kind, or the sentence that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import ErrorDetails

from coterie.errors import BadDefinition, CoterieError, UnknownName
from coterie.profile import language
from coterie.registry import Registry
from coterie.run.definition_files import SECTIONS, YamlPlace
from coterie.words import Sentence, found_instead, joined, pydantic_says, sentence

MODELS: Registry[type[BaseModel]] = Registry(
    "definition",
    {
        "trait": "coterie.profile:TraitDefinition",
        "list": "coterie.segment:ListDefinition",
        "segment": "coterie.segment:SegmentDefinition",
        "template": "coterie.compose:TemplateDefinition",
        "campaign": "coterie.decide:CampaignDefinition",
        "journey": "coterie.decide.journeys:JourneyDefinition",
        "channel": "coterie.allocate:ChannelDefinition",
        "tracking_plan": "coterie.collect.tracking:TrackingPlan",
        "rfm": "coterie.segment:RfmDefinition",
        "lifecycle": "coterie.profile:LifecycleDefinition",
        "discovery": "coterie.segment:DiscoveryDefinition",
    },
)
"""Kind of definition, or of segmentation → its record."""


def parse_definition(
    kind: str, body: Mapping[str, object], where: str = "", *, place: YamlPlace | None = None
) -> BaseModel:
    """The record of ``body``; raises ``BadDefinition`` (or the part's own error) naming where its faults stand.

    That is the file, line and part where its ``place`` in a file is given, else ``where`` and the path inside.

    >>> parse_definition("segment", {"name": "vip", "rule": {"trait": "revenue", ">=": 1000}}).rule.words()
    'revenue ≥ 1000'
    """
    at_method = place.at(["method"]) if place else where
    model = MODELS[_segmentation(body, at_method) if kind == "segmentation" else kind]
    try:
        return model.model_validate(body)
    except ValidationError as fault:
        if place:
            raise _at_its_lines(fault, model, place) from fault
        raise BadDefinition(
            _in_words(fault, model), where=where or Sentence(f"{kind} {{name}}", {"name": body.get("name")})
        ) from fault
    except CoterieError as fault:
        if isinstance(fault, BadDefinition) and (place or (where and not fault.where)):
            raise BadDefinition(fault.sentence, where=place.at() if place else where) from fault
        raise


def definition_schema(kind: str = "", lang: str = "en") -> JsonSchemaValue:
    """The JSON Schema of a definition of ``kind``, or of a whole file of definitions.

    Every operator, measure and step that is installed is in it; titles and descriptions are in the language ``lang``,
    English where a part from outside has no other. Raises ``UnknownName`` for an unknown kind.

    >>> sorted(definition_schema("segment")["required"]), definition_schema("segment", "zh")["title"]
    (['name', 'rule'], '细分')
    """
    return language.told(_schema(kind) if kind else _schema_of_a_file(), lang)


def _schema(kind: str) -> JsonSchemaValue:
    if kind not in SECTIONS.values():
        raise UnknownName("kind of definition", kind, SECTIONS.values())
    if kind != "segmentation":
        return language.schema_of(MODELS[kind])
    methods: dict[str, list[str]] = {}
    for method, of in segmentation_methods().items():
        methods.setdefault(of, []).append(method)
    whole = _together({of: language.schema_of(MODELS[of]) for of in methods})
    for of, known in methods.items():
        shape = whole["$defs"][of]
        shape["properties"]["method"] |= {"enum": sorted(known)}
        shape["required"] = sorted({*shape.get("required", []), "method"})
    return whole | {
        "title": "Segmentation",
        "description": "What divides the base; its method says how.",
        "anyOf": [{"$ref": f"#/$defs/{of}"} for of in methods],
    }


def _schema_of_a_file() -> JsonSchemaValue:
    whole = _together({kind: _schema(kind) for kind in SECTIONS.values()})
    lists = {
        section: {
            "title": section.capitalize(),
            "description": "Those that the file defines.",
            "type": ["array", "null"],
            "items": {"$ref": f"#/$defs/{kind}"},
        }
        for section, kind in SECTIONS.items()
    }
    return whole | {
        "title": "Definitions",
        "description": "A file of definitions.",
        "type": "object",
        "properties": lists,
        "additionalProperties": False,
    }


def _together(schemas: Mapping[str, JsonSchemaValue]) -> JsonSchemaValue:
    """The schemas as definitions of one, by their names; what they refer to is shared."""
    dialect = ""
    defs: JsonSchemaValue = {}
    for name, schema in schemas.items():
        dialect = schema.pop("$schema")
        defs |= schema.pop("$defs", {})
        defs[name] = schema
    return {"$schema": dialect, "$defs": dict(sorted(defs.items()))}


def segmentation_methods() -> dict[str, str]:
    """Method of a segmentation → the kind of definition that it takes.

    >>> segmentation_methods()["k-means"]
    'discovery'
    """
    from coterie.segment import DiscoveryDefinition

    return {"rfm": "rfm", "lifecycle": "lifecycle", **dict.fromkeys(DiscoveryDefinition.methods(), "discovery")}


def _segmentation(body: Mapping[str, object], where: str) -> str:
    method, known = str(body.get("method", "")), segmentation_methods()
    if method not in known:
        raise UnknownName("method of a segmentation", method, known, where=where)
    return known[method]


def _at_its_lines(fault: ValidationError, model: type[BaseModel], place: YamlPlace) -> BadDefinition:
    """Every fault with the line where it stands; the first is where the error is."""
    faults = fault.errors()
    (where, said), *others = [(place.at(each["loc"]), _said(each, model, each["loc"][-1:])) for each in faults]
    return BadDefinition(joined([said, *(joined(each, ": ") for each in others)]), where=where)


def _in_words(fault: ValidationError, model: type[BaseModel]) -> Sentence:
    sentences = []
    for error in fault.errors():
        path = ".".join(str(part) for part in error["loc"])
        said = _said(error, model, error["loc"])
        is_told = (
            not path or error["type"] == "missing" or (error["type"] == "extra_forbidden" and path in error["loc"])
        )
        sentences.append(said if is_told else joined([path, said], ": "))
    return joined(sentences)


def _said(error: ErrorDetails, model: type[BaseModel], told: tuple[int | str, ...]) -> Sentence:
    """What is wrong; what is missing is called by the steps ``told``."""
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return UnknownName("field", str(error["loc"][0]), model.model_fields).said
    if error["type"] == "extra_forbidden":
        return sentence("there is no such field")
    if error["type"] == "missing":
        return sentence("{path} is missing", path=".".join(map(str, told)))
    is_shown = error["loc"] and isinstance(error["input"], str | int | float | bool | None)
    return found_instead(error) if is_shown else pydantic_says(error)
