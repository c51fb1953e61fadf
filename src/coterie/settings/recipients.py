"""What people who get messages see of a business, and what it measures of them: the page on which they choose, opens and clicks."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coterie.settings.machine import Locale
from coterie.settings.signing import leads_somewhere
from coterie.words import sentence


class OfferedPurpose(BaseModel):
    """A purpose as people read it, by language: what it is called, and what they get."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: dict[Locale, str] = Field(description="What it is called, by language: {en: Offers, zh: 优惠}.")
    about: dict[Locale, str] = Field(default_factory=dict, description="What one gets, in a sentence, by language.")

    def told(self, lang: Locale) -> tuple[str, str]:
        """Label and sentence in ``lang``, else in the language there is."""
        return _told(self.label, lang), _told(self.about, lang)


def _told(words: dict[Locale, str], lang: Locale) -> str:
    return words.get(lang) or next(iter(words.values()), "")


class PreferenceSettings(BaseModel):
    """The page behind unsubscribe and preference links, which `coterie serve` answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", max_length=80, description="Name of the business there; that of `sender` if not given.")
    color: str = Field("#1d4e89", pattern="^#[0-9a-fA-F]{6}$", description="Color of its buttons, such as #1d4e89.")
    privacy_url: str = Field("", max_length=500, description="Where the business says what it keeps of people.")
    purposes: dict[str, OfferedPurpose] = Field(
        default_factory=dict,
        description="The purposes that people can choose, by the name that campaigns and journeys have for them; `marketing` if not given.",
    )

    @field_validator("privacy_url")
    @classmethod
    def _a_page(cls, value: str) -> str:
        if value and not leads_somewhere(value):
            raise ValueError("write the address of a page that anybody can open, such as https://shop.example/privacy")
        return value

    @field_validator("purposes")
    @classmethod
    def _named(cls, value: dict[str, OfferedPurpose]) -> dict[str, OfferedPurpose]:
        for name, purpose in value.items():
            if not any(purpose.label.values()):
                raise ValueError(sentence("the purpose {name} has no label that people could read", name=name))
        return value


Measured = Literal["never", "with_consent", "unless_refused"]
"""Of whom something is measured: nobody; who said yes to the purpose ``tracking``; everybody who did not say no to it, nor to marketing."""


class EngagementSettings(BaseModel):
    """What is measured of e-mail that people got. Nothing is unless it is said: many laws ask for consent, for opens above all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: Measured = Field(
        "never",
        description="Whose opens are measured, by a picture that nobody sees: never, with_consent, unless_refused.",
    )
    clicks: Measured = Field(
        "never", description="Whose clicks are measured, by links that lead over `public_url`: as `opens`."
    )
    utm_source: str = Field(
        "",
        max_length=100,
        description="Value of utm_source in links, beside utm_medium (the channel), utm_campaign and utm_content; none are added if empty.",
    )
    utm_hosts: tuple[str, ...] = Field(
        (), description="Sites whose links get them, with those below; all if not given."
    )
