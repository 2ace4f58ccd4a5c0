"""Listings as people see them, and files as a browser's torrent client reads them, in a real Chromium."""
import os
import urllib.parse

import pytest

from support.browser import Browser
from support.server import Server

WICKED = '<script>document.title="taken"</script>&"\''.replace("/", "|")
LONG = "a-long-name-" + "x" * 180 + ".tar.gz"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    for folder in ("pub", "pub/zz", "many"):
        (place / folder).mkdir()
    for name, size, time in ((WICKED, 5, 1_000_000_000), (LONG, 70_000, 1_200_000_000), ("b", 3_000_000, 900_000_000)):
        (place / "pub" / name).write_bytes(bytes(size))
        os.utime(place / "pub" / name, (time, time))
    for number in range(20_000):
        (place / f"many/{number}").touch()
    server = Server("serve", place, "--listen", "127.0.0.1:0")
    yield server.url
    server.stop()


@pytest.fixture
def elsewhere(tmp_path):
    server = Server("serve", tmp_path, "--listen", "127.0.0.1:0")
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def browser():
    started = Browser()
    yield started
    started.stop()


NAMES = "return [...document.querySelectorAll('tbody a')].map(a => a.innerText)"
EDGES = """return [...document.querySelectorAll('tr')].filter(row => row.cells.length == 3).map(
    row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().right)))"""


def test_names_are_shown_whole_and_mean_nothing_to_the_page(browser, url):
    browser.open(url + "/pub/")
    assert browser.run("return document.title") == "Index of /pub/"
    assert set(browser.run(NAMES)) == {"../", "zz/", WICKED, LONG, "b"}
    link = browser.run("return [...document.querySelectorAll('a')].find(a => a.innerText.startsWith('<')).href")
    assert urllib.parse.unquote(link) == f"{url}/pub/{WICKED}"
    assert browser.run("return fetch(arguments[0]).then(answer => answer.text()).then(text => text.length)", link) == 5


def test_a_click_sorts(browser, url):
    browser.open(url + "/pub/")
    click = "[...document.querySelectorAll('th a')].find(a => a.innerText.startsWith(arguments[0])).click()"
    for column, order in (("Size", ["../", "zz/", WICKED, LONG, "b"]), ("Size", ["../", "b", LONG, WICKED, "zz/"]),
                          ("Date", ["../", "b", WICKED, LONG, "zz/"]), ("Name", ["../", "zz/", WICKED, LONG, "b"])):
        browser.run(click, column)
        assert browser.run(NAMES) == order


@pytest.mark.parametrize("width", [1400, 800, 500])
def test_columns_are_straight_on_every_screen(browser, url, width):
    browser.resize(width, 900)
    browser.open(url + "/pub/")
    edges = browser.run(EDGES)
    assert len(edges) == 5 and len({tuple(row) for row in edges}) == 1, edges
    assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
    browser.resize(1200, 900)


def test_the_readers_colours_are_followed(url):
    seen = set()
    for scheme in (0, 1):  # dark, light
        browser = Browser(f"--blink-settings=preferredColorScheme={scheme}")
        try:
            browser.open(url + "/pub/")
            seen.add(tuple(browser.run("const of = getComputedStyle(document.body); return [of.color, "
                                       "of.backgroundColor, getComputedStyle(document.querySelector('a')).color]")))
        finally:
            browser.stop()
    light, dark = sorted(seen, key=lambda colours: colours[1], reverse=True)
    assert light[1] == "rgb(255, 255, 255)" and all(a != b for a, b in zip(light, dark))


def test_the_way_leads_up(browser, url):
    browser.open(url + "/pub/zz/")
    assert browser.run("return [...document.querySelectorAll('h1 a')].map(a => a.href)") == [url + "/", url + "/pub/"]
    assert browser.run("return document.querySelector('p').innerText") == "Nothing is here"


def test_a_large_folder_is_shown_whole(browser, url):
    browser.open(url + "/many/")
    assert browser.run("return document.querySelectorAll('tbody tr').length") == 20_001
    assert browser.run("return document.querySelector('p').innerText") == "20000 files, 0 B"


def test_a_page_from_elsewhere_reads_ranges(browser, url, elsewhere):
    # As WebTorrent asks, which makes the browser ask first whether it may.
    browser.open(elsewhere)
    answer = browser.run("""return fetch(arguments[0], {cache: 'no-store', headers: {
            'range': 'bytes=5-1004', 'cache-control': 'no-store', 'if-range': '"x"'}})
        .then(answer => answer.arrayBuffer().then(body => [answer.status, body.byteLength,
            answer.headers.get('etag')]))""", url + "/pub/b")
    assert answer[:2] == [200, 3_000_000]
    part = browser.run("""return fetch(arguments[0], {cache: 'no-store', headers: {
            'range': 'bytes=5-1004', 'cache-control': 'no-store', 'if-range': arguments[1]}})
        .then(answer => answer.arrayBuffer().then(body => [answer.status, body.byteLength,
            answer.headers.get('content-range'), answer.headers.get('accept-ranges')]))""", url + "/pub/b", answer[2])
    assert part == [206, 1000, "bytes 5-1004/3000000", "bytes"]
