"""How long ``coterie --help`` takes beside a Python that does nothing.

    python bench/start.py [--runs 15]

Whole processes, the two by turns; medians of wall-clock seconds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

HELP = [str(Path(sys.executable).parent / "coterie"), "--help"]
NOTHING = [sys.executable, "-c", "pass"]


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> None:
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--runs", type=int, default=15)
    pairs = [(seconds(NOTHING), seconds(HELP)) for _ in range(chosen.parse_args().runs)]
    nothing, shown = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    print(
        f"python -c pass  {1000 * nothing:7.1f} ms\ncoterie --help  {1000 * shown:7.1f} ms\nratio           {ratio:7.1f} × (goal ≤ 10)"
    )


if __name__ == "__main__":
    main()
