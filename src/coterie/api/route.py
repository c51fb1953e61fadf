"""A path of the interface as data: what it is called by, who may, what it does with the workspace, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic.json_schema import JsonSchemaValue

from coterie.settings import Locale
from coterie.workspace import Workspace

Method = Literal["GET", "POST", "PUT", "DELETE"]
Allowance = Literal["read", "manage", "admin"]


@dataclass(frozen=True)
class Call:
    """One request, as what a route does with it needs it.

    ``made_from`` is the version that the caller saw (``If-Match``), None where none was said; ``url`` is where the
    interface is, without a stroke at the end.
    """

    ws: Workspace
    actor: str
    lang: Locale
    made_from: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer that is more than a body: its ``status``, ``version`` as an ETag, and other headers.

    A body of bytes goes out as it is, as ``media``; any other as JSON.
    """

    body: object
    status: int = 200
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"


@dataclass(frozen=True)
class Route:
    """One method of one path, below ``/api/v1``.

    ``does`` takes the ``Call`` first, and then what the framework reads from path, query and body by its signature.
    ``answer`` is the JSON Schema of what comes back; ``commands`` are those of the command line that it stands for.
    """

    method: Method
    path: str
    does: Callable[..., object]
    allowance: Allowance
    summary: str
    answer: JsonSchemaValue
    commands: tuple[str, ...] = ()
    status: int = 200
    example: object = None
    media: str = "application/json"
    changes: bool = False


class Routes:
    """The routes of one resource, added by decorators."""

    def __init__(self, resource: str, about: str) -> None:
        self.resource, self.about = resource, about
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def get(
        self,
        path: str,
        *commands: str,
        answer: JsonSchemaValue,
        allowance: Allowance = "read",
        media: str = "application/json",
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """A path that is looked at."""
        return self._adding("GET", path, commands, allowance=allowance, answer=answer, media=media)

    def post(
        self,
        path: str,
        *commands: str,
        answer: JsonSchemaValue,
        allowance: Allowance = "manage",
        status: int = 200,
        example: object = None,
        changes: bool = True,
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Something that is done; unless it ``changes`` nothing, once for each ``Idempotency-Key``."""
        return self._adding(
            "POST",
            path,
            commands,
            allowance=allowance,
            answer=answer,
            status=status,
            example=example,
            changes=changes,
        )

    def put(
        self, path: str, *commands: str, answer: JsonSchemaValue, example: object = None
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """A thing that is put in its place."""
        return self._adding("PUT", path, commands, allowance="manage", answer=answer, example=example, changes=True)

    def delete(
        self, path: str, *commands: str, answer: JsonSchemaValue, allowance: Allowance = "manage"
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """A thing that is taken away."""
        return self._adding("DELETE", path, commands, allowance=allowance, answer=answer, changes=True)

    def _adding(
        self,
        method: Method,
        path: str,
        commands: tuple[str, ...],
        *,
        allowance: Allowance,
        answer: JsonSchemaValue,
        status: int = 200,
        example: object = None,
        media: str = "application/json",
        changes: bool = False,
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        def add(does: Callable[..., object]) -> Callable[..., object]:
            summary = (does.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            made = Route(
                method, path, does, allowance, summary, answer, commands, status, example, media, changes=changes
            )
            self._routes.append(made)
            return does

        return add
