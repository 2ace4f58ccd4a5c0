"""Bodies of requests, which nobody needs and which are never taken for requests."""
import pytest

from support.messages import SMUGGLED, table
from support.raw_http import Wire, ask, request


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("size", [1, len(SMUGGLED), 65_536])
def test_a_short_body_is_drained_and_is_no_request(server, method, size):
    body = (SMUGGLED * (size // len(SMUGGLED) + 1))[:size]
    with Wire(server) as wire:
        wire.send(request("/file", f"Content-Length: {size}", method=method) + body + request("/A"))
        assert wire.answer(method).status == (204 if method == "OPTIONS" else 200)
        assert wire.answer().body == b"A"


@table(
    get_too_long=("GET", ["Content-Length: 1000000"], (413,)),
    head_too_long=("HEAD", ["Content-Length: 1000000"], (413,)),
    get_in_chunks=("GET", ["Transfer-Encoding: chunked"], (200, 411, 413)),
    post=("POST", [f"Content-Length: {len(SMUGGLED)}"], (405,)),
    post_too_long=("POST", ["Content-Length: 1000000"], (405, 413)),
    post_in_chunks=("POST", ["Transfer-Encoding: chunked"], (405, 411, 413)),
    put_expecting=("PUT", [f"Content-Length: {len(SMUGGLED)}", "Expect: 100-continue"], (405, 413, 417)),
    get_expecting=("GET", [f"Content-Length: {len(SMUGGLED)}", "Expect: 100-continue"], (200, 413, 417)),
    get_expecting_in_chunks=("GET", ["Transfer-Encoding: chunked", "Expect: 100-continue"], (200, 411, 413, 417)),
)
def test_a_body_is_never_taken_for_a_request(server, case):
    method, fields, statuses = case
    chunked = "chunked" in fields[0]
    body = (b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n0\r\n\r\n") if chunked else SMUGGLED
    with Wire(server) as wire:
        wire.send(request("/file", *fields, method=method))
        if "Expect: 100-continue" in fields:
            # Nobody sends a body now before being told to, so an answer must come without it.
            answer = wire.answer(method)
            if answer.status == 100:
                answer = wire.send(body).answer(method)
            else:
                wire.send(body)
        else:
            answer = wire.send(body).answer(method)
        assert answer.status in statuses
        if answer.closes:
            assert wire.rest() == b""
        else:
            assert wire.send(request("/A")).answer().body == b"A"


def test_an_unknown_expectation_is_refused_or_ignored(server):
    assert ask(server, "/file", "Expect: the-unexpected").status in (200, 417)
