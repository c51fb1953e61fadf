"""Values made fit for a header line.

CPython's e-mail library up to 3.11.7 lets a subject such as
``=?utf-8?q?a=0D=0ABcc:_x@y.z?=`` add a header (CVE-2024-6923 is of this class). Here no
value reaches a header before it is one plain line.
"""

from __future__ import annotations

import re

LONGEST_HEADER = 250
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2028\u2029]+")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")


def header_text(value: str) -> str:
    r"""``value`` as one line: controls become spaces, direction marks go, encoded words are broken.

    >>> header_text("Hi\r\nBcc: evil@x.test")
    'Hi Bcc: evil@x.test'
    >>> header_text("=?utf-8?q?a=0D=0ABcc:_evil@x.test?=")
    '= ?utf-8?q?a=0D=0ABcc:_evil@x.test? ='
    """
    line = _CONTROLS.sub(" ", _UNSEEN.sub("", value)).strip()
    line = line.replace("=?", "= ?").replace("?=", "? =")
    return line if len(line) <= LONGEST_HEADER else line[: LONGEST_HEADER - 1].rstrip() + "…"
