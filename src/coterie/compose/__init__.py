"""A decision becomes words: Liquid, MJML, links.

``check_template`` says what is wrong with a definition; ``compile_template`` makes it
ready once; ``render_one`` and ``render_many`` fill it in; ``Composer`` does all this for
the messages of an outbox, with links and headers. ``advice_on`` says what could be better in one.
"""

from __future__ import annotations

from coterie.compose.advice import advice_on
from coterie.compose.composer import Composer, FindReaders, Letterhead, Reader, one_click_headers
from coterie.compose.definition import TemplateDefinition, Variant
from coterie.compose.links import (
    UNSUBSCRIBE_PATH,
    UnsubscribeClaim,
    read_unsubscribe,
    sign_unsubscribe,
    unsubscribe_url,
)
from coterie.compose.liquid import RenderRefused
from coterie.compose.plaintext import header_text
from coterie.compose.template import (
    CompiledTemplate,
    Context,
    check_template,
    compile_template,
    render_many,
    render_one,
    traits_named,
)
from coterie.compose.way_out import COUNTRY_PACKS, CountryPack

__all__ = [
    "COUNTRY_PACKS",
    "UNSUBSCRIBE_PATH",
    "CompiledTemplate",
    "Composer",
    "Context",
    "CountryPack",
    "FindReaders",
    "Letterhead",
    "Reader",
    "RenderRefused",
    "TemplateDefinition",
    "UnsubscribeClaim",
    "Variant",
    "advice_on",
    "check_template",
    "compile_template",
    "header_text",
    "one_click_headers",
    "read_unsubscribe",
    "render_many",
    "render_one",
    "sign_unsubscribe",
    "traits_named",
    "unsubscribe_url",
]
