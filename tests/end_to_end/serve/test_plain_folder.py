"""`serve DIR`: a folder as it is, without config and store."""
import json
import os

from support.server import Server


def test_plain_folders_are_served_without_a_store(mirror):
    mirror.write("a b/f.txt", "x" * 100)
    os.symlink("/etc", mirror.upstream / "out")
    server = Server("serve", mirror.upstream, "--listen", "127.0.0.1:0")
    try:
        status, headers, body = server.get("/a%20b/f.txt", Range="bytes=90-")
        assert status == 206 and body == b"x" * 10 and headers["ETag"].startswith('"')
        assert headers["Repr-Digest"] is None
        assert server.get("/out/passwd")[0] == 404 and server.get("/%2e%2e/")[0] in (400, 404)
        assert server.get("/a%20b")[0] == 200  # urllib follows the redirect to the listing
        assert [item["name"] for item in server.json("/?format=json")] == ["a b", "out"]
    finally:
        assert server.stop() == 0


def test_a_listing_does_not_tell_where_links_lead_that_leave(tmp_path):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "file").write_text("text")
    inside = {"sub/up": "../file", "sub/dangling": "nothing", "sub/round": "round", "sub/back": "../sub/../file"}
    outside = {"sub/absolute": "/etc/hidden-name", "sub/out": "../../hidden-name", "sub/by": "out/hidden-name",
               "sub/far": "../sub/../../root/hidden-name"}
    for name, target in {**inside, **outside}.items():
        os.symlink(target, root / name)
    server = Server("serve", root, "--listen", "127.0.0.1:0")
    try:
        body = server.get("/sub/?format=json")[2]
        links = {f"sub/{item['name']}": item for item in json.loads(body)}
        assert {name: item["target"] for name, item in links.items() if name in inside} == inside
        assert all(links[name]["type"] == "symlink" and "target" not in links[name] for name in outside)
        assert b"hidden-name" not in body + server.get("/sub/")[2]
    finally:
        assert server.stop() == 0
