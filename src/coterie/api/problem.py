"""What a request is refused with: problem details (RFC 9457), in the reader's language and in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coterie.errors import (
    BadSetting,
    CoterieError,
    Damaged,
    NameClash,
    NotPermitted,
    NotReady,
    Overtaken,
    Refused,
    StatementFailed,
    StorageFull,
    Transient,
    UnknownName,
    shortened,
)
from coterie.words import Sentence
from coterie.workspace.jsonable import as_json

_STATUS: tuple[tuple[type[CoterieError], int], ...] = (
    (StorageFull, 507),
    (Transient, 503),
    (Overtaken, 409),
    (NameClash, 409),
    (NotReady, 409),
    (BadSetting, 409),
    (NotPermitted, 403),
    (Refused, 422),
    (StatementFailed, 422),
    (Damaged, 500),
)
"""Kind of error → status; the first that fits."""

_TITLES: Mapping[int, Sentence] = {
    400: Sentence("the request cannot be read"),
    401: Sentence("a key is needed"),
    403: Sentence("this is not allowed"),
    404: Sentence("there is no such thing"),
    405: Sentence("this cannot be done with it"),
    409: Sentence("it does not stand so that this can be done"),
    412: Sentence("it was changed meanwhile"),
    413: Sentence("the request is too large"),
    415: Sentence("a body of this kind is not read"),
    422: Sentence("the request cannot be done as asked"),
    429: Sentence("too much is asked at once"),
    500: Sentence("a fault of Coterie's own"),
    503: Sentence("it may work later"),
    507: Sentence("the disk is full"),
}
_AGAIN_SECONDS = 1
_LOOKED_UP = frozenset({"customer", "profile", "job", "upload"})
_MOST_NAMED = 20
"""Names of known things that a problem holds."""


@dataclass(eq=False)
class Problem(Exception):
    """A request that is refused: ``code`` names why for programs and never changes.

    >>> Problem(404, "unknown_name", Sentence("no segment named 'vip'")).body("en", "/api/v1/segments/vip")["title"]
    'there is no such thing'
    """

    status: int
    code: str
    said: Sentence
    path: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, lang: str, instance: str) -> dict[str, object]:
        """The members of the answer; ``detail`` in ``lang``, ``details`` in both languages."""
        return {
            "type": f"urn:coterie:problem:{self.code}",
            "title": _TITLES.get(self.status, _TITLES[422]).told(lang),
            "status": self.status,
            "detail": shortened(self.said.told(lang)),
            "details": {language: shortened(self.said.told(language)) for language in ("en", "zh")},
            "instance": instance,
            "code": self.code,
            "path": self.path,
            "facts": self.facts,
        }


def problem_of(fault: CoterieError, named: Mapping[str, object], *, is_conditional: bool = False) -> Problem:
    """The problem that an error is to whoever asked.

    A name that stands in the path of the request (``named``) and is not known makes it 404; elsewhere 422.
    ``is_conditional`` tells that the request said which version it was made from.
    """
    status = next((status for kind, status in _STATUS if isinstance(fault, kind)), 500)
    said, facts = fault.sentence, _facts(fault)
    if isinstance(fault, UnknownName):
        is_asked_for = str(fault.name) in map(str, named.values()) and not fault.where
        status = 404 if is_asked_for or str(fault.kind) in _LOOKED_UP else 422
        if str(fault.kind) == "customer":  # of whom else there is nothing is told
            said, facts = Sentence("nobody is known by this key"), {"kind": "customer"}
    if isinstance(fault, Overtaken):
        status = 412 if is_conditional else 409
    headers = {"Retry-After": str(_AGAIN_SECONDS)} if status in (429, 503, 507) else {}
    return Problem(status, fault.code, said, _path(fault), facts, headers)


def _path(fault: CoterieError) -> str:
    """The part of a definition that it is about, else the file."""
    where = fault.where.facts if isinstance(fault.where, Sentence) else {}
    return str(where.get("part", fault.path))


def _facts(fault: CoterieError) -> dict[str, object]:
    found = {name: as_json(value, str) for name, value in fault.facts.items()}
    return {name: value[:_MOST_NAMED] if isinstance(value, list) else value for name, value in found.items()}
