"""A definition's body as the record of its kind, or the sentence that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from coterie.errors import BadDefinition, CoterieError, UnknownName
from coterie.registry import Registry

MODELS: Registry[type[BaseModel]] = Registry(
    "definition",
    {
        "trait": "coterie.profile:TraitDefinition",
        "segment": "coterie.segment:SegmentDefinition",
        "template": "coterie.compose:TemplateDefinition",
        "campaign": "coterie.decide:CampaignDefinition",
        "channel": "coterie.allocate:ChannelDefinition",
        "rfm": "coterie.segment:RfmDefinition",
        "lifecycle": "coterie.profile:LifecycleDefinition",
        "discovery": "coterie.segment:DiscoveryDefinition",
    },
)
"""Kind of definition, or of segmentation → its record."""


def parse_definition(kind: str, body: Mapping[str, object], where: str = "") -> BaseModel:
    """The record of ``body``; raises ``BadDefinition`` (or the part's own error) naming ``where`` and the path inside.

    >>> parse_definition("segment", {"name": "vip", "rule": {"trait": "revenue", ">=": 1000}}).rule.words()
    'revenue ≥ 1000'
    """
    model = MODELS[_segmentation(body, where) if kind == "segmentation" else kind]
    try:
        return model.model_validate(body)
    except ValidationError as fault:
        raise BadDefinition(_in_words(fault, model), where=where or f"{kind} {body.get('name')}") from fault
    except CoterieError as fault:
        if isinstance(fault, BadDefinition) and not fault.where and where:
            raise BadDefinition(str(fault), where=where) from fault
        raise


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
        raise UnknownName(f"method of a segmentation ({where})" if where else "method of a segmentation", method, known)
    return known[method]


def _in_words(fault: ValidationError, model: type[BaseModel]) -> str:
    sentences = []
    for error in fault.errors():
        path = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            known = model.model_fields if len(error["loc"]) == 1 else {}
            hint = UnknownName("field", str(error["loc"][-1]), known)
            sentences.append(str(hint) if known else f"{path}: there is no such field")
        elif error["type"] == "missing":
            sentences.append(f"{path} is missing")
        else:
            found = error["input"]
            shown = f" (found {found!r})" if isinstance(found, str | int | float | bool | None) else ""
            sentences.append(f"{path}: {error['msg'].removeprefix('Value error, ')}{shown}" if path else error["msg"])
    return "; ".join(sentences)
