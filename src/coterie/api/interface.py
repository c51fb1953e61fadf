"""The routes as an application: who asks is known first, then the work is done in a thread, then answered or refused."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from coterie.api.access import Asker
from coterie.api.gate import too_large
from coterie.api.once import asked_of, once
from coterie.api.openapi import documented
from coterie.api.problem import Problem, problem_of
from coterie.api.receiving import received
from coterie.api.resources import RESOURCES
from coterie.api.route import ANY_VERSION, Answer, Call, Events, Route
from coterie.api.served import Served
from coterie.api.workers import Workers
from coterie.errors import CoterieError
from coterie.protect.key_ring import SCOPES
from coterie.protect.team import ROLES
from coterie.words import Sentence, pydantic_says, sentence
from coterie.workspace import Frame, Workspace
from coterie.workspace.jsonable import as_text

PREFIX = "/api/v1"


def add_routes(app: FastAPI, workers: Workers, served: Served) -> None:
    """Add every resource to ``app``; ``workers`` do what is asked."""
    for resource in RESOURCES:
        for route in resource:
            app.add_api_route(
                f"{PREFIX}{route.path}",
                _endpoint(route, workers, served),
                methods=[route.method],
                summary=route.summary,
                description=inspect.getdoc(route.does),
                tags=[resource.resource],
                status_code=route.status,
                response_class=Response,
                response_model=None,
                operation_id=route.does.__name__,
                openapi_extra=documented(route),
            )
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _not_routed)
    app.add_exception_handler(Problem, _refused)
    app.add_exception_handler(Exception, _refused)


def _endpoint(route: Route, workers: Workers, served: Served) -> Callable[..., Awaitable[Response]]:
    """``route`` as the framework wants it: with its parameters and body in the signature, and the request before them."""
    _, *given = inspect.signature(route.does, eval_str=True).parameters.values()

    def allowed(request: Request) -> None:
        asker: Asker | None = request.state.asker
        if route.allowance != "open" and (asker is None or route.allowance not in asker.allows):
            raise _not_allowed(route, asker)

    async def endpoint(request: Request, _allowed: None, **named: object) -> Response:
        call = _call(request, workers.workspace, served)
        key = request.headers.get("idempotency-key") if route.changes and route.method == "POST" else None
        asked = "" if key is None else await asked_of(request)

        def answered() -> Response:
            return _response(route.does(call, **named), route, request, call.lang)

        def work(_ws: Workspace) -> Response:
            return answered() if key is None else once(served.answers, call.actor, key, asked, answered)

        try:
            async with received(request, call.ws.folder if route.takes_file else None) as file:
                call = replace(call, received=file)
                return await workers.do(call.actor, work)
        except CoterieError as fault:
            raise problem_of(fault, request.path_params, is_conditional=call.made_from is not None) from fault

    first = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    second = inspect.Parameter("_allowed", inspect.Parameter.KEYWORD_ONLY, annotation=None, default=Depends(allowed))
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in given]
    endpoint.__signature__ = inspect.Signature([first, second, *parameters])  # type: ignore[attr-defined]
    return endpoint


def _call(request: Request, ws: Workspace, served: Served) -> Call:
    asker: Asker | None = request.state.asker
    url = f"{request.url.scheme}://{request.url.netloc}{PREFIX}"
    made_from = _version_in(request.headers.get("if-match"))
    return Call(ws, served, asker, request.state.lang, made_from, url, request.headers.get("user-agent", ""))


def _version_in(header: str | None) -> int | None:
    """The version that ``If-Match`` names."""
    if header is None:
        return None
    text = header.strip().removeprefix("W/").strip('"')
    if text == "*":
        return ANY_VERSION
    if not (text.isdecimal() and len(text) < 10):
        said = Sentence('If-Match names a version as ETag gave it, such as "3", or *')
        raise Problem(400, "bad_version", said, "header.If-Match")
    return int(text)


def _response(found: object, route: Route, request: Request, lang: str) -> Response:
    """What a route made, as the answer."""
    if isinstance(found, Events):
        return StreamingResponse(found.events, media_type=route.media, headers={"Cache-Control": "no-store"})
    answer = found if isinstance(found, Answer) else Answer(found, route.status, media=route.media)
    headers = {"Cache-Control": "no-store", **answer.headers}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
        if route.method == "GET" and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(None, 304, headers)
    return Response(written(answer.body, lang), answer.status, headers, media_type=answer.media)


def _not_allowed(route: Route, asker: Asker | None) -> Problem:
    name, role = ("", "") if asker is None else (asker.name, asker.role)
    if asker is not None and asker.session:
        able = [each for each, allowed in ROLES.items() if route.allowance in allowed]
        said = sentence("{name} is here as {role}, and this is for {roles}", name=name, role=role, roles=able)
    else:
        able = [each for each, allowed in SCOPES.items() if route.allowance in allowed]
        said = sentence(
            "the key {name} is for {scope}, and this needs one for {scopes}", name=name, scope=role, scopes=able
        )
    return Problem(403, "not_allowed", said, facts={"scope": role, "scopes": able})


def written(body: object, lang: str) -> bytes:
    """``body`` as JSON, its sentences told in ``lang``; bytes as they are, and a frame as a page of its rows."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, Frame):
        body = {"items": body, "next": None}
    return as_text(body, lang)


def _answered(request: Request, problem: Problem) -> Response:
    body = problem.body(getattr(request.state, "lang", "en"), request.url.path)
    text = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(text, problem.status, dict(problem.headers), media_type="application/problem+json")


async def _refused(request: Request, fault: Exception) -> Response:
    return _answered(request, fault if isinstance(fault, Problem) else unforeseen(fault))


async def _not_valid(request: Request, fault: Exception) -> Response:
    """What is wrong with a parameter or the body, and where; never what stood there, which may be a person."""
    if not isinstance(fault, RequestValidationError):
        return await _refused(request, fault)
    first = fault.errors()[0]
    path = ".".join(map(str, first["loc"]))
    if first["type"] == "json_invalid":
        return _answered(request, Problem(400, "not_json", Sentence("the body is no JSON"), path))
    said = sentence("{path}: {why}", path=path, why=pydantic_says(first))
    return _answered(request, Problem(422, "not_valid", said, path))


async def _not_routed(request: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        return await _refused(request, fault)
    if fault.status_code == 413:
        return _answered(request, too_large())
    code, said = "not_read", Sentence("the body cannot be read")
    if fault.status_code == 404:
        code, said = "no_such_path", Sentence("there is no such path; /api/openapi.json lists all")
    if fault.status_code == 405:
        code = "no_such_method"
        said = Sentence("this path is not called by this method; /api/openapi.json lists all")
    return _answered(request, Problem(fault.status_code, code, said, headers=dict(fault.headers or {})))


def unforeseen(fault: Exception) -> Problem:
    """A fault of ours: its kind is told, and nothing of what it was about."""
    said = sentence("a fault of Coterie's own, which nobody foresaw ({kind})", kind=type(fault).__name__)
    return Problem(500, "unforeseen", said)
