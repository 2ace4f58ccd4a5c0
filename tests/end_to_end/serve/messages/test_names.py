"""Which file a target names, however it is spelt, and that none leads out of the folder."""
import os

import pytest

from support.messages import CONTENT, SECRET
from support.raw_http import Wire, ask, request
from support.server import Server


@pytest.mark.parametrize("target, content", [
    ("/%66ile", CONTENT), ("/%66%69%6c%65", CONTENT), ("/./file", CONTENT), ("//file", CONTENT),
    ("/sub//inner", b"sub/inner"), ("/sub/../file", CONTENT), ("/sub/./.././file", CONTENT), ("/%2e/file", CONTENT),
    ("/sub/%2e%2E/file", CONTENT), ("/file?a/../b", CONTENT), ("/file?", CONTENT), ("/a+b", b"a+b"),
    ("/a%2Bb", b"a+b"), ("/a%20b", b"a b"), ("/%41", b"A"), ("/%2541", b"%41"), ("/back%5cslash", b"back\\slash"),
    ("/dots..name", b"dots..name"), ("/...", b"..."), ("/.hidden", b".hidden"), ("/%FF", b"\xff"), ("/%ff", b"\xff"),
    ("/links/file", CONTENT), ("/links/sub/inner", b"sub/inner"), ("http://other.example/sub/../A", b"A"),
], ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes")
def test_a_name_is_decoded_once_and_found(server, target, content):
    answer = ask(server, target)
    assert (answer.status, answer.body) == (200, content)


@pytest.mark.parametrize("raw", ["ä", "ä/".encode(), b"\xff?\xfe=\xc3"], ids=["UTF-8", "a folder's", "no UTF-8"])
def test_bytes_beyond_ascii_are_taken_as_they_stand(tmp_path, raw):
    raw = raw.encode() if isinstance(raw, str) else raw
    name = os.fsencode(tmp_path) + b"/" + raw.split(b"?")[0]
    if raw.endswith(b"/"):
        os.mkdir(name)
    else:
        with open(name, "wb") as file:
            file.write(CONTENT)
    server = Server("serve", tmp_path, "--listen", "127.0.0.1:0")
    try:
        with Wire(server) as wire:
            answer = wire.send(b"GET /" + raw + b" HTTP/1.1\r\nHost: a\r\n\r\n").answer()
            assert answer.status == 200 and (answer.body == CONTENT or raw.endswith(b"/"))
            if raw.endswith(b"/"):
                moved = wire.send(b"GET /" + raw[:-1] + b" HTTP/1.1\r\nHost: a\r\n\r\n").answer()
                assert (moved.status, moved["Location"]) == (301, "/%C3%A4/")
    finally:
        server.stop()


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
