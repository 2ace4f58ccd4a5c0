"""Ranges, one or several, and what comes for them."""
import pytest

from support.messages import CONTENT, LARGE, SIZE
from support.raw_http import Wire, ask, parts_of, request

# Ranges: what is asked for, and the spans that must come, or a status.

HUGE = "9" * 40
RANGES = {
    "bytes=0-0": [(0, 1)], "bytes=0-": [(0, SIZE)], "bytes=5-9": [(5, 10)], "bytes=99999-": [(99999, SIZE)],
    "bytes=99999-99999": [(99999, SIZE)], "bytes=0-99999": [(0, SIZE)], "bytes=0-100000": [(0, SIZE)],
    "bytes=-1": [(99999, SIZE)], "bytes=-99999": [(1, SIZE)], "bytes=-100000": [(0, SIZE)],
    "bytes=-100001": [(0, SIZE)], "bytes=00000000000000000000005-0009": [(5, 10)],
    f"bytes=5-{HUGE}": [(5, SIZE)], f"bytes=-{HUGE}": [(0, SIZE)], "bytes=5-18446744073709551615": [(5, SIZE)],
    "bytes=5-18446744073709551616": [(5, SIZE)], "bytes=-18446744073709551616": [(0, SIZE)],
    "bytes=5-9223372036854775808": [(5, SIZE)], f"bytes=0-1,{HUGE}-{HUGE}9": [(0, 2)],
    "BYTES=0-1": [(0, 2)], "bYtEs=0-1": [(0, 2)],
    # Not there.
    "bytes=-0": 416, "bytes=100000-": 416, "bytes=100000-200000": 416, f"bytes={HUGE}-": 416,
    "bytes=18446744073709551616-": 416, "bytes=18446744073709551615-18446744073709551616": 416,
    "bytes=200000-,-0": 416, "bytes=200000-,300000-": 416,
    # Wrong or unknown, and so ignored.
    "bytes=": 200, "bytes": 200, "bytes=-": 200, "bytes=a-b": 200, "bytes=1": 200, "bytes=--1": 200,
    "bytes=1-2-3": 200, "bytes=+1-2": 200, "bytes=0x1-2": 200, "bytes=1.0-2": 200, "bytes=0 - 1": 200,
    "bytes 0-1": 200, "bytes:0-1": 200, "items=0-1": 200, "=0-1": 200, "0-1": 200, "bytes=5-4": 200, "bytes=,": 200,
    "bytes=,,,": 200, "bytes=0-1,5-4": 200, "bytes=0-1;5-6": 200, "bytes=0-1,x": 200, "bytes=0-1,bytes=5-6": 200,
    # Lists.
    "bytes=0-1,5-6": [(0, 2), (5, 7)], "bytes=0-1, 5-6": [(0, 2), (5, 7)], "bytes=0-1 \t,\t 5-6": [(0, 2), (5, 7)],
    "bytes=,0-1": [(0, 2)], "bytes=0-1,": [(0, 2)], "bytes=0-1,,5-6": [(0, 2), (5, 7)],
    "bytes=0-1, , ,5-6,": [(0, 2), (5, 7)], "bytes=0-1,200000-": [(0, 2)], "bytes=200000-,0-1,-0": [(0, 2)],
    "bytes=0-1,-2": [(0, 2), (99998, SIZE)], "bytes=50-60,0-10": [(50, 61), (0, 11)],
    # Merged.
    "bytes=0-10,5-20": [(0, 21)], "bytes=0-10,11-20": [(0, 21)], "bytes=0-10,12-20": [(0, 11), (12, 21)],
    "bytes=0-0,0-0": [(0, 1)], "bytes=0-20,5-6": [(0, 21)], "bytes=0-10,50-60,5-55": [(0, 61)],
    "bytes=50-60,0-10,5-20": [(50, 61), (0, 21)], "bytes=0-,-1": [(0, SIZE)], "bytes=1-,0-": [(0, SIZE)],
    "bytes=0-,0-,0-,0-,0-": [(0, SIZE)],
}


def list_of(begins):
    return "bytes=" + ",".join(f"{begin}-{begin + 9}" for begin in begins)


def spans_at(begins):
    return [(begin, begin + 10) for begin in begins]


ASCENDING, UNORDERED = range(0, 513 * 100, 100), range(17 * 100, 0, -100)
RANGES[list_of(ASCENDING[:512])] = spans_at(ASCENDING[:512])
RANGES[list_of(ASCENDING)] = 200
RANGES[list_of(UNORDERED[:16])] = spans_at(UNORDERED[:16])
RANGES[list_of(UNORDERED)] = 200


@pytest.mark.parametrize("field", RANGES, ids=lambda field: field[:40])
def test_a_range_is_answered_as_the_rfc_says(server, field):
    wanted = RANGES[field]
    with Wire(server) as wire:
        answer = wire.send(request("/file", "Range: " + field)).answer()
        assert answer.status == (wanted if isinstance(wanted, int) else 206)
        if wanted == 416:
            assert (answer["Content-Range"], answer.body) == (f"bytes */{SIZE}", b"")
        elif wanted == 200:
            assert (answer["Content-Range"], answer.body) == (None, CONTENT)
        elif len(wanted) == 1:
            (begin, end), = wanted
            assert answer["Content-Range"] == f"bytes {begin}-{end - 1}/{SIZE}"
            assert answer.body == CONTENT[begin:end]
        else:
            assert list(parts_of(answer).items()) == [((b, e, SIZE), CONTENT[b:e]) for b, e in wanted]
        assert (answer["Accept-Ranges"] == "bytes") or wanted == 416
        # What comes after it on the connection stands where it should.
        assert wire.send(request("/A")).answer().body == b"A"


def test_head_ignores_ranges(server):
    with Wire(server) as wire:
        for field in RANGES:
            answer = wire.send(request("/file", "Range: " + field, method="HEAD")).answer("HEAD")
            assert (answer.status, answer["Content-Length"], answer["Content-Range"]) == (200, str(SIZE), None), field
            assert answer["Accept-Ranges"] == "bytes"


def test_a_file_of_no_bytes_answers_every_range_with_an_empty_200(server):
    with Wire(server) as wire:
        for field in RANGES:
            answer = wire.send(request("/empty", "Range: " + field)).answer()
            assert (answer.status, answer.body, answer["Content-Range"]) == (200, b"", None), field


def test_two_answers_have_two_boundaries(server):
    kinds = {ask(server, "/file", "Range: bytes=0-1,5-6")["Content-Type"] for _ in range(5)}
    assert len(kinds) == 5


def test_parts_of_a_large_file_come_whole(server):
    begins = range(0, len(LARGE) - 150_000, 200_000)
    field = "Range: bytes=" + ",".join(f"{begin}-{begin + 149_999}" for begin in begins)
    parts = parts_of(ask(server, "/large", field))
    assert parts == {(b, b + 150_000, len(LARGE)): LARGE[b:b + 150_000] for b in begins}
