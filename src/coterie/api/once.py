"""A request under an idempotency key is done once, and answered alike however often it comes."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response

from coterie.api.problem import Problem
from coterie.errors import CoterieError
from coterie.words import sentence
from coterie.workspace.answers import Answers

_LONGEST = 200
_KEPT = ("etag", "location")
"""Headers that are given again."""


async def asked_of(request: Request) -> str:
    """What is asked, as one text: method, path, parameters, language and body."""
    body = await request.body()
    parts = [request.method, request.url.path, request.url.query, str(request.state.lang), body.hex()]
    return "\n".join(parts)


def once(answers: Answers, asker: str, key: str, asked: str, do: Callable[[], Response]) -> Response:
    """What ``do`` answers, done once for each ``key`` of an ``asker``.

    A request that is refused changed nothing, and its key may be used again. One that was cut off is told as such:
    nobody knows whether it was done, and doing it again could do it twice.
    """
    if not key.isascii() or not key.isprintable() or len(key) > _LONGEST:
        said = sentence("an idempotency key is up to {n} plain {n|letter|letters}, such as a UUID", n=_LONGEST)
        raise Problem(422, "bad_key", said, "header.Idempotency-Key")
    before = answers.claim(asker, key, asked)
    if before is None:
        return _done(answers, asker, key, do)
    if before.request != answers.hash_of(asked):
        said = sentence("the idempotency key {key!r} stood for another request; take a new one for each", key=key)
        raise Problem(422, "key_reused", said, "header.Idempotency-Key")
    if before.status is None:
        said = sentence(
            "what was asked under the idempotency key {key!r} is being done, or was cut off; look what became of it, "
            "and take a new key to ask again",
            key=key,
        )
        raise Problem(409, "still_asked", said, "header.Idempotency-Key")
    headers = {name: str(value) for name, value in before.headers.items()} | {"Idempotency-Replayed": "true"}
    return Response(before.body, before.status, headers, media_type="application/json")


def _done(answers: Answers, asker: str, key: str, do: Callable[[], Response]) -> Response:
    try:
        response = do()
    except (CoterieError, Problem):
        answers.give_up(asker, key)
        raise
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    answers.finish(asker, key, response.status_code, headers, bytes(response.body).decode())
    return response
