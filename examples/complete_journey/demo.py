"""The main job on The Complete Journey: from a folder of files to a campaign and its measured effect.

Run it with ``make demo`` (``LOCALE=zh`` for Chinese). It makes the workspace ``demo/shop``
anew and ends with a report; what it leaves can be explored with ``coterie -w demo/shop``.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
from files import export_files
from rich.console import Console
from rich.padding import Padding
from rich.text import Text
from simulator import EFFECT, Answers, simulate
from sink import Mailbox, smtp_sink

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.words import say

HERE = Path(__file__).parent
AS_OF = datetime(2018, 1, 2)
"""The day after the data end; the demonstration's clock stands here when the campaign is sent."""
WINDOW = timedelta(days=14)
CAMPAIGN = "january-offer"

REMARKS = {
    "en": (
        "The Complete Journey is simulated and educational data, as its authors say.",
        (
            "E-mail addresses and permissions are made up; what customers did after the e-mail of January 2018 is drawn by a"
            " documented simulator with a known true effect, so that the readout can be checked against it."
        ),
    ),
    "zh": (
        "据其作者说明，The Complete Journey 是用于教学的模拟数据。",
        "邮箱地址与许可均为虚构；2018 年 1 月邮件之后的客户行为由有文档说明、真实效果已知的模拟器生成，以便核对测得的结果。",
    ),
}

TRUTH = {
    "en": "The true effect of that e-mail, known because it was simulated, is {points:+.1f} percentage points in the share that ordered.",
    "zh": "由于是模拟，已知该邮件的真实效果：下单比例变化 {points:+.1f} 个百分点。",
}

MAPPED = {
    "transactions": ("customer_id=household_id", "discount=retail_disc + coupon_disc + coupon_match_disc"),
    "demographics": ("customer_id=household_id",),
    "contacts": ("customer_id=household_id", "channel.constant=direct mail"),
    "redemptions": ("customer_id=household_id",),
    "addresses": ("customer_id=household_id",),
    "consents": ("customer_id=household_id",),
}
"""What a person would correct in the proposals: here a household is the customer."""

KINDS = {"demographics": "customers", "addresses": "customers", "contacts": "contacts", "coupons": "offers"}


class Clock:
    """The demonstration's present, moved on by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The present."""
        return self.now


class Stages:
    """Says what happens and how long it took; also the ``progress`` of long work."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._screen = Console()
        self._began = perf_counter()

    @contextmanager
    def __call__(self, words: str, **values: object) -> Iterator[None]:
        """Show ``words`` with a spinner, then with the seconds it took."""
        began, told = perf_counter(), say(words, self.lang, **values)
        with self._screen.status(told):
            yield
        self._screen.print(f"[green]✓[/green] {told} [dim]{perf_counter() - began:.1f} s[/dim]", highlight=False)

    def tell(self, words: str, **values: object) -> None:
        """A sentence, indented."""
        self._screen.print(Padding(Text(say(words, self.lang, **values)), (0, 0, 0, 2), expand=False))

    def end(self, report: Path, shop: Path) -> None:
        """The last lines: where things are, how long it took, how much memory."""
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        self._screen.print(
            f"\n[bold]{say('Report:', self.lang)}[/bold] {report.resolve()}\n"
            f"{say('Explore:', self.lang)} coterie segments list -w {shop} · status · profiles show 900\n"
            f"{say('Look at it live:', self.lang)} make serve\n"
            f"[dim]{say('{seconds:.0f} s, peak memory {most:.2f} GB', self.lang, seconds=perf_counter() - self._began, most=most)}[/dim]",
            soft_wrap=True,
        )


def main() -> None:
    """Run every stage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lang", choices=("en", "zh"), default="en")
    arguments.add_argument("--folder", type=Path, default=Path("demo"))
    chosen = arguments.parse_args()
    stages, shop = Stages(chosen.lang), chosen.folder / "shop"
    if shop.exists():
        shutil.rmtree(shop)
    clock = Clock(AS_OF)
    with smtp_sink() as (port, mailbox):
        settings = WorkspaceSettings(
            name="The Complete Journey",
            locale=chosen.lang,
            sender="The Shop <news@example.com>",
            postal_address="1 Market Street, Springfield",
            public_url="https://example.com",
            remarks=REMARKS[chosen.lang],
            smtp=SmtpSettings(host="127.0.0.1", port=port, is_sink=True),
        )
        coterie.init(shop, settings)
        with coterie.open(shop, clock=clock) as ws:
            ws.brakes.release(actor="demo")  # the shop of an earlier run is gone, and so are its objections
            load_all(ws, chosen.folder / "files", stages)
            learn(ws, stages)
            truth = run_campaign(ws, clock, stages, mailbox)
            with stages("Write the report"):
                report = ws.report(
                    chosen.folder / f"report-{chosen.lang}.html",
                    remarks=(TRUTH[chosen.lang].format(points=100 * truth),),
                )
    stages.tell(
        "True effect of the simulated campaign: {truth:+.1f} percentage points (it was drawn with {drawn:+.0f} for each delivered).",
        truth=100 * truth, drawn=100 * EFFECT,
    )  # fmt: skip
    stages.end(report, shop)


def load_all(ws: coterie.Workspace, folder: Path, stages: Stages) -> None:
    """Load every table, each by its corrected proposal."""
    with stages("Export the tables as files"):
        files = export_files(folder)
    for name, file in files.items():
        with stages("Load {file}", file=file.name):
            result = ws.load(file, kind=KINDS.get(name), corrections=MAPPED.get(name, ()))
        stages.tell(
            "{kind}: {rows:,} {rows|row|rows}, {accepted:,} accepted, {refused:,} refused",
            kind=say(f"{result.kind.replace('_', ' ')} (kind)", stages.lang).removesuffix(" (kind)"),
            rows=result.rows, accepted=result.accepted, refused=result.refused,
        )  # fmt: skip


def learn(ws: coterie.Workspace, stages: Stages) -> None:
    """Quality, definitions, traits, segments, value, groups, channels."""
    with stages("Look at data quality"):
        ws.quality()
    with stages("Apply definitions"):
        ws.apply(HERE / "definitions")
    with stages("Refresh profiles, traits, stages and segments"):
        refreshed = ws.refresh()
    stages.tell(
        "{customers:,} {customers|customer|customers}, {traits} {traits|trait|traits}, {segments} {segments|segment|segments}",
        customers=refreshed.profiles, traits=refreshed.traits, segments=len(refreshed.segments),
    )  # fmt: skip
    with stages("Fit lifetime value and check it on a holdout"):
        ws.predict.fit("lifetime-value")
    with stages("Discover segments"):
        found = ws.segmentations.discover(k="auto", lang=stages.lang)
    stages.tell("{k} {k|group|groups}: {names}", k=found.k, names=" · ".join(part["name"] for part in found.parts))
    with stages("Rank target segments, score channels against segments"):
        ws.segments.targets()
        ws.channels.score(by="rfm")


def run_campaign(ws: coterie.Workspace, clock: Clock, stages: Stages, mailbox: Mailbox) -> float:
    """Plan, send, take receipts and simulated answers in, read out; the true effect."""
    with stages("Plan the campaign"):
        plan = ws.campaigns.plan(CAMPAIGN, lang=stages.lang)
    for sentence in plan.sentences:
        stages.tell(sentence)
    with stages("Send it to the SMTP server on loopback"):
        sent = ws.campaigns.send(CAMPAIGN)
    stages.tell(
        "{sent:,} sent, {failed:,} failed, {unknown:,} unknown; the server took {taken:,}",
        sent=sent.sent, failed=sent.failed, unknown=sent.unknown, taken=len(mailbox.accepted),
    )  # fmt: skip
    with stages("Simulate what customers did, and take it in"):
        answers = simulate(_exposed(ws), sent_at=clock.now, window=WINDOW)
        _take_in(ws, answers)
    clock.now = AS_OF + WINDOW + timedelta(days=1)
    with stages("Read the campaign out against its holdout"):
        results = ws.campaigns.results(CAMPAIGN, lang=stages.lang)
    for sentence in results.sentences:
        stages.tell(sentence)
    with stages("Compare past campaigns with customers who looked alike"):
        past = ws.campaigns.past(lang=stages.lang)
    for found in past.values():
        stages.tell(found.sentences[0])
    return answers.true_effect


_HOUSEHOLDS = """
    SELECT i.profile_id, i.value AS household_id, t.recency_days AS days_since_order, t.average_order_value AS mean_order,
           EXISTS (SELECT 1 FROM events s WHERE s.profile_id = i.profile_id AND s.name = 'Message Sent') AS is_delivered
    FROM identifiers i JOIN traits t ON t.profile_id = i.profile_id WHERE i.namespace = 'customer_id'"""


def _exposed(ws: coterie.Workspace) -> pa.Table:
    """Every household of the experiment with what the simulator needs to know of it."""
    exposures = ws.campaigns.exposures(CAMPAIGN).arrow
    rows = ws.query(_HOUSEHOLDS).arrow.join(exposures.select(["profile_id", "arm"]), "profile_id", join_type="inner")
    return rows.append_column("is_treated", pc.not_equal(rows["arm"], "holdout"))


def _take_in(ws: coterie.Workspace, answers: Answers) -> None:
    ws.load(answers.orders, kind="orders", source="simulated_orders", corrections=("customer_id=household_id",))
    ws.load(
        answers.engagements, kind="events", source="simulated_engagements", corrections=("customer_id=household_id",)
    )


if __name__ == "__main__":
    sys.exit(main())
