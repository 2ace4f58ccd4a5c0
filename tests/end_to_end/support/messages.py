"""The folder that the tests of messages ask for, and how their cases are written."""
import random

import pytest

from support.raw_http import request

SIZE = 100_000
TIME = 1_600_000_000
MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT"
EARLIER, LATER = "Sun, 13 Sep 2020 12:26:39 GMT", "Sun, 13 Sep 2020 12:26:41 GMT"
CONTENT = random.Random(1).randbytes(SIZE)
LARGE = random.Random(2).randbytes(3 << 20)
SECRET = b"nobody may read this"
NAMES = ["a+b", "a b", "A", "%41", "back\\slash", "dots..name", "...", ".hidden", b"\xff", "sub/inner"]
SMUGGLED = b"GET /sub/inner HTTP/1.1\r\nHost: a\r\n\r\n"


def table(**cases):
    """Cases by their names, which stand in pytest's report."""
    return pytest.mark.parametrize("case", list(cases.values()), ids=[name.replace("_", " ") for name in cases])


def lines(*some):
    return request("/file", *some)
