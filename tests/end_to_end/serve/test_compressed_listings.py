"""Listings and pages of our own, compressed for those who like that; and never a tree's file."""
import gzip
import json
import subprocess

import pytest

from support.mirror import Mirror
from support.program import need
from support.server import Server

FORMS = ["identity", "gzip", "zstd"]
CHROME = "gzip, deflate, br, zstd"
FILES = {f"package-{number}.html": "<p>" * 5000 for number in range(200)}


def plain(headers, body):
    if headers["Content-Encoding"] == "gzip":
        return gzip.decompress(body)
    if headers["Content-Encoding"] == "zstd":
        return subprocess.run([need("zstd"), "-dcq"], input=body, capture_output=True, check=True).stdout
    assert headers["Content-Encoding"] is None
    return body


@pytest.fixture(scope="module", params=["a store", "a plain folder"])
def served(request, tmp_path_factory):
    mirror = Mirror(tmp_path_factory.mktemp("mirror"))
    for name, text in FILES.items():
        mirror.write("many/" + name, text)
    for name in ("a", "b", "c"):
        mirror.write("few/" + name, name)
    if request.param == "a store":
        mirror.sync()
        yield mirror.serve(), "/tree"
        mirror.stop()
    else:
        server = Server("serve", mirror.upstream, "--listen", "127.0.0.1:0")
        yield server, ""
        server.stop()


@pytest.mark.parametrize("path", ["/many/", "/many/?format=json", "/few/", "/few/?format=json", "/many/?sort=size"])
def test_each_form_is_the_same_listing_with_an_etag_of_its_own(served, path):
    server, root = served
    texts, etags = set(), {}
    for _ in range(2):  # found, and then kept
        for form in FORMS:
            status, headers, body = server.get(root + path, **{"Accept-Encoding": form})
            assert status == 200 and headers["Vary"] == "Accept, Accept-Encoding"
            assert headers["Content-Encoding"] == (None if form == "identity" else form)
            assert int(headers["Content-Length"]) == len(body)
            texts.add(plain(headers, body))
            assert etags.setdefault(form, headers["ETag"]) == headers["ETag"]
            assert not headers["ETag"].startswith("W/")
    assert len(texts) == 1 and len(set(etags.values())) == 3
    for form in FORMS:
        for other in FORMS:
            status, headers, body = server.get(root + path, **{"Accept-Encoding": form, "If-None-Match": etags[other]})
            assert status == (304 if form == other else 200)
            assert headers["Vary"] == "Accept, Accept-Encoding" and headers["ETag"] == etags[form]


def test_what_is_liked_best_is_sent(served):
    server, root = served
    for accepted, form in ((CHROME, "zstd"), ("gzip, zstd;q=0.5", "gzip"), ("gzip;q=0", None), ("*", None), ("br", None),
                           ("gzip;q=0.5, identity", None)):
        assert server.get(root + "/many/", **{"Accept-Encoding": accepted})[1]["Content-Encoding"] == form, accepted
    long = server.get(root + "/many/", **{"Accept-Encoding": "identity"})[2]
    assert len(server.get(root + "/many/", **{"Accept-Encoding": CHROME})[2]) * 5 < len(long)


def test_parts_and_heads_are_of_the_form(served):
    server, root = served
    whole = server.get(root + "/many/", **{"Accept-Encoding": "gzip"})
    part = server.get(root + "/many/", **{"Accept-Encoding": "gzip", "Range": "bytes=10-19", "If-Range": whole[1]["ETag"]})
    assert part[0] == 206 and part[2] == whole[2][10:20] and part[1]["Content-Encoding"] == "gzip"
    curl = subprocess.run([need("curl"), "-sI", "-H", "Accept-Encoding: gzip", server.url + root + "/many/"],
                          capture_output=True, text=True, check=True).stdout.lower()
    assert "content-encoding: gzip\n" in curl.replace("\r", "") and f"content-length: {len(whole[2])}\n" in curl.replace("\r", "")
    done = subprocess.run([need("curl"), "-sS", "--compressed", server.url + root + "/many/?format=json"],
                          capture_output=True, check=True)
    assert {item["name"] for item in json.loads(done.stdout)} == set(FILES)


def test_no_file_of_a_tree_is_compressed(served):
    server, root = served
    for path in ("/many/package-1.html", "/few/a", "/few/a.sha256"):
        _, headers, _ = server.get(root + path, **{"Accept-Encoding": CHROME})
        assert headers["Content-Encoding"] is None and headers["Vary"] is None, path
    assert server.get("/-/health", **{"Accept-Encoding": CHROME})[1]["Vary"] is None


def test_pages_of_our_own_are_compressed_too(mirror):
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    for path in ("/", "/-/status.json", "/-/metrics"):
        for form in ("gzip", "zstd"):
            status, headers, body = server.get(path, **{"Accept-Encoding": form})
            assert status == 200 and headers["Content-Encoding"] == form and "Accept-Encoding" in headers["Vary"], path
            assert b"tree" in plain(headers, body)


def test_a_publish_empties_every_form(mirror):
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    for name in ("b", "c"):
        mirror.write(name, "text")
        mirror.sync()
        for form in FORMS:
            assert name.encode() in plain(*server.get("/tree/?format=json", **{"Accept-Encoding": form})[1:])
