"""Every benchmark, each in a process of its own: ``python -m bench [NAME …]``."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import psutil

HERE = Path(__file__).parent
GOALS = {
    "start": "coterie --help ≤ 10 × python -c pass",
    "load": "≤ 2 × the engine's own read and insert",
    "wide": "1,000 rows × 150 columns ≤ 3 s, linear in columns",
    "refresh": "≤ 1.5 × hand-written SQL, equal results, linear; preview ≤ 300 ms",
    "beside": "a reader beside a refresh waits ≤ 50 ms",
    "lifetime_value": "≤ 0.5 × lifetimes, same parameters to 1e-3",
    "resolve": "identifiers to people",
    "discover": "RFM, lifecycle and k-means on a million profiles",
    "send": "rendering and sending beside a bare loop",
    "intake": "≥ 40,000 events/s in batches, ≥ 4,000/s alone, ack p99 ≤ 150 ms; beside a server that keeps nothing",
    "redirects": "links led on ≥ 3,000/s, p99 ≤ 10 ms; beside a bare redirect",
    "serving": "profile ≥ 2,000/s, p99 ≤ 10 ms; explain ≤ 200 ms; preview median ≤ 500 ms; ack p99 ≤ 300 ms beside a refresh",
    "reads": "people by number and by key from the first second of a server on; cold ≤ 5 s at 10,000 profiles",
    "pages": "first page ≤ 1.5 s cold, ≤ 0.5 s warm; others ≤ 200 ms; count ≤ 500 ms after the last key; ≤ 450 kB; memory flat",
    "overload": "three times too much: 429 or 503 with Retry-After, nothing lost, normal ≤ 30 s after; memory flat for minutes",
    "restart": "≤ 2 s after SIGKILL; a second process refused ≤ 1 s",
    "dedupe": "the pump's path within ± 30 % as ids grow",
    "live": "a turn for 1,000 people ≤ 1 s of processor, beside a refresh of everybody, as history grows",
    "following": "500 events/s: in their segment after p95 ≤ 1 s, p99 ≤ 2 s",
    "journeys": "≥ 200,000 steps a second of processor with path and outbox; idle tick ≤ 1 ms; beside one person at a time",
    "readout": "ten million exposures beside polars",
}
EXTRA = {"refresh": ["--growth"]}


def main() -> None:
    names = sys.argv[1:] or list(GOALS)
    unknown = [name for name in names if name not in GOALS]
    if unknown:
        sys.exit(f"no benchmark named {', '.join(unknown)}; known: {', '.join(GOALS)}")
    memory = psutil.virtual_memory().total / 1024**3
    print(
        f"Python {platform.python_version()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, load {psutil.getloadavg()[0]:.1f}"
    )
    failed = []
    for name in names:
        print(f"\n== {name}: {GOALS[name]}", flush=True)
        run = subprocess.run([sys.executable, str(HERE / f"{name}.py"), *EXTRA.get(name, [])], check=False)
        failed += [name] if run.returncode else []
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
