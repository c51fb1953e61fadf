"""Every command and Python call does the same, to the byte, while a server has the workspace open."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa
import pytest

import coterie
from coterie.cli.running import run
from coterie.errors import Transient, UnknownName, WorkspaceLocked
from coterie.workspace import open_keys
from coterie.workspace.finding import STATE
from tests.api.server import Server, command, serving
from tests.docs.commands import command_lines
from tests.docs.test_json import RUN
from tests.workspace.shop import DEFINITIONS, JOURNEYS, write_shop

ALSO = """schedules; segmentations moves; segments show frequnt; load nofile.csv; load broken.csv -y; load more.csv --kind orders -y; load ../files/orders.csv --kind orders -y;
diff nowhere; coupons show spring; predict fit; predict fit --dry-run; predict show; campaigns send spring; campaigns send spring --dry-run; send; send --dry-run; campaigns messages spring;
journeys templates; journeys adopt post-purchase; journeys run --dry-run; journeys run welcome --yes; journeys results welcome; journeys tasks; journeys task-done nothing; channels receipts; campaigns results spring; campaigns past; campaigns schedule spring; campaigns schedule spring --off; campaigns approve spring --by bea; campaigns clone spring autumn; campaigns cancel spring --by ann; consents unsubscribe nothing; consents preferences nothing; backup ../files;
kpis show nothing; report -o nowhere/r.html; segments preview -f nofile.yaml; segments preview -f bad.yaml; apply bad.yaml; profiles show nobody; merges make C1 C1;
templates test hello --to us@shop.example --dry-run; tracking list; tracking latest; tracking freeze; tracking violations; tracking drift; webhooks list; webhooks retry nobody;
refresh --as-of soon; refresh --dry-run; schedules; restore ../nothing ../files; init ."""

NOW = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")
RANDOM = re.compile(
    r"(?<=/unsubscribe/)[\w-]+|(?<=/join#)[\w-]+|ctr_[\w-]+|[0-9a-f]{64}|(?<=\"code\": \")[0-9a-f]{32}|(?<=\"certificate\": )\d+|coterie-fault-\w+|(?<=\"seconds\": )[\d.e-]+"
)
JOURNAL = re.compile(r"\n *\"\.coterie/journal\.sqlite\": \"·\",|(?<=\"files\": )\d+")
"""What a workspace has more once it was served: a journal, in its backup too."""
DOCUMENTS = re.compile(
    r"No server runs that would have to answer reads of people\.|People are read from documents, which follow every change\."
)
"""What `doctor` says of documents, which a server alone keeps."""
READS = re.compile(
    r"--dry-run|\b(list|show|status|doctor|quality|schema|parts|diff|preview|explain|sql|overlap|history|targets|templates|members|plan|performance|score|check|evidence|moves|compare|lineage|path)\b"
)
"""Commands after which nothing has to be refreshed."""
TODAY, IN_TWO_WEEKS = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86_400)) for days in (0, 14))
"""Days of instants that come from the clock: of what happens now, and until when a goal of what began now counts."""


def _fixed(text: str) -> str:
    """Without what differs from run to run: instants of the clock, digests, keys."""
    text = DOCUMENTS.sub("·", text)
    by_the_clock = NOW.sub(lambda at: "now" if at[0].startswith((TODAY, IN_TWO_WEEKS)) else at[0], text)
    return JOURNAL.sub("", RANDOM.sub("·", by_the_clock))


def _made(root: Path) -> Path:
    files = write_shop(root / "files")
    with files["orders"].open("a", encoding="utf-8") as stream:
        stream.write("O-bad,C1,2026-02-01 10:00:00,many\n")
    folder = coterie.init(root / "shop")
    with coterie.open(folder) as ws:
        for kind, file in files.items():
            ws.load(file, kind=kind)
        (folder / "definitions" / "all.yaml").write_text(DEFINITIONS + JOURNEYS, "utf-8")
        for name, text in {
            "keys.txt": "C1\nC2\nnobody\n",
            "codes.csv": "code\nA-1\nA-2\nA-1\n",
            "rates.csv": "date,currency,rate\n2026-01-01,USD,0.8\n",
            "replies.csv": "from,text\n+12015550123,STOP\n+12015550124,yes\n",
            "rule.yaml": "{trait: orders, '>=': 2}\n",
            "trait.yaml": "{count: Order Completed}\n",
            "bad.yaml": "{trait: odrers, '>=': 2}\n",
            "broken.csv": "a,b\n1\n",
            "more.csv": "order_id,customer_id,ordered_at,revenue\nO-new,C1,2026-02-02 10:00:00,12.50\n",
        }.items():
            (folder / name).write_text(text, "utf-8")
        ws.apply(folder / "definitions")
        ws.refresh(as_of="2026-03-01")
        ws.segmentations.rfm()
        ws.brakes.suppress("z@b.example", actor="ann")
    with open_keys(folder) as keys:
        keys.create("shop", "write", actor="ann")
    return folder


def _lines() -> list[str]:
    return [" ".join(each.split()) for each in f"{RUN};{ALSO}".split(";")]


def _run_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[int, str, str]]:
    found, may_have_changed = {}, True
    for line in _lines():
        if may_have_changed:
            # A server refreshes by itself, sooner or later, what files or definitions changed; who stands alone asks for it.
            # Only what was refreshed on both sides is the same instant, and who entered since then the same question.
            run(["refresh", "--json"])
        may_have_changed = not READS.search(line)
        capsys.readouterr()
        code = run([*line.split(), "--json"])
        out = capsys.readouterr()
        found[line] = (code, _fixed(out.out), _fixed(out.err))
    for line in ("status", "segments list", "campaigns plan spring", "doctor", "quality", "quarantine list"):
        run(line.split())
        out = capsys.readouterr()
        found[f"{line}, as a table"] = (0, _fixed(out.out), _fixed(out.err))
    made = [folder / "r.html", *sorted((folder / "out").rglob("*.yaml"))]
    return found | {str(each.relative_to(folder)): (0, _fixed(each.read_text("utf-8")), "") for each in made}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beside")


@pytest.mark.slow
def test_every_command_says_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for is_served in (False, True):
        shutil.rmtree(root, ignore_errors=True)
        monkeypatch.setenv("COTERIE_STATE_HOME", str(root.parent / f"state-{is_served}"))
        folder = _made(root)
        monkeypatch.chdir(folder)
        with serving(folder) if is_served else nullcontext():
            told.append(_run_all(folder, capsys))
            assert (folder / STATE / "server.sock").exists() is is_served
        monkeypatch.chdir("/")
    alone, beside = told
    assert len(alone) > 80
    differing = {line: (alone[line], beside[line]) for line in alone if alone[line] != beside[line]}
    assert differing == {}


WITHOUT_A_SERVER = ("users remove", "users role")
"""They write to the ledger alone, which takes several; tests/cli/test_users.py and tests/api/test_session.py try them."""


def test_every_command_is_tried() -> None:
    commands = {line.removeprefix("coterie ") for line in command_lines()}
    tried = {name for name in commands for line in _lines() if f"{line} ".startswith(f"{name} ")}
    assert commands - tried == {"serve", *WITHOUT_A_SERVER}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(tmp_path_factory.mktemp("python"))


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    with serving(shop) as running:
        yield running


class _Watching:
    def __init__(self) -> None:
        self.stages: list[str] = []
        self.steps = 0

    def stage(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - as Progress has it
        self.stages.append(name)

    def advance(self, steps: int = 1) -> None:
        self.steps += steps


def test_python_sees_the_same_face(server: Server, shop: Path) -> None:
    assert server.process.poll() is None
    with coterie.open(shop) as ws:
        assert isinstance(ws, coterie.Workspace)
        assert sorted(ws.segments) == sorted(ws.segments.keys()) == ["frequent", "frequent-oslo", "oslo"]
        assert ws.segments.get("nobody") is None
        assert "oslo" in ws.segments
        assert repr(ws.segments["oslo"]) == "Segment('oslo')"
        assert [one.name for one in ws.segments.values()] == list(ws.segments)
        assert ws.segments["oslo"].members().arrow.num_rows == len(ws.segments["oslo"].members())
        with pytest.raises(KeyError, match="did you mean 'oslo'") as caught:
            ws.segments["olso"]
        assert isinstance(caught.value, UnknownName)
        assert caught.value.told("zh") != caught.value.told("en")
        with pytest.raises(TypeError, match="unexpected keyword"):
            ws.refresh(asof="2026-03-01")  # type: ignore[call-overload]
        watching = _Watching()
        assert ws.refresh(as_of="2026-03-01", progress=watching).profiles == 60
        assert watching.stages
        table = pa.table({"order_id": ["O-py"], "customer_id": ["C2"], "ordered_at": ["2026-02-03"], "revenue": [5.0]})
        assert ws.load(table, kind="orders", source="py", corrections=iter(())).accepted == 1
        assert ws.load(table.to_pandas(), kind="orders", source="py").accepted == 1
        with coterie.acting_as("eve"):
            ws.brakes.hold("a test")
        assert ws.brakes.release() is not None
        assert ws.query("SELECT count(*) AS n FROM orders WHERE order_id = $id", id="O-py")["n"] == [1]


def test_many_threads_ask_at_once(server: Server, shop: Path) -> None:
    assert server.process.poll() is None
    with coterie.open(shop) as ws:
        sizes: list[int] = []
        threads = [threading.Thread(target=lambda: sizes.append(len(ws.segments["oslo"].members()))) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
        assert len(set(sizes)) == 1
        assert len(sizes) == 8


def test_ctrl_c_stops_what_runs_there(server: Server, shop: Path) -> None:
    assert server.process.poll() is None
    slow = "import coterie; coterie.open({!r}).query('SELECT count(*) FROM range(100000000) a, range(1000) b WHERE hash(a.range, b.range) = 1')"
    asking = subprocess.Popen(
        [*command("serve", folder=shop)[:2], slow.format(str(shop))], stderr=subprocess.PIPE, text=True
    )
    time.sleep(4)
    asking.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert "KeyboardInterrupt" in asking.communicate(timeout=60)[1]
    assert time.monotonic() - began < 20
    with coterie.open(shop) as ws:
        assert len(ws.segments) == 3


def test_a_deep_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / ("deep" * 20) / ("deeper" * 10) / "shop")
    with serving(folder):
        with coterie.open(folder) as ws:
            assert ws.status().rows["orders"] == 0
        place = (folder / STATE / "server.sock").readlink()
        assert place.stat().st_mode & 0o777 == 0o600
        assert place.parent.stat().st_mode & 0o777 == 0o700


def test_the_end_of_the_server_is_told(tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / "shop")
    with serving(folder) as server:
        ws = coterie.open(folder)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        with pytest.raises(Transient, match="ended before it answered"):
            ws.status()
        ws.close()
    with coterie.open(folder) as again:  # its lock and socket are left behind, and in nobody's way
        assert again.status().rows["orders"] == 0


def test_a_process_that_answers_nobody_is_named(tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / "shop")
    code = f"import coterie, time; ws = coterie.open({str(folder)!r}); ws.backup({str(tmp_path / 'kept')!r}); print('open', flush=True); time.sleep(60)"
    holder = subprocess.Popen([*command("serve", folder=folder)[:2], code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        # Copying the warehouse ends the database's own lock; ours stands.
        with pytest.raises(WorkspaceLocked, match=str(holder.pid)):
            coterie.open(folder)
    finally:
        holder.kill()
        holder.communicate()
    coterie.open(folder).close()
