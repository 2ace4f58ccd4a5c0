"""Heads of requests that keep the rules and that break them, byte by byte, and the connection after each."""
from support.messages import CONTENT, SIZE, lines, table
from support.raw_http import Wire, ask, parts_of, request


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
    a_host_with_a_bare_percent=(request(host="Host: a%"), 400),
    a_host_with_a_wrong_escape=(request(host="Host: a%zz"), 400),
    a_host_with_no_address_in_brackets=(request(host="Host: [a]"), 400),
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
    a_host_of_sub_delims=request(host="Host: a,b!$&'()*+;=%41"),
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
