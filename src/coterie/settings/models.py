"""The settings of the process and of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pycountry
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coterie.documents import parse_document, read_document
from coterie.errors import BadSetting, CoterieError
from coterie.settings.callbacks import CallbackSettings
from coterie.settings.kpi_targets import KpiTarget
from coterie.settings.machine import Locale
from coterie.settings.recipients import EngagementSettings, PreferenceSettings
from coterie.settings.schedules import ScheduleSettings
from coterie.settings.signing import unsigned
from coterie.words import found_instead, pydantic_says, sentence, yaml_says
from coterie.writing import write_whole

WORKSPACE_FILE = "coterie.yaml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ProcessSettings(BaseSettings):
    """Settings of this process, from ``COTERIE_…`` variables.

    >>> ProcessSettings(threads=1).threads
    1
    """

    model_config = SettingsConfigDict(env_prefix="COTERIE_", extra="ignore")

    workspace: Path | None = Field(None, description="Workspace folder used when -w is not given.")
    threads: int | None = Field(None, ge=1, description="Threads the warehouse may use; all cores by default.")
    actor: str | None = Field(
        None, description="Who acts, as the audit log keeps it; the account of the system by default."
    )
    memory: str | None = Field(None, description="Memory the warehouse may use, such as 2GB.")
    ledger_url: str | None = Field(
        None, description="SQLAlchemy URL of the ledger; SQLite in the workspace by default."
    )
    java_home: Path | None = Field(
        None, validation_alias="JAVA_HOME", description="Where Java is, for the Spark engine; else the one on the path."
    )
    state_home: Path | None = Field(
        None,
        description="Folder of the notes by which a copied or restored workspace is told from the one used here; "
        "coterie in XDG_STATE_HOME or ~/.local/state by default. In a container, one that lasts.",
    )
    smtp_password: str | None = Field(None, description="Password of the SMTP account; never written to a file.")

    def __init__(self, **given: object) -> None:
        """Raises ``BadSetting``, which shows no value: some are secrets."""
        try:
            super().__init__(**given)  # type: ignore[arg-type]
        except ValidationError as fault:
            wrong = fault.errors(include_url=False, include_input=False)[0]
            name = f"COTERIE_{str(wrong['loc'][0]).upper()}"
            raise BadSetting(sentence("{name} cannot be used: {why}", name=name, why=pydantic_says(wrong))) from None

    @field_validator("ledger_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        if value and "://" not in value:
            raise ValueError("write it as postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:////FOLDER/FILE")
        return value


class SmtpSettings(BaseModel):
    """Where e-mail leaves from. ``security`` is ``starttls``, ``tls`` or ``none``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Name or address of the SMTP server.")
    port: int = Field(25, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls, as a rule.")
    user: str | None = Field(None, description="Account; its password is read from COTERIE_SMTP_PASSWORD.")
    security: Literal["starttls", "tls", "none"] = Field("none", description="starttls, tls or none.")
    connections: int = Field(8, ge=1, le=64, description="Connections kept open at the same time.")
    per_second: float | None = Field(
        None, gt=0, description="At most this many messages a second; unlimited if absent."
    )
    timeout_seconds: float = Field(
        600.0, ge=1, description="Wait for a reply; RFC 5321 asks 600 s after the final dot."
    )
    is_sink: bool = Field(
        False,
        description="The server delivers to nobody, as the demo's own; only such a one, on this machine, takes mail of a "
        "workspace that does not say who writes, or whose facts are old.",
    )

    @model_validator(mode="after")
    def _sink_is_here(self) -> Self:
        if self.is_sink and self.host not in LOOPBACK:
            raise ValueError(
                sentence(
                    "only a server on this machine is a sink ({known}); {host} delivers",
                    known=", ".join(LOOPBACK),
                    host=self.host,
                )
            )
        return self


class FurtherProvider(BaseModel):
    """A provider that carries messages where those before it cannot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str = Field(description="Name of the provider, of the same channel.")
    name: str = Field(
        "",
        pattern=r"^[a-z0-9_]*$",
        max_length=40,
        description="What it is called; that of the provider where it is left out. Its password or token is read from COTERIE_SECRET_NAME, with this name in capitals.",
    )
    settings: dict[str, object] = Field(default_factory=dict, description="Settings of the provider.")

    @property
    def called(self) -> str:
        """Its name, or that of the provider."""
        return self.name or self.provider


class DeliverySettings(BaseModel):
    """How messages on one channel leave: by whom, and what channel and provider are set to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str = Field(description="Name of the provider that carries them; `coterie parts` lists the installed.")
    channel: dict[str, object] = Field(
        default_factory=dict,
        description="Settings of the channel, such as its `sender`; that of e-mail is `sender` above.",
    )
    settings: dict[str, object] = Field(
        default_factory=dict,
        description="Settings of the provider. Its password or token is read from COTERIE_SECRET_PROVIDER, with its name in capitals.",
    )
    further: tuple[FurtherProvider, ...] = Field(
        (),
        max_length=5,
        description="Providers by which messages go on, in this order, where those before cannot be used; never what one before may have taken.",
    )

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [self.provider, *(each.called for each in self.further)]
        if len(set(names)) < len(names):
            raise ValueError("two of its providers have one name; give one of them another `name`")
        return self


class ModelSettings(BaseModel):
    """Which models lifetime value is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: str = Field("bgnbd", description="The model of how often people buy, of kind order_model.")
    spending: str = Field("gamma_gamma", description="The model of what an order is worth, of kind spend_model.")


class IdentitySettings(BaseModel):
    """How far identifiers may be trusted, by namespace; what is not set keeps the matcher's own value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    blocked: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Values that name nobody; the namespace * blocks a value everywhere."
    )
    addresses_at_most: dict[str, int] = Field(
        default_factory=dict,
        description="Beside how many addresses a number may stand before it is a placeholder that names nobody.",
    )
    shared_by_at_most: dict[str, int] = Field(
        default_factory=dict, description="A value seen with more values of another namespace joins nobody."
    )
    at_most_per_profile: dict[str, int] = Field(
        default_factory=dict, description="Most values of the namespace that one profile may hold."
    )


class IntakeSettings(BaseModel):
    """How much each key may send over HTTP; who sends more is asked to come again (429, with ``Retry-After``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages_per_second: int = Field(50_000, ge=1, description="Messages a second that a key may send for long.")
    messages_at_once: int = Field(
        200_000,
        ge=1,
        description="Messages that a key may send at once after it was quiet; at least what a batch holds.",
    )


class InterfaceSettings(BaseModel):
    """How often each key may ask under ``/api``; who asks more is told to come again (429, with ``Retry-After``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests_per_second: int = Field(5_000, ge=1, description="Requests a second that a key may make for long.")
    requests_at_once: int = Field(20_000, ge=1, description="Requests that a key may make at once after it was quiet.")


class WebhookSettings(BaseModel):
    """One receiver of entries into and exits from segments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=2_000, description="Where it is told: an https address.")
    segments: tuple[str, ...] = Field((), description="Only of these segments; of all if not given.")
    private: bool = Field(
        False,
        description="Whether the address may be http, or of this machine or network; on purpose, never by default.",
    )


class WorkspaceSettings(BaseModel):
    """One business's settings, from ``coterie.yaml`` in its workspace folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("shop", description="Name of the business, as reports show it.")
    locale: Locale = Field("en", description="Language of what is written: en or zh.")
    currency: str = Field(
        "USD",
        pattern="^[A-Z]{3}$",
        description="ISO 4217 code used where a file names none; all amounts are told in it.",
    )
    rates: dict[str, float] = Field(
        default_factory=dict, description="Other currencies and what one unit of each is worth in `currency`."
    )
    country: str = Field("US", pattern="^[A-Z]{2}$", description="ISO 3166 code used to read local phone numbers.")
    timezone: str = Field(
        "UTC",
        description="IANA zone, such as Europe/Oslo, of instants that carry none, and of calendar days and hours in rules, traits and figures.",
    )
    sender: str = Field("Coterie <news@example.com>", description="From: address of e-mail.")
    postal_address: str = Field("", description="Postal address shown in the footer of marketing e-mail.")
    public_url: str = Field("https://example.com", description="Where unsubscribe links lead.")
    margin: float = Field(
        0.3, ge=0, le=1, description="Contribution margin as a share of revenue (0.3 is 30 %), for lifetime value."
    )
    discount_rate: float = Field(
        0.1, ge=0, lt=10, description="Yearly discount rate as a share (0.1 is 10 %), for lifetime value."
    )
    facts_within_days: int = Field(
        30, ge=1, description="Campaigns are sent only where the newest fact and the last refresh are no older."
    )
    approval_above: int | None = Field(
        None,
        ge=0,
        description="A campaign to more people than this leaves only when somebody else than who wrote it has approved it; 0 is every campaign, absent none.",
    )
    remarks: tuple[str, ...] = Field(
        (), description="Sentences that every report says first, such as what is simulated."
    )
    engine: str = Field("duckdb", description="The engine of the warehouse; one that speaks DuckDB's SQL.")
    smtp: SmtpSettings = Field(SmtpSettings(), description="See below.")
    delivery: dict[str, DeliverySettings] = Field(
        default_factory=dict, description="Channel and how its messages leave, see below; e-mail by smtp if absent."
    )
    schedules: dict[str, ScheduleSettings] = Field(
        default_factory=dict, description="What is done by itself while a server runs, by name, see below."
    )
    webhooks: dict[str, WebhookSettings] = Field(
        default_factory=dict, description="Who is told of entries into and exits from segments, by name, see below."
    )
    kpi_targets: dict[str, KpiTarget] = Field(
        default_factory=dict, description="What key figures are to reach, by name, see below."
    )
    callbacks: CallbackSettings = Field(CallbackSettings(), description="See below.")
    preferences: PreferenceSettings = Field(PreferenceSettings(), description="See below.")
    engagement: EngagementSettings = Field(EngagementSettings(), description="See below.")
    models: ModelSettings = Field(ModelSettings(), description="See below.")
    identity: IdentitySettings = Field(IdentitySettings(), description="See below.")
    intake: IntakeSettings = Field(IntakeSettings(), description="See below.")
    interface: InterfaceSettings = Field(InterfaceSettings(), description="See below.")

    @property
    def unsigned(self) -> tuple[str, ...]:
        """Those of sender, postal_address and public_url that are untouched or cannot be true."""
        return tuple(unsigned(self.sender, self.postal_address, self.public_url))

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str) -> str:
        if pycountry.currencies.get(alpha_3=code) is None:
            raise ValueError(sentence("{code!r} is no currency of ISO 4217, such as EUR, USD or CNY", code=code))
        return code

    @field_validator("country")
    @classmethod
    def _known_country(cls, code: str) -> str:
        if pycountry.countries.get(alpha_2=code) is None:
            raise ValueError(sentence("{code!r} is no country of ISO 3166, such as DE, US or CN", code=code))
        return code

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                sentence("{name!r} is no IANA time zone, such as Europe/Oslo or Asia/Shanghai", name=name)
            ) from None
        return name


def locale_of(folder: Path) -> Locale | None:
    """The language of the workspace in ``folder``, whatever else its settings say; None where none can be read."""
    try:
        content = parse_document(read_document(folder / WORKSPACE_FILE))[0]
    except (CoterieError, OSError, ValueError, yaml.YAMLError):
        return None
    found = content.get("locale") if isinstance(content, dict) else None
    return found if found in ("en", "zh") else None


def read_workspace_settings(folder: Path) -> WorkspaceSettings:
    """The settings in ``folder``; raises ``BadSetting`` naming the first fault."""
    file = folder / WORKSPACE_FILE
    try:
        content = parse_document(read_document(file))[0]
        if not isinstance(content, dict):
            raise BadSetting(
                sentence(
                    "{file} holds no settings; write lines such as `currency: EUR`, or put it back from a backup",
                    file=file,
                )
            )
        return WorkspaceSettings.model_validate(content)
    except FileNotFoundError:
        raise BadSetting(
            sentence(
                "{folder} is not a workspace: it has no {file}; `coterie init` makes one",
                folder=folder,
                file=WORKSPACE_FILE,
            )
        ) from None
    except UnicodeDecodeError as fault:
        raise BadSetting(
            sentence("{file} is not text in UTF-8 ({why}); put it back from a backup", file=file, why=fault)
        ) from fault
    except yaml.YAMLError as fault:
        raise BadSetting(sentence("{file} is not YAML: {why}", file=file, why=yaml_says(fault))) from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":  # what stands there may be a secret
            raise BadSetting(
                "there is no such setting; passwords are given in the environment", where=": ".join((str(file), place))
            ) from None
        raise BadSetting(found_instead(first), where=": ".join((str(file), place))) from fault


def write_workspace_settings(folder: Path, settings: WorkspaceSettings) -> None:
    """Write ``settings`` into ``folder``, replacing what is there."""
    text = yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    write_whole(folder / WORKSPACE_FILE, text)
