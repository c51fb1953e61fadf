"""How often our own detection of encodings and layouts is right, beside charset-normalizer's and DuckDB's sniffer.

    python bench/detection.py [FOLDER ...]

The cases are those of ``tests/collect/test_detect.py``; of every CSV file in the folders its text in each of ten
encodings, and its layout, which is taken to be commas beneath a header. An encoding is right where it gives the text
back, a layout where delimiter, quote, header and lines to skip are all right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
from tests.collect import test_detect

from coterie.collect import detect_format
from coterie.errors import CoterieError

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251", "gb18030", "big5", "shift_jis", "euc_kr", "latin-1")
Layout = tuple[str, str, bool, int]


def _cases(test: Callable[..., None]) -> list[tuple[object, ...]]:
    return [parameters.values for mark in test.pytestmark if mark.name == "parametrize" for parameters in mark.args[1]]


def texts(folders: list[Path]) -> Iterator[tuple[str, str]]:
    """Texts that are more than ASCII, each with an encoding that holds all of it."""
    for text, codec, *_ in _cases(test_detect.test_the_encoding_is_found):
        yield str(text), str(codec)
    for file in _files(folders):
        text = file.read_bytes().decode("utf-8", "ignore").removeprefix("\ufeff")
        for codec in () if text.isascii() else ENCODINGS:
            try:
                text.encode(codec)
            except UnicodeEncodeError:
                continue
            yield text, codec


def layouts(folders: list[Path]) -> Iterator[tuple[str, Layout]]:
    """Texts with their delimiter, quote, whether they have a header, and how many lines stand above."""
    for text, delimiter, quote, has_header in _cases(test_detect.test_the_layout_is_found):
        yield str(text), (str(delimiter), str(quote), bool(has_header), 0)
    table = "id;name;amount\n1;Ann;2,50\n2;Bob;3,75\n3;Cy;4,00\n"
    for title, skipped in _cases(test_detect.test_a_title_above_the_table_is_no_row):
        if str(title).strip() or not title:  # blank lines may be skipped or not
            yield f"{title}{table}", (";", '"', True, int(str(skipped)))
    for file in _files(folders):
        yield file.read_bytes().decode("utf-8", "replace"), (",", '"', "groceries" not in file.name, 0)


def _files(folders: list[Path]) -> list[Path]:
    return sorted(each for folder in folders for each in folder.rglob("*.csv"))


def our_encoding(file: Path) -> str | None:
    """The text as our detection reads it."""
    try:
        return file.read_bytes().decode(detect_format(file).encoding)
    except (CoterieError, UnicodeError):
        return None


def its_encoding(file: Path) -> str | None:
    """The text as charset-normalizer reads it."""
    from charset_normalizer import from_bytes

    found = from_bytes(file.read_bytes()).best()
    return None if found is None else str(found)


def our_layout(file: Path) -> Layout | None:
    """What our detection says of the layout."""
    try:
        found = detect_format(file)
    except CoterieError:
        return None
    return found.delimiter, found.quote, found.has_header, found.skip_lines


def its_layout(file: Path) -> Layout | None:
    """What DuckDB's sniffer says of the layout."""
    try:
        rows = duckdb.sql(f"SELECT Delimiter, Quote, HasHeader, SkipRows FROM sniff_csv('{file}')").fetchall()
    except duckdb.Error:
        return None
    delimiter, quote, has_header, skipped = rows[0]
    # It says that no value is quoted by naming none, which is as good as the usual one.
    return delimiter, '"' if quote in {"", "\0", "(empty)"} else quote, has_header, skipped


def main() -> None:
    """Print how many are right of how many, and the seconds taken."""
    folders = [Path(each) for each in sys.argv[1:]]
    with TemporaryDirectory() as place:
        file = Path(place) / "file.csv"
        for what, cases, ways in (
            ("encodings", list(texts(folders)), {"ours": our_encoding, "charset-normalizer": its_encoding}),
            ("layouts", list(layouts(folders)), {"ours": our_layout, "DuckDB's sniffer": its_layout}),
        ):
            for name, way in ways.items():
                right, began = 0, perf_counter()
                for text, wanted in cases:
                    file.write_bytes(text.encode(wanted if what == "encodings" else "utf-8"))
                    found = way(file)
                    is_right = found is not None and (
                        found.removeprefix("\ufeff") == text.removeprefix("\ufeff")
                        if what == "encodings"
                        else found == wanted
                    )
                    right += is_right
                print(f"{what:10} {name:20} {right} of {len(cases)} right, {perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
