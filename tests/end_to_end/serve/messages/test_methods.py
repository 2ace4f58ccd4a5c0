"""Every method, those that are not allowed too."""
import pytest

from support.messages import table
from support.raw_http import Wire, ask, request


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_methods_that_change_things_are_not_allowed(server, method):
    answer = ask(server, method=method)
    assert answer.status == 405
    assert {"GET", "HEAD", "OPTIONS"} == set(answer["Allow"].split(", "))


@table(unknown="BREW", webdav="PROPFIND", small="get", mixed="Get", long="X" * 1000)
def test_methods_that_nobody_knows_are_not_implemented(server, case):
    assert ask(server, method=case).status in (501, 405)


def test_connect_makes_no_tunnel(server):
    assert ask(server, "localhost:80", method="CONNECT").status in (400, 405, 501)


@pytest.mark.parametrize("target", ["/file", "/nothing", "/", "/sub/", "/sub", "/large", "/empty"])
def test_head_says_what_get_would_without_a_body(server, target):
    status, fields, _ = ask(server, target).steady()
    with Wire(server) as wire:
        answer = wire.send(request(target, method="HEAD")).answer("HEAD")
        assert answer.steady() == (status, fields, b"")
        assert wire.send(request("/A")).answer().body == b"A"


@pytest.mark.parametrize("target", ["/file", "*", "/nothing"])
def test_a_browser_may_ask_from_elsewhere(server, target):
    answer = ask(server, target, "Origin: https://example.org", "Access-Control-Request-Method: GET",
                 "Access-Control-Request-Headers: range, cache-control, if-range, user-agent", method="OPTIONS")
    assert answer.status == 204 and answer["Content-Length"] in (None, "0") and answer["Allow"]
    assert answer["Access-Control-Allow-Origin"] == "*" and int(answer["Access-Control-Max-Age"]) >= 3600
    assert {"GET", "HEAD"} <= set(answer["Access-Control-Allow-Methods"].split(", "))
    assert ({"range", "cache-control", "if-range", "user-agent"}
            <= set(answer["Access-Control-Allow-Headers"].lower().split(", ")))
    for fields in ([], ["Range: bytes=0-1"], ["Range: bytes=200000-"], ["If-None-Match: *"]):
        answer = ask(server, "/file", "Origin: https://example.org", *fields)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert ({"content-range", "content-length", "accept-ranges", "etag", "repr-digest"}
                <= set(answer["Access-Control-Expose-Headers"].lower().split(", ")))
