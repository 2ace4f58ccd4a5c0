"""`serve DIR`: a folder as it is, without config and store."""
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
