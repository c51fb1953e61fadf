"""Confirmed mappings, kept as YAML beside the workspace, one file a source."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import ValidationError

from coterie.documents import parse_document, read_document
from coterie.domain.loading import Mapping
from coterie.errors import BadDefinition, UnknownName
from coterie.words import found_instead, pydantic_says, sentence, yaml_says
from coterie.writing import write_whole

FOLDER = "mappings"


def write_mapping(folder: Path, mapping: Mapping) -> Path:
    """Save ``mapping`` under ``folder``, in place of an earlier one of its source, and say where."""
    file = _file(folder, mapping.source)
    file.parent.mkdir(parents=True, exist_ok=True)
    values = mapping.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=120)
    write_whole(file, text)
    return file


def read_mapping(folder: Path, source: str) -> Mapping:
    """The saved mapping of ``source``.

    Raises ``UnknownName`` where none is saved, ``BadDefinition`` where the YAML breaks a rule.
    """
    file = _file(folder, source)
    if not file.exists():
        raise UnknownName("saved mapping", source, list_mappings(folder))
    return parse_mapping(file)


def parse_mapping(file: Path) -> Mapping:
    """The mapping in the YAML file ``file``; raises ``BadDefinition`` saying what is wrong and where."""
    try:
        return Mapping.model_validate(parse_document(read_document(file))[0])
    except FileNotFoundError:
        raise BadDefinition(sentence("there is no mapping file {path}", path=file)) from None
    except yaml.YAMLError as fault:
        raise BadDefinition(sentence("this is not YAML: {why}", why=yaml_says(fault)), where=str(file)) from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        said = pydantic_says(first)
        if first["type"] != "missing":
            said = found_instead(first)
        place = ".".join(str(step) for step in first["loc"])
        raise BadDefinition(said, where=": ".join((str(file), place))) from fault


def list_mappings(folder: Path) -> list[str]:
    """Sources whose mapping is saved under ``folder``."""
    return sorted(file.stem for file in (folder / FOLDER).glob("*.yaml"))


def _file(folder: Path, source: str) -> Path:
    if not re.fullmatch(r"[^/\\\x00-\x1f]{1,120}", source) or source.startswith("."):
        raise BadDefinition(
            sentence(
                "a source's name is a plain word or two, without slashes or a leading dot; found {name!r}", name=source
            )
        )
    return folder / FOLDER / f"{source}.yaml"
