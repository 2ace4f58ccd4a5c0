"""Several messages on one connection, and its end."""
import pytest

from support.messages import CONTENT, SMUGGLED, lines, table
from support.raw_http import Wire, parts_of, request


def many_requests():
    some = [request("/A"), request("/file", method="HEAD"), request("/nothing"), request("/file", "Range: bytes=5-9"),
            request("/empty"), request("/sub"), request("/file", "If-None-Match: *"), request("/a+b"),
            request("/file", "Range: bytes=1-2,5-6,9-9"), request("/", method="OPTIONS"), request("/large"),
            request("/file", method="DELETE"), request("/file", "Range: bytes=200000-"), request("/sub/inner")]
    return [(some[n % len(some)], b"HEAD" if some[n % len(some)].startswith(b"HEAD") else b"GET") for n in range(50)]


def read_answers(wire, asked):
    return [comparable(wire.answer(method.decode())) for _, method in asked]


def comparable(answer):
    status, fields, body = answer.steady()
    if fields.get("content-type", "").startswith("multipart"):
        return status, [*parts_of(answer).items()]
    return status, fields, body


@pytest.fixture(scope="module")
def expected(server):
    answers = []
    for message, method in many_requests():
        with Wire(server) as wire:
            answers.append(comparable(wire.send(message).answer(method.decode())))
    return answers


@pytest.mark.parametrize("count", [2, 10, 50])
def test_requests_in_one_segment_are_answered_in_order(server, expected, count):
    asked = many_requests()[:count]
    with Wire(server) as wire:
        wire.send(b"".join(message for message, _ in asked))
        assert read_answers(wire, asked) == expected[:count]


def test_requests_that_come_byte_by_byte_are_answered_in_order(server, expected):
    asked = many_requests()[:10]
    with Wire(server) as wire:
        for byte in b"".join(message for message, _ in asked):
            wire.send(bytes([byte]))
        assert read_answers(wire, asked) == expected[:10]


def test_requests_cut_at_any_byte_are_answered_in_order(server, expected):
    asked = many_requests()[:4]
    text = b"".join(message for message, _ in asked)
    for at in range(1, len(text)):
        with Wire(server) as wire:
            wire.send(text[:at])
            wire.send(text[at:])
            assert read_answers(wire, asked) == expected[:4], f"cut at {at}"


def test_a_body_cut_anywhere_is_drained(server):
    text = request("/A", f"Content-Length: {len(SMUGGLED)}") + SMUGGLED + request("/a+b")
    for at in range(1, len(text)):
        with Wire(server) as wire:
            wire.send(text[:at])
            wire.send(text[at:])
            assert [wire.answer().body, wire.answer().body] == [b"A", b"a+b"], f"cut at {at}"


def test_what_follows_an_error_is_not_answered_but_what_came_before_is(server):
    with Wire(server) as wire:
        wire.send(request("/A") + request("/large") + request("/nothing") + request("/A", "X : y") + request("/A"))
        assert [wire.answer().status for _ in range(4)] == [200, 200, 404, 400]
        assert wire.rest() == b""


def test_a_client_that_has_sent_all_is_still_answered(server, expected):
    asked = many_requests()[:14]
    with Wire(server) as wire:
        wire.send(b"".join(message for message, _ in asked)).end()
        assert read_answers(wire, asked) == expected[:14]
        assert wire.rest() == b""


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET /fi", lines()[:-2], lines("Content-Length: 5") + b"1234"])
def test_a_client_that_ends_in_the_middle_is_let_go(server, begun):
    with Wire(server) as wire:
        left = wire.send(begun).end().rest()
        assert CONTENT not in left or b"Content-Length: 5" in begun


@table(
    a_wrong_head=(lines("X : y"), 400),
    a_long_line=(request("/" + "x" * 17_000), 414),
    a_long_head=(lines("X: " + "x" * 33_000), 431),
    a_long_body=(lines("Content-Length: 1000000"), 413),
    a_coding=(lines("Transfer-Encoding: gzip, chunked"), 501),
)
def test_the_refusal_arrives_although_the_client_is_still_sending(server, case):
    message, status = case
    with Wire(server) as wire:
        wire.send(message)
        for _ in range(60):
            wire.send(b"x" * 1000)
        assert wire.answer().status == status
        assert wire.rest() == b""
