"""Nothing that a customer or a template says can run, read, spend or smuggle."""

from __future__ import annotations

import time
import tracemalloc
from html.parser import HTMLParser

import pytest

from coterie.compose import Context, RenderRefused, TemplateDefinition, compile_template, header_text, render_one
from coterie.compose.liquid import parse, render
from coterie.errors import CoterieError

SECRETS = (
    "root:",
    "uid=",
    "COTERIE",
    "<class",
    "object at 0x",
    "1787569",
    "secret",
    "<function",
    "<module",
    "<built-in",
)

ATTRIBUTES = [
    "__class__",
    "__mro__",
    "__subclasses__",
    "__globals__",
    "__init__",
    "__dict__",
    "__builtins__",
    "__import__",
    "mro",
    "func_globals",
    "gi_frame",
    "f_back",
    "f_globals",
    "f_builtins",
    "im_func",
    "im_self",
    "tb_frame",
    "cr_frame",
    "ag_frame",
    "__getattribute__",
    "__reduce__",
    "__module__",
    "_secret",
]

OTHER_LANGUAGES = [
    "{{ 1337 | times: 1337 | system }}", "{{ config }}", "{{ self }}", "{{ request }}", "{{ env }}", "{{ environ }}",
    "{{ settings.smtp_password }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}", "{{ url_for.__globals__ }}", "{{ get_flashed_messages }}",
    "${1337*1337}", "#{1337*1337}", "*{1337*1337}", "<%= 1337*1337 %>", "${{1337*1337}}", "@(1337*1337)", "{1337*1337}",
    "{{=1337*1337}}", "{{1337*1337}}", "{{#with 'x' as |s|}}{{s.constructor}}{{/with}}", "{{constructor.constructor('x')()}}",
    "{php}echo `id`;{/php}", "{% php %}", "{% import os %}{{ os.popen('id') }}", "{% load log %}", "{% debug %}",
    "{% include '/etc/passwd' %}", "{% include 'file:///etc/passwd' %}", "{% render '../../coterie.yaml' %}",
    "{% extends '/etc/passwd' %}", "{% block x %}{% endblock %}", "{% macro x %}{% endmacro %}", "{% call x %}",
    "{% liquid echo 'x' %}", "{% echo 'x' %}", "{% set x = 1 %}", "{% exec 'id' %}", "{% python %}", "{% javascript %}",
    "{{ 'id' | shell }}", "{{ 'id' | filter }}", "{{ ['id'] | map('system') }}", "{{ ['id'] | filter('system') }}",
    "{{ 'x' | base64_decode }}", "{{ 'x' | safe }}", "{{ 'x' | escapejs }}", "{{ 'x' | raw }}", "{{ '/etc/passwd' | file }}",
    "{{ 'https://x.example' | fetch }}", "{{ template }}", "{{ template.env }}", "{{ forloop }}", "{{ tablerowloop }}",
    "{{ dump(app) }}", "{{ app.request.server }}", "{{ _self.env }}", "{{ _context }}", "{{ block.super }}", "{{ caller }}",
]  # fmt: skip
ATTRIBUTE_WALKS = [
    form.replace("@", name)
    for name in ATTRIBUTES
    for form in ("{{ profile.@ }}", "{{ profile['@'] }}", "{{ profile.name.@ }}", "{{ '' | map: '@' }}")
]
PAYLOADS = ATTRIBUTE_WALKS + OTHER_LANGUAGES


def _try(source: str) -> str:
    """What comes out, or nothing when it is refused in words."""
    context = {"profile": {"name": "Ann", "list": ["a", "b"], "n": 3}, "segments": {"vip": True}}
    made = ""
    for escaping in (True, False):
        try:
            made += render(parse(source, escaping=escaping, where="test"), context)
        except CoterieError:
            continue
    return made


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 140


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_template_reaches_nothing_but_its_values(payload: str) -> None:
    made = _try(payload)
    assert [secret for secret in SECRETS if secret in made] == []


BOMBS = {
    "long-range": "{% for i in (1..100000000) %}x{% endfor %}",
    "nested-loops": "{% for a in (1..100) %}{% for b in (1..100) %}{% for c in (1..100) %}x{% endfor %}{% endfor %}{% endfor %}",
    "loops-one-after-the-other": "{% for a in (1..9999) %}x{% endfor %}" * 60,
    "empty-loops": "{% for a in (1..99) %}{% for b in (1..99) %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}" * 40,
    "wide-loop-body": "{% for a in (1..9999) %}" + "{% if a == 1 %}{% endif %}" * 2000 + "{% endfor %}",
    "wide-loop-of-comments": "{% for a in (1..9999) %}" + "{% comment %}{% endcomment %}" * 3000 + "{% endfor %}",
    "range-as-text": "{{ (1..100000000) | join: 'x' }}",
    "range-sorted": "{{ (1..100000000) | sort | size }}",
    "range-reversed": "{{ (1..100000000) | reverse | first }}",
    "range-beyond-all-bounds": "{{ (1..9223372036854775807) | size }}{{ (0..99999999999999999999999) | join }}",
    "doubling": "{% assign a = 'aaaaaaaaaa' %}" + "{% assign a = a | append: a %}" * 40,
    "doubling-by-capture": "{% capture a %}aaaaaaaaaa{% endcapture %}" + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 40,
    "doubling-in-one-chain": "{% assign a = 'aaaaaaaaaa' %}{{ a" + " | append: a" * 2000 + " }}",
    "squaring-replace": "{% assign a = 'aaaaaaaaaa' %}" + "{% assign a = a | replace: 'a', a %}" * 6,
    "empty-replace": "{% assign a = 'aaaaaaaaaa' %}" + "{% assign a = a | replace: '', a %}" * 6,
    "split-and-join": "{% assign a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% assign a = a | split: '' | join: a %}" * 5,
    "doubling-a-list": "{% assign a = 'a,b,c,d' | split: ',' %}" + "{% assign a = a | concat: a %}" * 40,
    "growing-number": "{% assign n = 9999999999 %}" + "{% assign n = n | times: n %}" * 40 + "{{ n }}",
    "growing-number-in-a-loop": "{% assign n = 9 %}{% for i in (1..9999) %}{% assign n = n | times: 9 %}{% endfor %}{{ n }}",
    "infinite-float": "{{ 1e308 | times: 1e308 | times: 1e308 }}",
    "precise-rounding": "{{ 1.5 | round: 999999999 }}",
    "padded-date": "{{ '2026-01-01' | date: '%99999999Y' }}",
    "long-date-pattern": "{{ '2026-01-01' | date: '" + "%A" * 100_000 + "' }}",
    "truncate-wide": "{{ 'a' | truncate: 999999999 }}{{ 'a b' | truncatewords: 999999999 }}",
    "slice-wide": "{{ 'abc' | slice: -999999999, 999999999 }}",
    "tags-to-strip": "{% assign a = '<script' %}" + "{% assign a = a | append: a %}" * 12 + "{{ a | strip_html }}",
    "html-to-clean": "{% assign a = '<b><i><u>' %}" + "{% assign a = a | append: a %}" * 12 + "{{ a | html }}",
    "many-assigns": "".join(f"{{% assign v{n} = 'x' %}}" for n in range(15_000)),
    "deep-nesting": "{% if true %}" * 200 + "x" + "{% endif %}" * 200,
    "deep-loops": "{% for a in (1..2) %}" * 60 + "x" + "{% endfor %}" * 60,
    "long-condition": "{% if " + "true and " * 5000 + "true %}x{% endif %}",
    "deep-path": "{{ profile" + ".a" * 20_000 + " }}",
    "many-prints": "{{ profile.name }}" * 25_000,
    "many-filters": "{{ profile.name" + " | upcase" * 20_000 + " }}",
    "filters-in-a-loop": "{% for i in (1..9999) %}{{ profile.name | upcase | downcase | append: 'x' }}{% endfor %}",
    "long-source": "x" * 600_000,
    "unclosed-tags": "{% if x %}" * 30_000,
    "open-braces": "{{" * 50_000,
    "case-of-many": "{% case 1 %}" + "{% when 2 %}x" * 10_000 + "{% endcase %}",
    "url-encode-growth": "{% assign a = '%%%%%%%%%%' %}" + "{% assign a = a | url_encode %}" * 30,
    "escape-growth": "{% assign a = '&&&&&&&&&&' | append: '' %}" + "{% assign a = a | escape | append: a %}" * 40,
    "newline-growth": "{% assign a = 'x' %}" + "{% assign a = a | append: a %}" * 15 + "{{ a | newline_to_br }}",
    "sort-the-same": "{% assign a = 'b,a' | split: ',' %}" + "{% assign a = a | concat: a | sort %}" * 20,
    "uniq-many": "{% assign a = (1..9999) %}{% for i in (1..200) %}{% assign b = a | uniq %}{% endfor %}",
    "reverse-many": "{% for i in (1..500) %}{% assign b = (1..9999) | reverse | sort %}{% endfor %}",
    "remove-many": "{% assign a = 'ab' %}" + "{% assign a = a | append: a %}" * 14 + "{% for i in (1..999) %}{{ a | remove: 'q' | size }}{% endfor %}",
    "output": "{% assign a = 'aaaaaaaaaaaaaaaa' %}" + "{% assign a = a | append: a %}" * 11 + "{{ a }}" * 2000,
}  # fmt: skip


@pytest.mark.parametrize("bomb", [pytest.param(source, id=name) for name, source in BOMBS.items()])
def test_a_bomb_is_small_and_short(bomb: str) -> None:
    tracemalloc.start()
    begun = time.process_time()
    made = _try(bomb)
    seconds = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(made) <= 2 * 1024 * 1024
    assert peak <= 64 * 1024 * 1024
    # Twenty times the work that the budget allows: a hang is caught, a slow machine is not.
    assert seconds < 20


HOSTILE = [
    "Ann\r\nBcc: evil@x.test", "Ann\nBcc: evil@x.test", "Ann\rBcc: evil@x.test", "Ann\0Bcc: evil@x.test",
    "=?utf-8?q?a=0D=0ABcc:_evil@x.test?=", "=?utf-8?b?DQpCY2M6IGV2aWxAeC50ZXN0?=", "a =?iso-8859-1?q?=0A?= b",
    "Ann\x0bBcc: e@x.test", "Ann\x0cBcc: e@x.test", "Ann\x85Bcc: e@x.test", "Ann\u2028Bcc: e@x.test", "Ann\u2029Bcc: e@x.test",
    "\r\n\r\n<h1>body</h1>", "\r\n.\r\nMAIL FROM:<evil@x.test>\r\n", "%0d%0aBcc: evil@x.test", "\\r\\nBcc: evil@x.test",
    "Ann\ud800", "\u202eevil", "\u200bBcc: evil@x.test", "嘊嘍Bcc: evil@x.test", "x" * 5000, "é" * 3000, "\t\tBcc: e@x.test",
    "a,b@x.test", '"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "javascript:alert(1)", "{{ profile.secret }}",
    "{% include 'x' %}", "&lt;b&gt;", "]]>", "--=_boundary--", "\x1b[2J", "\x7f", "=\r\n", "=?", "?=",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_becomes_a_second_line_of_a_header(value: str) -> None:
    line = header_text(value)
    assert "=?" not in line
    assert not any(ord(letter) < 32 or ord(letter) in {127, 0x85, 0x2028, 0x2029} for letter in line)
    assert len(line) <= 250


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


BODY = """<p title="{{ profile.v }}">{{ profile.v }} {{ profile.v | upcase }} {{ profile.v | append: profile.v }}
{% capture kept %}{{ profile.v }}{% endcapture %}{{ kept }} {{ 'X' | replace: 'X', profile.v }} {{ profile.v | newline_to_br }}
{{ profile.v | split: 'q' | join: profile.v }} {{ profile.v | date: '%Y' }} {{ profile.v | money }} {{ profile.v | strip_html }}
{{ profile.v | escape }} {{ profile.v | slice: 0, 40 }} {{ profile.v | truncate: 40 }} {{ profile.none | default: profile.v }}
<a href="{{ profile.v }}">x</a><a href="https://x.example/?q={{ profile.v }}">y</a><img src='{{ profile.v }}'></p>"""


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_becomes_an_element_an_attribute_or_a_bad_link(value: str) -> None:
    template = TemplateDefinition(name="t", subject="For {{ profile.v }}", body=BODY)
    compiled = compile_template(template)
    usual, found = _Elements(), _Elements()
    usual.feed(render_one(compiled, Context(traits={"v": "Ann"})).html)
    made = render_one(compiled, Context(traits={"v": value}))
    found.feed(made.html)
    allowed_breaks = [("br", ())] * made.html.count("<br />")
    assert sorted(e for e in found.seen if e[0] != "br") + allowed_breaks == sorted(usual.seen) + allowed_breaks
    assert all(link in {"#", ""} or link.startswith(("https://", "/", "#", "?")) for link in found.links)
    assert "\n" not in made.subject


def test_a_value_is_never_rendered_again() -> None:
    template = TemplateDefinition(name="t", subject="S", body="<p>{{ profile.v }}</p>")
    made = render_one(compile_template(template), Context(traits={"v": "{{ 7 | times: 7 }}", "secret": "hidden"}))
    assert "49" not in made.html + made.text
    assert "{{ 7 | times: 7 }}" in made.text


def test_what_a_template_may_not_do_is_refused_in_words() -> None:
    with pytest.raises(RenderRefused, match=r"too much work|loop iteration limit"):
        render(parse(BOMBS["filters-in-a-loop"], escaping=True, where="t"), {"profile": {"name": "Ann"}})
