"""Web servers that are wrong in every way that matters."""
import collections
import hashlib
import http.server
import json
import random
import socketserver
import threading
import time

import pytest

from support.trees import tree_of
from support.web_servers import Nginx


class Wrong:
    """Answers as `answer(handler, path)` says; handler.say() answers properly."""

    def __init__(self, answer):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.requests.append((self.command, self.path, dict(self.headers)))
                try:
                    answer(self, self.path)
                except OSError:
                    self.close_connection = True

            do_HEAD = do_GET

            def say(self, body, status=200, kind="application/octet-stream", length=None, **fields):
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                for name, value in fields.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def page(self, *names, size="-", **fields):
                rows = "".join(f'<a href="{name}">{name}</a>   21-Nov-2020 14:44   {"-" if name.endswith("/") else size}\n'
                               for name in names)
                self.say(f'<title>Index of {self.path}</title><h1>Index of {self.path}</h1><pre><a href="../">../</a>\n'
                         f'{rows}</pre>', kind="text/html", **fields)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def wrong(mirror):
    def start(answer, options="retries = 1"):
        server = Wrong(answer)
        mirror.from_server(server)
        mirror.configure(options)
        return server
    return start


def failed(mirror):
    """The one line that tells why; and quickly."""
    started = time.monotonic()
    report = mirror.sync(status=1)
    assert time.monotonic() - started < 20 and report["outcome"] == "failed", report
    assert "\n" not in report["error"]
    return report["error"]


def quarantined(mirror):
    report = mirror.sync(status=3)
    return {item["path"]: item["reason"] for item in report["quarantined"]}


LOGIN = "<html><head><title>Log in</title></head><body><form><input name=user></form></body></html>"


def test_a_login_page_for_everything_is_no_listing(mirror, wrong):
    wrong(lambda handler, path: handler.say(LOGIN, kind="text/html"))
    assert "no listing of a folder that is known" in failed(mirror)


def test_a_login_page_for_the_files_is_no_file(mirror, wrong):
    wrong(lambda handler, path: handler.page("a.iso", "b.tar.gz", size=5_000_000) if path == "/" else
          handler.say(LOGIN, kind="text/html"))
    why = quarantined(mirror)
    assert set(why) == {"a.iso", "b.tar.gz"} and all("HTML page instead" in text for text in why.values())


def test_a_server_that_turns_to_a_login_page_costs_no_file(mirror, wrong):
    state = {"login": False}

    def answer(handler, path):
        if state["login"]:
            return handler.say(LOGIN, kind="text/html")
        return handler.page("f", size=1) if path == "/" else handler.say("x")
    wrong(answer)
    assert mirror.sync()["outcome"] == "published"
    state["login"] = True
    failed(mirror)
    assert (mirror.checkout / "f").read_text() == "x"


def test_a_folder_that_is_missing_or_forbidden_ends_the_run(mirror, wrong):
    for status in (403, 404, 500):
        wrong(lambda handler, path: handler.page("good/", "bad/") if path == "/" else
              handler.say("", status=status) if path == "/bad/" else handler.page(), "retries = 0")
        error = failed(mirror)
        assert str(status) in error and "/bad/" in error


def test_folders_without_an_end_are_noticed(mirror, wrong):
    server = wrong(lambda handler, path: handler.page(f"a{len(path)}/", f"b{len(path)}/"))
    assert "folders deep" in failed(mirror)
    assert len(server.requests) < 2000


def test_a_folder_that_links_to_itself_is_noticed(mirror, wrong):
    server = wrong(lambda handler, path: handler.page("pool/", "self/", "f", size=1))
    assert "exclude the link" in failed(mirror)
    assert len(server.requests) < 300


def test_a_drip_is_not_waited_for(mirror, wrong):
    def answer(handler, path):
        if path == "/":
            return handler.page("f", size="10M")
        handler.say(b"x", length=10_000_000)
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.2)
    wrong(answer, 'retries = 0\ntimeout = "2s"\nmin_rate = "1 KiB/s"')
    mirror.configure('retries = 0\ntimeout = "2s"\nmin_rate = "1 KiB/s"')
    started = time.monotonic()
    assert mirror.sync(status=1)["outcome"] == "failed"
    assert 60 <= time.monotonic() - started < 90


@pytest.mark.parametrize("dripping", ["/", "/f"], ids=["of a page", "of a file"])
def test_a_head_that_drips_is_not_waited_for(mirror, wrong, dripping):
    def answer(handler, path):
        if path != dripping:
            return handler.page("f", size="4")
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Padding: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.2)
    wrong(answer, 'retries = 0\ntimeout = "2s"')
    assert "in time" in failed(mirror)


def test_silence_is_not_waited_for(mirror, wrong):
    wrong(lambda handler, path: time.sleep(5), 'retries = 0\ntimeout = "1s"')
    assert failed(mirror)


@pytest.mark.parametrize("size, body, length", [("4", b"12345", None), ("6", b"12345", None), ("5", b"123", 5)],
                         ids=["longer", "shorter", "cut off"])
def test_lengths_that_are_not_the_listed_one_are_refused(mirror, wrong, size, body, length):
    def answer(handler, path):
        if path == "/":
            return handler.say(json.dumps([{"name": "f", "type": "file", "mtime": "Sat, 21 Nov 2020 14:44:00 GMT",
                                            "size": int(size)}]), kind="application/json")
        handler.say(body, length=length)
        handler.close_connection = True
    wrong(answer, "retries = 1")
    done = mirror.run("sync", "--json")
    assert done.returncode != 0
    assert not (mirror.checkout / "f").exists()


def test_another_time_than_the_listed_one_is_another_file(mirror, wrong):
    wrong(lambda handler, path: handler.say(json.dumps(
        [{"name": "f", "type": "file", "mtime": "Sat, 21 Nov 2020 14:44:00 GMT", "size": 1}]), kind="application/json")
        if path == "/" else handler.say("x", Last_Modified="Sat, 21 Nov 2020 14:45:00 GMT"))
    assert "changes all the time" in quarantined(mirror)["f"]


@pytest.mark.parametrize("size", ["4", "6"])
def test_an_exact_size_on_a_page_of_minutes_must_be_that_of_the_file(mirror, wrong, size):
    server = wrong(lambda handler, path: handler.page("f", size=size) if path == "/" else handler.say("12345"))
    assert "changes all the time" in quarantined(mirror)["f"]
    assert not (mirror.checkout / "f").exists()
    assert [path for _, path, _ in server.requests].count("/") == 3, "it is listed again, as when anything changes"


def test_a_stale_page_of_a_proxy_is_listed_again(mirror, wrong):
    sizes = iter(["4", "5", "5", "5"])
    wrong(lambda handler, path: handler.page("f", size=next(sizes)) if path == "/" else handler.say("12345"))
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "f").read_text() == "12345"


def test_a_file_of_another_exact_size_is_not_asked_about(mirror, wrong):
    content = [b"12345"]

    def answer(handler, path):
        if path == "/":
            return handler.page("f", size=str(len(content[0])))
        handler.say(content[0], ETag=f'"{len(content[0])}"', Last_Modified="Sat, 21 Nov 2020 14:44:07 GMT")
    server = wrong(answer)
    assert mirror.sync()["outcome"] == "published"
    content[0] = b"123456"
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "f").read_text() == "123456"
    fields = [fields for _, path, fields in server.requests if path == "/f"]
    assert len(fields) == 2 and not any("If-" in name for name in fields[1])


def test_an_upstream_that_changes_meanwhile_is_listed_again(mirror, wrong):
    listings = iter([1, 2, 2, 2])

    def answer(handler, path):
        if path == "/":
            return handler.say(json.dumps([{"name": "f", "type": "file", "mtime": "Sat, 21 Nov 2020 14:44:00 GMT",
                                            "size": next(listings)}]), kind="application/json")
        return handler.say("xx")
    wrong(answer)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "f").read_text() == "xx"


def test_a_truncated_page_is_no_listing(mirror, wrong):
    page = "<title>Index of /</title><h1>Index of /</h1><pre><a href=\"a\">a</a>   21-Nov-2020 14:44   1\n<a href=\"b"

    def answer(handler, path):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode())
        handler.close_connection = True
    wrong(answer)
    assert "cut short" in failed(mirror)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "/elsewhere/", "http://[::"])
def test_redirects_lead_nowhere_else(mirror, wrong, location):
    wrong(lambda handler, path: handler.say("", status=302, Location=location) if path == "/" else handler.page())
    assert "redirects" in failed(mirror)


def test_a_redirect_to_another_host_is_followed_and_stayed_with(mirror, wrong):
    mirror.fill()
    other = Nginx(mirror.folder / "server", mirror.upstream)
    mirror.servers.append(other)
    server = wrong(lambda handler, path: handler.say("", status=302, Location=other.url))
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert len(server.requests) == 1


def test_what_comes_compressed_unasked_is_refused(mirror, wrong):
    bomb = b"\x1f\x8b" + bytes(1000)
    wrong(lambda handler, path: handler.page(Content_Encoding="gzip"))
    assert "compressed" in failed(mirror)
    wrong(lambda handler, path: handler.page("f", size=len(bomb)) if path == "/" else
          handler.say(bomb, Content_Encoding="gzip"))
    assert "compressed" in quarantined(mirror)["f"]


def test_passing_trouble_is_passed_over(mirror, wrong):
    times = collections.Counter()

    def answer(handler, path):
        times[path] += 1
        if times[path] == 1:
            return handler.say("", status=503, Retry_After="1")
        if times[path] == 2 and path == "/f":
            handler.say(b"x", length=5)
            handler.close_connection = True
            return None
        return handler.page("f", size=5) if path == "/" else handler.say("hello")
    wrong(answer, "retries = 5")
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "f").read_text() == "hello" and times == {"/": 3, "/f": 3}


def test_a_part_of_another_file_is_not_gone_on_with(mirror, wrong):
    old, new = random.Random(3).randbytes(4 << 20), random.Random(4).randbytes(4 << 20)
    state = {"content": old}

    def answer(handler, path):
        if path == "/":
            return handler.say(json.dumps([{"name": "f", "type": "file", "mtime": "Sat, 21 Nov 2020 14:44:00 GMT",
                                            "size": 4 << 20}]), kind="application/json")
        if state["content"] is old:
            state["content"] = new
            handler.say(old[:3 << 20], length=4 << 20, ETag='"old"')
            handler.close_connection = True
            return None
        assert handler.headers["If-Range"] == '"old"' and handler.headers["Range"].startswith("bytes=")
        return handler.say(new, ETag='"new"')
    wrong(answer, "retries = 5")
    assert mirror.sync()["outcome"] == "published"
    assert hashlib.sha256((mirror.checkout / "f").read_bytes()).digest() == hashlib.sha256(new).digest()


@pytest.mark.parametrize("field", ["bytes 0-9/10", "bytes 5-8/10", "bytes 5-9/99", "nonsense", None])
def test_parts_that_were_not_asked_for_are_refused(mirror, wrong, field):
    content = random.Random(5).randbytes(4 << 20)
    state = {"cut": False}

    def answer(handler, path):
        if path == "/":
            return handler.page("f", size=4 << 20)
        if not state["cut"]:
            state["cut"] = True
            handler.say(content[:3 << 20], length=4 << 20, ETag='"x"')
            handler.close_connection = True
            return None
        if "Range" in handler.headers:
            return handler.say(b"wrong", status=206, ETag='"x"', **({"Content_Range": field} if field else {}))
        return handler.say(content, ETag='"x"')
    wrong(answer, "retries = 5")
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "f").read_bytes() == content


def test_what_its_way_damaged_comes_anew(mirror, wrong):
    """Its list is nobody's order, and tells enough to look twice."""
    good, sums = b"x" * 1000, hashlib.sha256(b"x" * 1000).hexdigest() + "  a.iso\n"
    bodies = iter([b"x" * 999 + b"y"])

    def answer(handler, path):
        if path == "/":
            handler.page("SHA256SUMS", "a.iso")
        elif path == "/SHA256SUMS":
            handler.say(sums, Last_Modified="Sat, 21 Nov 2020 14:44:00 GMT")
        else:
            handler.say(next(bodies, good), Last_Modified="Sat, 21 Nov 2020 14:44:00 GMT")
    wrong(answer)
    report = mirror.sync(status=3)
    assert [item["path"] for item in report["quarantined"]] == ["a.iso"], report
    assert "a.iso".encode() not in tree_of(mirror.checkout)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["warnings"] == []
    assert tree_of(mirror.checkout)[b"a.iso"][-1] == good


class Moving:
    """Replaces both of its files each time that one of them came, for so many times."""

    def __init__(self, times):
        self.version, self.times = 1, times

    def answer(self, handler, path):
        if path == "/":
            rows = "".join(f'<a href="{name}">{name}</a>   21-Nov-2020 14:{self.version:02}   12\n' for name in ("a", "b"))
            handler.say(f'<title>Index of /</title><h1>Index of /</h1><pre><a href="../">../</a>\n{rows}</pre>',
                        kind="text/html")
            return
        handler.say(f"{path[1:]}{self.version}".ljust(12), Last_Modified=f"Sat, 21 Nov 2020 14:{self.version:02}:00 GMT")
        if path == "/a" and self.version <= self.times:
            self.version += 1


def test_a_tree_that_changes_while_it_is_fetched_is_no_mix(mirror, wrong):
    wrong(Moving(1).answer, "retries = 1\nconnections = 1")
    assert mirror.sync()["outcome"] == "published"
    shown = {name: entry[-1].strip() for name, entry in tree_of(mirror.checkout).items()}
    assert shown == {b"a": b"a2", b"b": b"b2"}


def test_a_tree_that_always_changes_waits(mirror, wrong):
    wrong(Moving(50).answer, "retries = 1\nconnections = 1")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "changes all the time" in report["held_reason"]
