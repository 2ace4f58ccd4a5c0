"""Pages that a tree holds are a stranger's, and share the mirror's origin: what a browser lets them do."""
import os

import pytest

from support.browser import Browser
from support.server import Server
from support.waiting import wait_for

SANDBOX = "sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox allow-forms allow-scripts"
IMAGE = os.urandom(100_000)
PAGE = """<!DOCTYPE html><title>A manual</title><input id=word><ul><li>apples<li>pears</ul>
<a id=image href="image.iso">the image</a><script src="search.js"></script>"""
SEARCH = """document.getElementById("word").addEventListener("input", event => {
    for (const item of document.querySelectorAll("li")) item.hidden = !item.textContent.includes(event.target.value);
});
const told = document.documentElement.dataset;
try { told.cookie = document.cookie; } catch (error) { told.cookie = error.name; }
for (const path of ["status.json", "metrics"])
    fetch("/-/" + path).then(answer => answer.text()).then(text => told[path.slice(0, 6)] = text,
                                                           error => told[path.slice(0, 6)] = error.name);
"""
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head></html>'
ACTIVE = {"page.html": PAGE, "a.xhtml": XHTML, "a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>', "a.xml": XHTML,
          "news.atom": "<feed/>", "B.HTM": "x"}
TOLD = "return {...document.documentElement.dataset}"


def fill(mirror):
    for name, text in {**ACTIVE, "search.js": SEARCH, "a.pdf": "%PDF", "a.txt": "<html>"}.items():
        mirror.write(name, text)
    mirror.write("image.iso", IMAGE)


@pytest.fixture
def served(mirror):
    fill(mirror)
    mirror.sync()
    return mirror.serve()


@pytest.fixture
def browser(tmp_path):
    (tmp_path / "downloads").mkdir()
    started = Browser(downloads=tmp_path / "downloads")
    yield started
    started.stop()


def told_by_the_page(browser, server):
    browser.open(server.url + "/tree/")  # a page of ours
    browser.set_cookie("secret", "of-this-origin")
    browser.open(server.url + "/tree/page.html")
    return wait_for(lambda: len(told := browser.run(TOLD)) == 3 and told, "what the page tells")


def test_a_page_searches_and_links_and_reads_nothing_of_the_origin(browser, served, tmp_path):
    assert told_by_the_page(browser, served) == {"cookie": "SecurityError", "status": "TypeError", "metric": "TypeError"}
    assert served.get("/-/status.json")[0] == 200  # for this machine
    browser.run("const word = document.getElementById('word'); word.value = 'pear'; word.dispatchEvent(new Event('input'))")
    assert browser.run("return [...document.querySelectorAll('li:not([hidden])')].map(item => item.textContent)") == ["pears"]
    browser.run("document.getElementById('image').click()")
    image = tmp_path / "downloads/image.iso"
    assert wait_for(lambda: image.exists() and image.read_bytes(), "the image") == IMAGE


def test_a_tree_that_is_trusted_is_like_the_mirror(browser, mirror):
    fill(mirror)
    mirror.configure("sandbox = false")
    mirror.sync()
    server = mirror.serve()
    told = told_by_the_page(browser, server)
    assert told["cookie"] == "secret=of-this-origin" and '"version"' in told["status"]
    for name in ACTIVE:
        assert server.get("/tree/" + name)[1]["Content-Security-Policy"] is None


def test_every_active_page_is_sandboxed_and_nothing_else(served):
    for name in ACTIVE:
        _, headers, _ = served.get("/tree/" + name)
        assert headers["Content-Security-Policy"] == SANDBOX, name
        again = served.get("/tree/" + name, **{"If-None-Match": headers["ETag"]})
        assert again[0] == 304 and again[1]["Content-Security-Policy"] == SANDBOX
        part = served.get("/tree/" + name, Range="bytes=0-0,2-2" if name == "page.html" else "bytes=0-0")
        assert part[0] == 206 and part[1]["Content-Security-Policy"] == SANDBOX
    for path in ("/tree/a.pdf", "/tree/a.txt", "/tree/search.js", "/tree/image.iso", "/tree/", "/", "/-/status.json"):
        assert served.get(path)[1]["Content-Security-Policy"] is None, path


def test_no_answer_is_to_be_sniffed(served):
    for path in ("/", "/tree/", "/tree", "/tree/a.txt", "/tree/image.iso", "/-/status.json", "/-/health", "/nothing", "/../x"):
        assert served.get(path)[1]["X-Content-Type-Options"] == "nosniff", path
    for fields in ({"Range": "bytes=0-0"}, {"Range": "bytes=999999999-"}, {"If-Modified-Since": "Sun, 06 Nov 2094 08:49:37 GMT"},
                   {"If-Match": '"x"'}):
        assert served.get("/tree/image.iso", **fields)[1]["X-Content-Type-Options"] == "nosniff", fields


def test_pages_elsewhere_read_all_but_what_is_for_operators(served):
    for path in ("/", "/tree/", "/tree/a.txt", "/tree/nothing", "/-/health", "/-/trees/tree/head"):
        assert served.get(path)[1]["Access-Control-Allow-Origin"] == "*", path
    for path in ("/-/status.json", "/-/metrics", "/%2d/metrics", "/./-/status.json", "/-/metrics?x"):
        for fields in ({}, {"Host": "other.example"}, {"If-Match": '"x"'}, {"Range": "bytes=99999999-"}):
            assert served.get(path, **fields)[1]["Access-Control-Allow-Origin"] is None, (path, fields)


@pytest.mark.parametrize("options, policy", [([], SANDBOX), (["--no-sandbox"], None)])
def test_a_plain_folders_pages_are_sandboxed_unless_they_are_trusted(tmp_path, options, policy):
    (tmp_path / "page.html").write_text(PAGE)
    server = Server("serve", tmp_path, "--listen", "127.0.0.1:0", *options)
    try:
        assert server.get("/page.html")[1]["Content-Security-Policy"] == policy
    finally:
        server.stop()
