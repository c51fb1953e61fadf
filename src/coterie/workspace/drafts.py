"""What is tried before it is kept: a definition as a dictionary, or as the YAML file that will hold it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from coterie.documents import parse_document, read_document
from coterie.errors import BadDefinition
from coterie.words import sentence, yaml_says


def draft_of(given: Path | str | Mapping[str, object], section: str) -> dict[str, object]:
    """What stands in a file, or is given as it is; where that is a whole file of definitions, the only one of ``section``.

    Raises ``BadDefinition`` where there is no such file, or it holds no definition.

    >>> draft_of({"segments": [{"name": "vip"}]}, "segments")
    {'name': 'vip'}
    """
    tree: object = given
    if isinstance(given, Path | str):
        file = Path(given)
        try:
            tree = parse_document(read_document(file))[0]
        except FileNotFoundError:
            raise BadDefinition(
                sentence(
                    "there is no file {path}; name a YAML file, or give what it would say as a dictionary", path=file
                )
            ) from None
        except yaml.YAMLError as fault:
            raise BadDefinition(sentence("this is not YAML: {why}", why=yaml_says(fault)), where=str(file)) from fault
    if isinstance(tree, Mapping):
        several = tree.get(section)
        if isinstance(several, list) and len(several) == 1:
            tree = several[0]
    if not isinstance(tree, Mapping):
        raise BadDefinition(
            sentence("expected one definition, as a file has it under {section}", section=section), where=str(given)
        )
    return dict(tree)
