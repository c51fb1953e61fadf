"""Marketing carries a link that can be seen and followed, whatever its template does."""

from __future__ import annotations

import pytest

from coterie.compose import Composer, Letterhead, TemplateDefinition, check_template
from coterie.compose.way_out import shows_link
from coterie.domain import Message, Origin
from coterie.errors import BadDefinition

LETTERHEAD = Letterhead("Shop <news@shop.example>", "1 High Street, Leeds", "https://shop.example", b"k" * 32)
LINK = '<a href="{{ unsubscribe_url }}">Stop</a>'


def written(body: str, *, purpose: str = "marketing", kind: str = "marketing", text: str | None = None):
    template = TemplateDefinition(name="hello", subject="Hi", body=body, kind=kind, text=text)  # type: ignore[arg-type]
    composer = Composer({"hello": template}, letterhead=LETTERHEAD, find_readers=lambda _: {})
    message = Message("m1", Origin("campaign", "spring"), 1, "email", purpose, "a@x.example", "k", "message", "hello")
    (rendered,) = composer.render([message])
    assert not isinstance(rendered, str), rendered
    header = dict(rendered.headers).get("List-Unsubscribe", "")
    return rendered, header.strip("<>")


HIDING = {
    "nowhere": "<p>Hi</p>",
    "in-a-comment": f"<p>Hi</p><!-- {LINK} -->",
    "in-a-false-branch": f"<p>Hi</p>{{% if segments.nobody %}}{LINK}{{% endif %}}",
    "in-a-liquid-comment": f"<p>Hi</p>{{% comment %}}{LINK}{{% endcomment %}}",
    "only-the-word": "<p>Read unsubscribe_url below</p>",
    "white-on-white": '<p>Hi <a href="{{ unsubscribe_url }}" style="color:#fff">Stop</a></p>',
    "white-by-a-span": '<p><a href="{{ unsubscribe_url }}"><span style="color: white">Stop</span></a></p>',
    "almost-white": '<p><a href="{{ unsubscribe_url }}" style="color:rgb(250,250,250)">Stop</a></p>',
    "black-on-black": '<div style="background:#000"><a href="{{ unsubscribe_url }}" style="color:#111">Stop</a></div>',
    "not-displayed": f'<div style="display: none !important">{LINK}</div>',
    "not-visible": f'<div style="visibility:hidden">{LINK}</div>',
    "no-opacity": f'<div style="opacity:0">{LINK}</div>',
    "no-letters": '<p><a href="{{ unsubscribe_url }}"></a></p>',
    "letters-without-width": '<p><a href="{{ unsubscribe_url }}">&#8203;&nbsp;</a></p>',
    "letters-of-no-height": '<p><a href="{{ unsubscribe_url }}" style="font-size:0px">Stop</a></p>',
    "letters-of-one-pixel": f'<p style="font-size:1px">{LINK}</p>',
    "by-a-class": '<style>.u{display:none}</style><p><a class="u" href="{{ unsubscribe_url }}">Stop</a></p>',
    "on-every-screen": '<style>@media all{.u{display:none}}</style><p><a class="u" href="{{ unsubscribe_url }}">Stop</a></p>',
    "on-small-screens": (
        "<style>p{color:red} @media (max-width: 600px) { @supports (color: red) { p { margin: 0 } .u { display: none !important } } }"
        '</style><p><a class="u" style="display:inline" href="{{ unsubscribe_url }}">Stop</a></p>'
    ),
    "in-the-dark": (
        "<style>@media (prefers-color-scheme: dark) { .u { color: #000 !important } div { background: #000 } }</style>"
        '<div><a class="u" href="{{ unsubscribe_url }}">Stop</a></div>'
    ),
    "cut-off": f'<div style="max-height:0;overflow:hidden">{LINK}</div>',
    "far-away": f'<div style="position:absolute;left:-9999px">{LINK}</div>',
    "by-an-attribute": f"<div hidden>{LINK}</div>",
    "a-picture-of-one-pixel": '<a href="{{ unsubscribe_url }}"><img src="https://x.example/p.gif" width="1" height="1"></a>',
    "elsewhere": '<p><a href="https://x.example/?next={{ unsubscribe_url }}">Stop</a></p>',
}
SHOWING = {
    "plain": f"<p>{LINK}</p>",
    "in-a-true-branch": f"{{% unless segments.nobody %}}{LINK}{{% endunless %}}",
    "white-on-dark": '<div style="background-color:#222"><a href="{{ unsubscribe_url }}" style="color:#fff">Stop</a></div>',
    "a-picture": '<a href="{{ unsubscribe_url }}"><img src="https://x.example/stop.png" alt="Stop" width="80"></a>',
    "beside-what-is-hidden-on-small-screens": f"<style>@media (max-width: 600px) {{ .n {{ display: none }} }}</style><p class=n>Hi</p>{LINK}",
    "beside-what-is-hidden": f'<div style="display:none">Hi</div><p>{LINK}</p>',
    "large-inside-small": '<p style="font-size:0"><a href="{{ unsubscribe_url }}" style="font-size:12px">Stop</a></p>',
    "in-mjml": f"<mjml><mj-body><mj-section><mj-column><mj-text>{LINK}</mj-text></mj-column></mj-section></mj-body></mjml>",
}


@pytest.mark.parametrize("kind", ["marketing", "transactional"])
@pytest.mark.parametrize("case", HIDING)
def test_a_link_that_nobody_sees_is_given_beside_it(case: str, kind: str) -> None:
    rendered, link = written(HIDING[case], kind=kind)
    assert link.startswith("https://shop.example/")
    assert shows_link(rendered.html, link)
    assert link in rendered.text


@pytest.mark.parametrize("case", SHOWING)
def test_a_link_that_all_see_is_not_given_twice(case: str) -> None:
    rendered, link = written(SHOWING[case])
    assert shows_link(rendered.html, link)
    assert rendered.html.count(link) == 1


def test_a_text_of_its_own_carries_the_link_too() -> None:
    rendered, link = written(f"<p>{LINK}</p>", text="Hi")
    assert link in rendered.text


def test_a_service_carries_none_unless_its_template_is_marketing() -> None:
    rendered, link = written("<p>Hi</p>", purpose="service", kind="transactional")
    assert (link, "Unsubscribe" in rendered.html) == ("", False)
    assert written("<p>Hi</p>", purpose="service")[1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<p>Hi</p><!-- never closed", id="an-open-comment"),
        pytest.param('<div style="display:none"><p>Hi</p>', id="an-open-part-that-is-hidden"),
        pytest.param("<p>Hi</p><textarea>", id="an-open-box"),
    ],
)
def test_what_swallows_the_end_of_the_page_does_not_swallow_the_link(body: str) -> None:
    rendered, link = written(body)
    assert shows_link(rendered.html, link)


def test_a_page_that_hides_everything_is_refused_when_it_is_applied() -> None:
    template = TemplateDefinition(
        name="hello", subject="Hi", body='<html><body style="display:none"><p>Hi</p></body></html>'
    )
    with pytest.raises(BadDefinition, match="hides the unsubscribe link"):
        check_template(template, traits=(), segments=())
