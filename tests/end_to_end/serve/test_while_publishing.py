"""A server while something new is published."""
import http.client
import os


def test_a_separate_server_sees_a_publish_within_a_second(mirror):
    mirror.write("f", "one")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/f")[2] == b"one"
    mirror.write("f", "two, longer")
    mirror.sync()
    assert server.get("/tree/f")[2] == b"two, longer"


def test_a_download_ends_with_the_bytes_that_it_began_with(mirror):
    old = os.urandom(30 << 20)
    mirror.write("big", old)
    mirror.sync()
    server = mirror.serve()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/tree/big")
    answer = connection.getresponse()
    begun = answer.read(1000)
    mirror.write("big", "new and short")
    assert mirror.sync("--allow-deletes")["outcome"] == "published"
    assert begun + answer.read() == old
    assert server.get("/tree/big")[2] == b"new and short"
