"""Good and bad messages, byte by byte, against `mirrorseed serve DIR`."""
import os
import random
import socket
import stat

import pytest

from support.raw_http import Wire, ask, parts_of, request
from support.server import Server

SIZE = 100_000
TIME = 1_600_000_000
MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT"
EARLIER, LATER = "Sun, 13 Sep 2020 12:26:39 GMT", "Sun, 13 Sep 2020 12:26:41 GMT"
CONTENT = random.Random(1).randbytes(SIZE)
LARGE = random.Random(2).randbytes(3 << 20)
SECRET = b"nobody may read this"
NAMES = ["a+b", "a b", "A", "%41", "back\\slash", "dots..name", "...", ".hidden", b"\xff", "sub/inner"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    root = place / "root"
    (root / "sub").mkdir(parents=True)
    (place / "secret").write_bytes(SECRET)
    for name, content in {"file": CONTENT, "large": LARGE, "empty": b"", **{name: name for name in NAMES}}.items():
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content if name in ("file", "large", "empty") else os.fsencode(content))
        os.utime(path, (TIME, TIME))
    os.mkfifo(root / "pipe")
    (root / "links").mkdir()
    for name, target in {"file": "../file", "sub": "../sub", "out": "../../secret", "up": "../..", "loop": "loop",
                         "absolute": str(place / "secret"), "device": "/dev/zero"}.items():
        os.symlink(target, root / "links" / name)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(root / "socket"))
    if os.geteuid() == 0:
        os.mknod(root / "device", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    return root


@pytest.fixture(scope="module")
def server(folder):
    started = Server("serve", folder, "--listen", "127.0.0.1:0")
    yield started
    assert started.stop() == 0


def table(**cases):
    """Cases by their names, which stand in pytest's report."""
    return pytest.mark.parametrize("case", list(cases.values()), ids=[name.replace("_", " ") for name in cases])


def lines(*some):
    return request("/file", *some)


# Every one of them ends the connection, whatever follows.
@table(
    bare_lf_everywhere=(b"GET /file HTTP/1.1\nHost: a\n\n", 400),
    bare_lf_after_the_request_line=(b"GET /file HTTP/1.1\nHost: a\r\n\r\n", 400),
    bare_lf_after_a_field=(b"GET /file HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
    bare_lf_as_the_empty_line=(b"GET /file HTTP/1.1\r\nHost: a\r\n\n", 400),
    bare_cr_in_a_value=(lines("X: a\rb"), 400),
    bare_cr_in_the_request_line=(b"GET /file\rx HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    two_crs=(b"GET /file HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
    many_empty_lines_before=(b"\r\n" * 50 + lines(), 400),
    folded_by_a_blank=(lines("X: a", " b"), 400),
    folded_by_a_tab=(lines("X: a", "\tb"), 400),
    a_blank_before_the_first_field=(b"GET /file HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    a_blank_before_the_colon=(lines("X : a"), 400),
    a_tab_before_the_colon=(lines("X\t: a"), 400),
    a_blank_before_a_colon_that_matters=(lines("Content-Length : 5"), 400),
    no_name=(lines(": a"), 400),
    a_name_that_is_no_token=(lines("X(y): a"), 400),
    a_name_beyond_ascii=(lines("X\xe4: a"), 400),
    no_colon=(lines("X"), 400),
    nul_in_a_value=(lines("X: a\0b"), 400),
    nul_in_a_name=(lines("X\0: a"), 400),
    nul_in_the_target=(request("/file\0"), 400),
    a_control_byte_in_a_value=(lines("X: a\1b"), 400),
    del_in_a_value=(lines("X: a\x7fb"), 400),
    two_words=(b"GET /file\r\nHost: a\r\n\r\n", 400),
    two_blanks=(b"GET  /file HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    tabs=(b"GET\t/file\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
    a_blank_before_the_method=(b" GET /file HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    a_blank_after_the_version=(b"GET /file HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    a_blank_in_the_target=(request("/fi le"), 400),
    a_method_that_is_no_token=(request(method="G@T"), 400),
    small_letters_in_the_version=(request(version="http/1.1"), 400),
    two_digits_in_the_version=(request(version="HTTP/1.10"), 400),
    half_a_version=(request(version="HTTP/1"), 400),
    version_2=(request(version="HTTP/2.0"), 505),
    version_3=(request(version="HTTP/3.0"), 505),
    version_0=(request(version="HTTP/0.9"), 505),
    the_preface_of_http_2=(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505)),
    a_tls_hello=(bytes.fromhex("16030100c8010000c403035f") + b"\r\n\r\n", 400),
    no_host=(request(host=None), 400),
    no_host_beside_an_absolute_target=(request("http://a/file", host=None), 400),
    two_hosts=(lines("Host: localhost"), 400),
    two_hosts_in_other_letters=(lines("hOST: b"), 400),
    a_host_with_a_blank=(request(host="Host: a b"), 400),
    a_host_with_a_slash=(request(host="Host: a/b"), 400),
    a_host_with_a_user=(request(host="Host: u@a"), 400),
    a_host_with_a_list=(request(host="Host: a, b"), 400),
    a_host_with_an_open_bracket=(request(host="Host: [::1"), 400),
    a_host_with_no_port_number=(request(host="Host: a:b"), 400),
    a_host_with_two_ports=(request(host="Host: a:80:80"), 400),
    coding_and_length=(lines("Transfer-Encoding: chunked", "Content-Length: 5"), 400),
    length_and_coding=(lines("Content-Length: 5", "Transfer-Encoding: chunked"), 400),
    coding_in_http_1_0=(request("/file", "Transfer-Encoding: chunked", version="HTTP/1.0"), 400),
    chunked_is_not_the_last_coding=(lines("Transfer-Encoding: chunked, gzip"), 400),
    no_chunked_at_all=(lines("Transfer-Encoding: gzip"), 400),
    identity=(lines("Transfer-Encoding: identity"), 400),
    an_empty_coding=(lines("Transfer-Encoding:"), 400),
    two_lines_of_codings=(lines("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 400),
    chunked_twice=(lines("Transfer-Encoding: chunked, chunked"), (400, 501)),
    chunked_misspelt=(lines("Transfer-Encoding: xchunked"), (400, 501)),
    chunked_with_a_parameter=(lines("Transfer-Encoding: chunked;x=1"), (400, 501)),
    a_vertical_tab_before_chunked=(lines("Transfer-Encoding: \vchunked"), 400),
    an_unknown_coding=(lines("Transfer-Encoding: gzip, chunked"), 501),
    a_list_of_lengths=(lines("Content-Length: 5, 5"), 400),
    two_equal_lengths=(lines("Content-Length: 5", "Content-Length: 5"), 400),
    two_other_lengths=(lines("Content-Length: 5", "Content-Length: 6"), 400),
    a_length_with_a_plus=(lines("Content-Length: +5"), 400),
    a_length_with_a_minus=(lines("Content-Length: -5"), 400),
    a_length_with_a_blank=(lines("Content-Length: 5 5"), 400),
    a_length_in_hex=(lines("Content-Length: 0x5"), 400),
    a_length_with_a_letter=(lines("Content-Length: 5a"), 400),
    a_length_with_a_point=(lines("Content-Length: 5.0"), 400),
    an_empty_length=(lines("Content-Length:"), 400),
    a_length_beyond_64_bits=(lines("Content-Length: 18446744073709551617"), (400, 413)),
    a_body_of_more_than_64_KiB=(lines("Content-Length: 65537"), 413),
    a_target_beyond_ascii=(request("/\xe4"), 400),
    a_line_of_more_than_16_KiB=(request("/file?" + "x" * (16385 - len("GET /file? HTTP/1.1"))), 414),
    a_line_that_does_not_end=(b"GET /" + b"x" * 17_000, 414),
    a_head_of_more_than_32_KiB=(lines(*(f"X-{n}: {'x' * 1000}" for n in range(33))), 431),
    a_head_that_does_not_end=(lines(*(f"X-{n}: {'x' * 1000}" for n in range(33)))[:-2], 431),
    one_field_of_33_KiB=(lines("X: " + "x" * 33_000), 431),
    more_than_100_fields=(lines(*(f"X-{n}: y" for n in range(100))), 431),
)
def test_a_message_that_breaks_the_rules_is_refused_and_ends_the_connection(server, case):
    message, status = case
    with Wire(server) as wire:
        wire.send(message + lines())
        answer = wire.answer()
        assert answer.status in (status if isinstance(status, tuple) else (status,))
        assert answer.closes and CONTENT not in answer.body
        assert wire.rest() == b"", "what followed was answered too"


# Their framing is clear, but RFC 9112 knows no such target.
@table(
    a_target_without_a_slash=request("file"),
    a_star_for_get=request("*"),
    a_fragment=request("/file#x"),
    half_a_percent=request("/%4"),
    a_percent_of_no_digits=request("/%zz"),
    an_absolute_target_without_a_host=request("http:///file"),
    an_absolute_target_with_a_user=request("http://u@a/file"),
    another_scheme=request("ftp://a/file"),
)
def test_a_target_that_is_none_is_refused_and_ends_the_connection(server, case):
    with Wire(server) as wire:
        answer = wire.send(case + lines()).answer()
        assert answer.status == 400 and answer.closes
        assert wire.rest() == b"", "what followed was answered too"


@table(
    an_empty_line_before=b"\r\n" + lines(),
    blanks_around_a_value=lines("X: \t a \t "),
    no_blank_after_the_colon=lines("X:a"),
    an_empty_value=lines("X:"),
    bytes_beyond_ascii_in_a_value=lines("X: \xe4\xff"),
    every_letter_of_a_token=lines("!#$%&'*+-.^_`|~09azAZ: x"),
    an_empty_host=request(host="Host:"),
    a_host_with_a_port=request(host="Host: a.example:8080"),
    an_ipv6_host=request(host="Host: [::1]:8080"),
    names_in_other_letters=request(host="hOsT: a"),
    an_absolute_target=request("http://other.example/file"),
    an_absolute_target_in_capitals=request("HTTP://OTHER.EXAMPLE:80/file"),
    an_absolute_target_of_https=request("https://other.example/file"),
    version_1_2=request(version="HTTP/1.2"),
    version_1_9=request(version="HTTP/1.9"),
    a_length_of_nothing=lines("Content-Length: 0"),
    a_length_with_zeros_before=lines("Content-Length: 000"),
    an_expectation_without_a_body=lines("Expect: 100-continue"),
    keep_alive=lines("Connection: keep-alive, x"),
    connection_options_that_nobody_knows=lines("Connection: x, , y"),
    an_upgrade=lines("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    encodings_that_we_do_not_make=lines("Accept-Encoding: gzip, br, zstd"),
    a_type_that_we_do_not_have=lines("Accept: image/png"),
    a_line_of_16_KiB=request("/file?" + "x" * (16384 - len("GET /file? HTTP/1.1"))),
    a_head_of_31_KiB=lines(*(f"X-{n}: {'x' * 1000}" for n in range(31))),
    a_hundred_fields=lines(*(f"X-{n}: y" for n in range(99))),
    a_query=request("/file?a=b&c=../.."),
)
def test_a_message_that_keeps_the_rules_is_answered_and_keeps_the_connection(server, case):
    with Wire(server) as wire:
        for _ in range(2):
            answer = wire.send(case).answer()
            assert (answer.status, answer.body, answer.closes) == (200, CONTENT, False)


@table(
    close=(lines("Connection: close"), True),
    close_in_a_list=(lines("Connection: x, Close"), True),
    close_in_a_second_line=(lines("Connection: x", "Connection: close"), True),
    http_1_0=(request(version="HTTP/1.0"), True),
    http_1_0_without_a_host=(request(version="HTTP/1.0", host=None), True),
    http_1_0_with_keep_alive=(request("/file", "Connection: keep-alive", version="HTTP/1.0"), False),
    http_1_0_with_keep_alive_in_capitals=(request("/file", "Connection: Keep-Alive", version="HTTP/1.0"), False),
)
def test_the_connection_is_kept_or_closed_as_asked(server, case):
    message, closes = case
    with Wire(server) as wire:
        answer = wire.send(message).answer()
        assert (answer.status, answer.body, answer.closes) == (200, CONTENT, closes)
        if closes:
            assert wire.rest() == b""
        else:
            assert answer["Connection"] == "keep-alive"
            assert wire.send(message).answer().body == CONTENT


def test_256_ranges_in_a_head_of_31_KiB_are_answered(server):
    spans = [(n * 300, n * 300 + 100) for n in range(256)]
    ranges = "bytes=" + ",".join(f"{begin}-{end - 1}" for begin, end in spans)
    filler = [f"X-{n}: {'x' * 1000}" for n in range(28)]
    assert 30 << 10 < len(lines("Range: " + ranges, *filler)) < 32 << 10
    parts = parts_of(ask(server, "/file", "Range: " + ranges, *filler))
    assert parts == {(begin, end, SIZE): CONTENT[begin:end] for begin, end in spans}


# Bodies

SMUGGLED = b"GET /sub/inner HTTP/1.1\r\nHost: a\r\n\r\n"


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


# Several messages on one connection

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


# The end of a connection

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


# Methods

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


# Conditions; E stands for the file's ETag.

@table(
    none_match_the_same=(["If-None-Match: E"], 304),
    none_match_the_same_but_weak=(["If-None-Match: W/E"], 304),
    none_match_in_a_list=(['If-None-Match: "x" , E'], 304),
    none_match_with_a_comma_in_a_tag=(['If-None-Match: "x,y", E'], 304),
    none_match_in_a_second_line=(['If-None-Match: "x"', "If-None-Match: E"], 304),
    none_match_anything=(["If-None-Match: *"], 304),
    none_match_another=(['If-None-Match: "x"'], 200),
    none_match_another_though_not_modified=(['If-None-Match: "x"', f"If-Modified-Since: {MODIFIED}"], 200),
    none_match_the_same_though_modified=(["If-None-Match: E", f"If-Modified-Since: {EARLIER}"], 304),
    modified_since_its_time=([f"If-Modified-Since: {MODIFIED}"], 304),
    modified_since_later=([f"If-Modified-Since: {LATER}"], 304),
    modified_since_earlier=([f"If-Modified-Since: {EARLIER}"], 200),
    modified_since_no_date=(["If-Modified-Since: yesterday"], 200),
    modified_since_a_number=([f"If-Modified-Since: {TIME}"], 200),
    modified_since_in_asctime=(["If-Modified-Since: Sun Sep 13 12:26:40 2020"], 304),
    modified_since_in_rfc_850=(["If-Modified-Since: Sunday, 13-Sep-20 12:26:40 GMT"], 304),
    match_the_same=(["If-Match: E"], 200),
    match_in_a_list=(['If-Match: "x", E'], 200),
    match_anything=(["If-Match: *"], 200),
    match_another=(['If-Match: "x"'], 412),
    match_only_weakly=(["If-Match: W/E"], 412),
    match_though_modified=(["If-Match: E", f"If-Unmodified-Since: {EARLIER}"], 200),
    match_another_before_none_match=(['If-Match: "x"', "If-None-Match: E"], 412),
    unmodified_since_its_time=([f"If-Unmodified-Since: {MODIFIED}"], 200),
    unmodified_since_later=([f"If-Unmodified-Since: {LATER}"], 200),
    unmodified_since_earlier=([f"If-Unmodified-Since: {EARLIER}"], 412),
    unmodified_since_no_date=(["If-Unmodified-Since: never"], 200),
    unmodified_since_before_none_match=([f"If-Unmodified-Since: {EARLIER}", "If-None-Match: E"], 412),
    range_alone=(["Range: bytes=0-4"], 206),
    range_if_the_same=(["Range: bytes=0-4", "If-Range: E"], 206),
    range_if_another=(["Range: bytes=0-4", 'If-Range: "x"'], 200),
    range_if_weakly_the_same=(["Range: bytes=0-4", "If-Range: W/E"], 200),
    range_if_its_time=(["Range: bytes=0-4", f"If-Range: {MODIFIED}"], 206),
    range_if_later=(["Range: bytes=0-4", f"If-Range: {LATER}"], 200),
    range_if_earlier=(["Range: bytes=0-4", f"If-Range: {EARLIER}"], 200),
    range_if_no_date=(["Range: bytes=0-4", "If-Range: x"], 200),
    range_if_anything=(["Range: bytes=0-4", "If-Range: *"], 200),
    if_range_alone=(["If-Range: E"], 200),
    range_not_there_if_the_same=(["Range: bytes=200000-", "If-Range: E"], 416),
    range_not_there_if_another=(["Range: bytes=200000-", 'If-Range: "x"'], 200),
    range_and_none_match=(["Range: bytes=0-4", "If-None-Match: E"], 304),
    range_and_modified_since=(["Range: bytes=0-4", f"If-Modified-Since: {MODIFIED}"], 304),
    range_and_match_another=(["Range: bytes=0-4", 'If-Match: "x"'], 412),
    range_and_match=(["Range: bytes=0-4", "If-Match: E"], 206),
    range_not_there_and_none_match=(["Range: bytes=200000-", "If-None-Match: E"], 304),
)
def test_conditions_decide_in_the_order_of_the_rfc(server, case):
    fields, status = case
    plain = ask(server, "/file")
    assert not plain["ETag"].startswith("W/") and plain["Last-Modified"] == MODIFIED
    fields = [line.replace(": E", ": " + plain["ETag"]).replace(", E", ", " + plain["ETag"])
              .replace("W/E", "W/" + plain["ETag"]) for line in fields]
    with Wire(server) as wire:
        answer = wire.send(request("/file", *fields)).answer()
        assert answer.status == status
        assert answer.body == {200: CONTENT, 206: CONTENT[:5], 304: b"", 416: b""}.get(status, answer.body)
        if status in (200, 206, 304):
            assert (answer["ETag"], answer["Last-Modified"]) == (plain["ETag"], MODIFIED)
        if status == 304:
            assert answer["Content-Type"] is None and answer["Content-Length"] in (None, str(SIZE))
        # HEAD knows conditions, but no ranges.
        as_head = wire.send(request("/file", *fields, method="HEAD")).answer("HEAD")
        assert as_head.status == (200 if status in (206, 416) else status)
        assert wire.send(request("/A")).answer().body == b"A"


def test_conditions_on_what_is_not_there_change_nothing(server):
    for line in ("If-None-Match: *", "If-Match: *", f"If-Unmodified-Since: {EARLIER}", "Range: bytes=0-1"):
        assert ask(server, "/nothing", line).status == 404


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


# Names

@pytest.mark.parametrize("target, content", [
    ("/%66ile", CONTENT), ("/%66%69%6c%65", CONTENT), ("/./file", CONTENT), ("//file", CONTENT),
    ("/sub//inner", b"sub/inner"), ("/sub/../file", CONTENT), ("/sub/./.././file", CONTENT), ("/%2e/file", CONTENT),
    ("/sub/%2e%2E/file", CONTENT), ("/file?a/../b", CONTENT), ("/file?", CONTENT), ("/a+b", b"a+b"),
    ("/a%2Bb", b"a+b"), ("/a%20b", b"a b"), ("/%41", b"A"), ("/%2541", b"%41"), ("/back%5cslash", b"back\\slash"),
    ("/dots..name", b"dots..name"), ("/...", b"..."), ("/.hidden", b".hidden"), ("/%FF", b"\xff"), ("/%ff", b"\xff"),
    ("/links/file", CONTENT), ("/links/sub/inner", b"sub/inner"), ("http://other.example/sub/../A", b"A"),
])
def test_a_name_is_decoded_once_and_found(server, target, content):
    answer = ask(server, target)
    assert (answer.status, answer.body) == (200, content)


@pytest.mark.parametrize("target", [
    "/../secret", "/%2e%2e/secret", "/%2E%2e/secret", "/.%2e/secret", "/..%2fsecret", "/%2e%2e%2fsecret",
    "/..%5csecret", "/..\\secret", "/sub/../../secret", "/sub/%2e%2e/%2e%2e/secret", "/sub/..%2f..%2fsecret",
    "/%252e%252e/secret", "/%252e%252e%252fsecret", "/%c0%ae%c0%ae/secret", "/..%c0%afsecret",
    "/%e0%80%ae%e0%80%ae/secret", "/%uff0e%uff0e/secret", "/..;/secret", "/....//secret", "/.../../../secret",
    "//../secret", "///../secret", "/./../secret", "http://a/../secret", "http://a/%2e%2e/secret", "/?/../secret",
    "/file/../../secret", "/links/out", "/links/up/secret", "/links/absolute", "/links/device", "/links/loop",
    "/links/sub/../../../secret", "/..%00/secret", "/../", "/..", "/%2e%2e", "//etc/passwd", "/%2fetc%2fpasswd",
    "/file%00", "/file%00.txt", "/%00", "/file%2f", "/sub%2finner", "/sub%5cinner", "/file/", "/file/x", "/file%20",
    "/fil%65%20", "/FILE", "/file.", "/%66ile/..%2ffile", "/a%252bb", "/" + "x" * 300,
    "/" + "sub/../" * 500 + "../secret", "/-/", "/-/blob/sha256/" + "0" * 64, "/links/%2e%2e/%2e%2e/secret",
])
def test_no_spelling_leads_out_or_to_what_is_not_there(server, target):
    answer = ask(server, target)
    assert answer.status in (400, 403, 404) or target == "/?/../secret" and answer.status == 200
    assert SECRET not in answer.body and b"root:" not in answer.body and CONTENT not in answer.body


@pytest.mark.parametrize("target", ["/sub", "//sub", "///sub", "/./sub", "/sub/.//../sub", "http://other.example//sub"])
def test_a_folder_without_its_slash_is_redirected_to_this_host(server, target):
    answer = ask(server, target)
    assert (answer.status, answer["Location"]) == (301, "/sub/")


@pytest.mark.parametrize("name", ["pipe", "socket", "device", "links/device"])
def test_what_is_neither_file_nor_folder_is_not_there(server, name):
    with Wire(server) as wire:
        for method in ("GET", "HEAD"):
            assert wire.send(request("/" + name, method=method)).answer(method).status == 404
        listing = wire.send(request("/" + name.rpartition("/")[0] + "/?format=json")).answer()
    assert listing.status in (200, 404) and f'"{name}"'.encode() not in listing.body


# Files that change while they are sent

BIG = random.Random(3).randbytes(32 << 20)


@pytest.fixture
def big(folder):
    path = folder / "big"
    path.write_bytes(BIG)
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def begun(server, big):
    """A download of `big` that has begun, and is far from done because the client reads no further."""
    with Wire(server, receive_buffer=1 << 16) as wire:
        answer = wire.send(request("/big")).head()
        assert int(answer["Content-Length"]) == len(BIG)
        yield wire


def test_a_file_replaced_while_it_is_sent_comes_as_it_was(server, big, begun):
    other = big.with_name("other")
    other.write_bytes(BIG[::-1])
    other.replace(big)
    begun.send(request("/A", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest.endswith(b"\r\n\r\nA")
    assert ask(server, "/big").body == BIG[::-1]


def test_a_file_removed_while_it_is_sent_comes_whole(server, big, begun):
    big.unlink()
    begun.send(request("/big", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest[len(BIG):].startswith(b"HTTP/1.1 404 ")


def test_a_file_that_grows_while_it_is_sent_ends_where_it_was_said_to(big, begun):
    with open(big, "ab") as file:
        file.write(b"more" * 1000)
    begun.send(request("/A", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest[len(BIG):].startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [0, (20 << 20) + 1000])
def test_a_file_cut_while_it_is_sent_ends_the_connection_short(server, big, begun, size):
    os.truncate(big, size)
    begun.send(request("/A"))
    try:
        rest = begun.rest()
    except ConnectionResetError:
        rest = begun.received
    assert len(rest) < len(BIG), "it was padded"
    assert BIG.startswith(rest), "other bytes than the file's came"
    assert ask(server, "/A").body == b"A"
