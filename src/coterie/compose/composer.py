"""Messages from the outbox become words: what ``deliver`` asks for, in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cached_property

from coterie.compose.definition import TemplateDefinition
from coterie.compose.filters import PrintedPlace
from coterie.compose.links import UnsubscribeClaim, preferences_url, sign_unsubscribe, unsubscribe_url
from coterie.compose.liquid import RenderRefused
from coterie.compose.plaintext import header_text
from coterie.compose.template import CompiledTemplate, Context, compile_template, pools_named, render_one
from coterie.compose.tracked_links import Allowed, LinkTracker
from coterie.domain import Clock, Message, Origin, Rendered, utc_now
from coterie.domain.consenting import SERVICE_PURPOSES
from coterie.errors import BadSetting, UnknownName
from coterie.words import sentence

Reader = tuple[Mapping[str, object], frozenset[str]]
"""One person's traits and segments."""

FindReaders = Callable[[Sequence[int]], Mapping[int, Reader]]
"""Gives the readers of a batch by profile_id, in one query; who is not found reads the defaults."""


@dataclass(frozen=True)
class Codes:
    """The codes of coupons: ``find`` gives message → pool → code of those that have one; ``pools`` shows a code of each."""

    find: Callable[[Collection[str]], Mapping[str, Mapping[str, str]]]
    pools: Mapping[str, str]

    def stand_in(self, pool: str) -> str:
        """What stands for a code in a preview, as long as one is."""
        return "X" * (len(self.pools.get(pool, "")) or _AS_LONG)


_AS_LONG = 8


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the From address, the postal address, where links lead, the key that signs them, currency and zone."""

    sender: str
    postal_address: str
    public_url: str
    key: bytes = field(repr=False)
    currency: str = "USD"
    timezone: str = "UTC"

    @cached_property
    def name(self) -> str:
        """The sender's name, or its address when it has none."""
        name, address = parseaddr(self.sender)
        return name or address

    @cached_property
    def domain(self) -> str:
        """The domain of the sender's address; ``BadSetting`` when there is none."""
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        if not domain or "@" not in self.sender:
            raise BadSetting(
                sentence("the sender {sender!r} is not an address such as Shop <news@shop.example>", sender=self.sender)
            )
        return domain


class Composer:
    """Renders outbox messages: the right template, language and country, with headers and links.

    ``templates`` by name are those that ``Message.variant`` names. Every language is
    compiled once and kept. ``hears_replies`` names the channels on which people can say no by answering;
    ``tracker`` is what measures opens and clicks, where anything does; ``codes`` finds those of coupons.
    """

    def __init__(
        self,
        templates: Mapping[str, TemplateDefinition],
        *,
        letterhead: Letterhead,
        find_readers: FindReaders,
        country_trait: str = "country",
        hears_replies: Collection[str] = (),
        tracker: LinkTracker | None = None,
        codes: Codes | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._tracker, self._codes = tracker, codes or Codes(lambda _: {}, {})
        self._templates = templates
        self._hears_replies = hears_replies
        self._letterhead = letterhead
        self._find_readers = find_readers
        self._country_trait = country_trait
        self._clock = clock
        self._compiled: dict[tuple[str, str], CompiledTemplate] = {}

    @cached_property
    def pools(self) -> Mapping[str, frozenset[str]]:
        """Template → the pools of coupons that it names in any of its languages, where it names some."""
        found = {}
        for name, template in self._templates.items():
            if "coupon" in template.model_dump_json():
                languages = ("", *template.languages)
                found[name] = frozenset().union(*(pools_named(self._language(template, each)) for each in languages))
        return {name: pools for name, pools in found.items() if pools}

    def render(self, messages: Sequence[Message]) -> Iterator[Rendered | str]:
        """For each message its words, or a sentence that says why there are none; made as they are drawn.

        One that has no code of a coupon yet ``lacks`` its pool, and another text of that length stands for it.
        """
        holding = [message.message_id for message in messages if message.variant in self.pools]
        held = self._codes.find(holding) if holding else {}
        readers = self._find_readers([message.profile_id for message in messages])
        allowed = self._tracker.allowed(messages) if self._tracker is not None else None
        for message in messages:
            try:
                yield self._render(message, readers.get(message.profile_id, ({}, frozenset())), held, allowed)
            except RenderRefused as fault:
                yield fault.sentence

    def preview(
        self,
        template: str,
        profile_id: int | None,
        *,
        language: str | None = None,
        channel: str | None = None,
        campaign: str = "preview",
        message_id: str = "preview",
    ) -> Rendered:
        """What ``profile_id`` would read of ``template``; nothing is sent, and its unsubscribe link names no message.

        None is somebody of whom nothing is known. ``language`` is read instead of the person's own. ``UnknownName`` for a
        template that there is not, ``RenderRefused`` when it cannot be rendered for this person.
        """
        reader = {} if profile_id is None else self._find_readers([profile_id])
        traits, segments = reader.get(profile_id or 0, ({}, frozenset()))
        if language is not None:
            traits = {**traits, self._template(template).language_trait: language}
        channel = channel or self._template(template).channel
        nobody = Message(
            message_id, Origin("test", campaign), profile_id or 0, channel, "marketing", "", "", "", template
        )
        return self._render(nobody, (traits, segments), {})

    def _render(
        self,
        message: Message,
        reader: Reader,
        held: Mapping[str, Mapping[str, str]],
        allowed: Allowed | None = None,
    ) -> Rendered:
        traits, segments = reader
        wanted, codes = self.pools.get(message.variant, ()), held.get(message.message_id, {})
        template = self._template(message.variant)
        spoken = traits.get(template.language_trait)
        country = traits.get(self._country_trait)
        is_marketing = message.purpose not in SERVICE_PURPOSES or template.kind == "marketing"
        compiled = self._language(template, str(spoken) if spoken else "")
        token = self._token(message, compiled.language)
        link = unsubscribe_url(self._letterhead.public_url, token)
        rendered = render_one(
            compiled,
            Context(
                traits=traits,
                segments=segments,
                coupons={pool: codes.get(pool) or self._codes.stand_in(pool) for pool in wanted},
                campaign=message.origin.name,
                sender_name=self._letterhead.name,
                postal_address=self._letterhead.postal_address,
                unsubscribe_url=link,
                preferences_url=preferences_url(self._letterhead.public_url, token),
                country=str(country) if country else None,
                is_marketing=is_marketing,
                hears_replies=message.channel in self._hears_replies,
                place=PrintedPlace(self._letterhead.currency, self._letterhead.timezone, self._clock()),
            ),
        )
        html = rendered.html
        if self._tracker is not None and allowed is not None and html:
            html = self._tracker.page(html, message, allowed)
        return Rendered(
            subject=rendered.subject,
            text=rendered.text,
            html=html,
            headers=(
                ("Message-ID", f"<{header_text(message.message_id)}@{self._letterhead.domain}>"),
                ("Content-Language", compiled.language),
                *(one_click_headers(link) if is_marketing else ()),
            ),
            lacks=tuple(sorted(pool for pool in wanted if pool not in codes)),
        )

    def _template(self, name: str) -> TemplateDefinition:
        if name not in self._templates:
            raise UnknownName("template", name, self._templates)
        return self._templates[name]

    def _language(self, template: TemplateDefinition, language: str) -> CompiledTemplate:
        key = template.name, language
        if key not in self._compiled:
            found = template.variant(language)[0]
            if (template.name, found) not in self._compiled:
                self._compiled[template.name, found] = compile_template(template, found)
            self._compiled[key] = self._compiled[template.name, found]
        return self._compiled[key]

    def _token(self, message: Message, language: str) -> str:
        claim = UnsubscribeClaim(
            message.message_id, message.profile_id, message.origin.name, message.channel, message.purpose, language
        )
        return sign_unsubscribe(claim, self._letterhead.key)


def one_click_headers(link: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The headers of one-click unsubscribing (RFC 8058).

    >>> one_click_headers("https://shop.example/unsubscribe/abc")[1]
    ('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click')
    """
    return ("List-Unsubscribe", f"<{link}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
