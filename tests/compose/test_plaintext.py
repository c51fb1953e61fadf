"""A page reads well as text."""

from __future__ import annotations

import pytest

from coterie.compose.plaintext import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("<div>One</div><div>Two</div>", "One\nTwo", id="blocks"),
        pytest.param("a<br>b", "a\nb", id="line-break"),
        pytest.param("See <a href='https://x.example/?a=1&amp;b=2'>this</a>.", "See this (https://x.example/?a=1&b=2).", id="link"),
        pytest.param("<a href='https://x.example'>https://x.example</a>", "https://x.example", id="link-that-shows-itself"),
        pytest.param("<a href='mailto:a@x.example'>a@x.example</a>", "a@x.example", id="mail-link"),
        pytest.param("<a href='https://x.example'><img alt='Shop'></a>", "Shop (https://x.example)", id="linked-picture"),
        pytest.param("<a href='#top'>up</a>", "up", id="link-inside-the-page"),
        pytest.param("<ul><li>Tea<li>Milk</ul>After", "- Tea\n- Milk\n\nAfter", id="list"),
        pytest.param("<head><title>No</title><style>p{}</style></head><p>Yes", "Yes", id="head-is-silent"),
        pytest.param("<div style='display: none'>No<div>No</div></div>Yes", "Yes", id="hidden-stays-hidden"),
        pytest.param("Tea &amp; milk &lt;3&nbsp;&euro;", "Tea & milk <3 €", id="entities"),
        pytest.param("<!-- no -->yes<!--[if mso]><b>no</b><![endif]-->", "yes", id="comments"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc", id="table"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_pages_become_text(html: str, text: str) -> None:
    assert text_of(html) == text
