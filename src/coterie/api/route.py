"""A path of the interface as data: what it is called by, who may, what it does with the workspace, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic.json_schema import JsonSchemaValue

from coterie.api.access import Asker
from coterie.api.problem import Problem
from coterie.api.served import Served
from coterie.protect import KeyRing
from coterie.protect.team import Team
from coterie.settings import Locale
from coterie.words import sentence
from coterie.workspace import Workspace
from coterie.workspace.job_runner import JobRunner
from coterie.workspace.scheduler import Scheduler

Method = Literal["GET", "POST", "PUT", "DELETE"]
Allowance = Literal["open", "read", "manage", "reach", "admin"]
"""What whoever asks must be allowed; ``open`` is for strangers."""


ANY_VERSION = -1
"""What ``If-Match: *`` asks for: whatever version there is."""


@dataclass(frozen=True)
class Call:
    """One request, as what a route does with it needs it.

    ``made_from`` is the version that the caller saw (``If-Match``), None where none was said; ``url`` is where the
    interface is, without a stroke at the end. ``received`` is the file that the body was written to, where the route takes one.
    ``asker`` is None for a stranger, ``agent`` the asking program's own name.
    """

    ws: Workspace
    served: Served
    asker: Asker | None
    lang: Locale
    made_from: int | None = None
    url: str = ""
    agent: str = ""
    received: Path | None = None

    @property
    def actor(self) -> str:
        """The name that what is done is noted under."""
        return self.asker.name if self.asker else ""

    @property
    def jobs(self) -> JobRunner:
        """What runs jobs."""
        return self.served.jobs

    @property
    def scheduler(self) -> Scheduler:
        """What starts jobs by itself."""
        return self.served.scheduler

    @property
    def keys(self) -> KeyRing:
        """The keys by which programs come in."""
        return self.served.keys

    @property
    def team(self) -> Team:
        """Who may sign in."""
        return self.served.team

    def put(self, kind: str, name: str, body: Mapping[str, object]) -> Answer:
        """A definition put in its place: new without ``If-Match``, changed where that names its version."""
        if body.get("name", name) != name:
            said = sentence("the body is called {name!r}, and the path {path!r}", name=body["name"], path=name)
            raise Problem(422, "not_valid", said, "body.name")
        made_from = None if self.made_from == ANY_VERSION else self.made_from or 0
        saved = self.ws.definitions.put(kind, {**body, "name": name}, made_from=made_from)
        return Answer(saved, 201 if saved.version == 1 else 200, version=saved.version)

    def retire(self, kind: str, name: str) -> Answer:
        """A definition taken out of use, where ``If-Match`` names its version or is not given."""
        made_from = None if self.made_from == ANY_VERSION else self.made_from
        gone = self.ws.definitions.retire(kind, name, made_from=made_from)
        return Answer(gone, version=gone.version)


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
class Events:
    """An answer that goes on: server-sent events, each as bytes; waiting for the next may block."""

    events: Iterator[bytes]


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
    takes_file: bool = False


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
        takes_file: bool = False,
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
            takes_file=takes_file,
        )

    def put(
        self,
        path: str,
        *commands: str,
        answer: JsonSchemaValue,
        example: object = None,
        allowance: Allowance = "manage",
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """A thing that is put in its place."""
        return self._adding("PUT", path, commands, allowance=allowance, answer=answer, example=example, changes=True)

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
        takes_file: bool = False,
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        def add(does: Callable[..., object]) -> Callable[..., object]:
            summary = (does.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            made = Route(
                method,
                path,
                does,
                allowance,
                summary,
                answer,
                commands,
                status,
                example,
                media,
                changes=changes,
                takes_file=takes_file,
            )
            self._routes.append(made)
            return does

        return add
