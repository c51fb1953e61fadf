"""What a template is, as a person writes it in YAML."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from coterie.words import sentence

Scalar = str | int | float | bool
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class Variant(BaseModel):
    """One language's words of a template; what is left out comes from the template itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str | None = Field(None, description="The subject line, in Liquid.")
    preheader: str | None = Field(None, description="The line that mail programs show behind the subject.")
    body: str | None = Field(None, description="MJML or HTML.")
    text: str | None = Field(
        None, description="The text part, made from the body when absent; on channels of plain text the whole message."
    )
    defaults: dict[str, Scalar] = Field(default_factory=dict, description="trait → value for people who lack it")

    @field_validator("subject", "preheader")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        return None if value is None else one_line(value)


class TemplateDefinition(BaseModel):
    """A message before anybody in particular reads it.

    ``subject``, ``preheader``, ``body`` and ``text`` are Liquid. They may use
    ``profile.<trait>``, ``segments.<segment>``, ``campaign.name``, ``sender.name``,
    ``sender.address``, ``unsubscribe_url`` and ``preferences_url``. ``body`` is MJML when it begins with
    ``<mjml``, otherwise HTML; ``text`` is made from it when absent. ``defaults`` stand in
    for traits that a person lacks. ``languages`` holds further languages; a person reads
    the one that ``language_trait`` names, otherwise ``language``: of ``zh-Hans-CN`` the nearest of ``zh-Hans-CN``,
    ``zh-Hans`` and ``zh``.

    A template for a channel of plain text, such as ``sms``, has a ``text`` and neither subject nor body.

    >>> TemplateDefinition(name="hello", subject="Hi {{ profile.first_name }}", body="<p>Hi</p>").language
    'en'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80, description="What campaigns call it.")
    channel: str = Field("email", description="The channel the template is written for.")
    description: str = Field("", description="What it is for, in words for colleagues.")
    language: str = Field("en", pattern=LANGUAGE, description="Language of the words below.")
    language_trait: str = Field("language", description="Trait that holds a person's language.")
    subject: str = Field("", max_length=500, description="The subject line, in Liquid.")
    preheader: str = Field("", max_length=500, description="The line that mail programs show behind the subject.")
    body: str = Field("", description="MJML or HTML; none on channels of plain text.")
    text: str | None = Field(
        None, description="The text part, made from the body when absent; on channels of plain text the whole message."
    )
    defaults: dict[str, Scalar] = Field(default_factory=dict, description="trait → value for people who lack it")
    languages: dict[str, Variant] = Field(
        default_factory=dict, description="language → the same words in it: `subject, preheader, body, text, defaults`."
    )
    kind: Literal["marketing", "transactional"] = Field(
        "marketing",
        description="Marketing carries the unsubscribe link and the country's subject prefix, as does every campaign whose purpose is marketing.",
    )

    @field_validator("subject", "preheader")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return one_line(value)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.form == "page":
            missing = next((name for name in ("subject", "body") if not getattr(self, name)), None)
            if missing:
                raise ValueError(sentence("{path} is missing", path=missing))
            return self
        for words in (self, *self.languages.values()):
            extra = next((name for name in ("subject", "preheader", "body") if getattr(words, name)), None)
            if extra:
                raise ValueError(
                    sentence("a template of plain text has no {name}; what is to be read stands in text", name=extra)
                )
        return self

    @property
    def form(self) -> Literal["page", "text"]:
        """``text`` for a template of plain text alone, otherwise ``page``."""
        return "text" if self.text and not (self.body or self.subject) else "page"

    def variant(self, language: str | None) -> tuple[str, Variant]:
        """The words for a reader of ``language`` and the language they are in, with everything filled in.

        ``zh-Hans-CN`` falls back to ``zh``, and an unknown language to the template's own.
        """
        found = next((tag for tag in _wider(language or "") if tag in self.languages), None)
        chosen = self.languages[found] if found else Variant()
        return found or self.language, Variant(
            subject=chosen.subject or self.subject,
            preheader=self.preheader if chosen.preheader is None else chosen.preheader,
            body=chosen.body or self.body,
            text=chosen.text if chosen.body and self.form == "page" else (chosen.text or self.text),
            defaults=self.defaults | chosen.defaults,
        )


def one_line(value: str) -> str:
    """``value`` if it can be a header; ``ValueError`` when it holds a line break, a control or an encoded word."""
    value = value.strip()
    if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", value):
        raise ValueError("a subject is one line without control characters")
    if "=?" in value:
        raise ValueError("'=?' in a subject would be read as an encoded word; write the characters themselves")
    return value


def _wider(tag: str) -> list[str]:
    parts = re.split(r"[-_]", tag.strip())
    parts = [parts[0].lower(), *parts[1:]]
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)] if parts[0] else []
