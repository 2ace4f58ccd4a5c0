"""What a node tells others: what became of one generation until another, and when it knows no more of that."""
import hashlib
import json
import random
import subprocess
import time
import urllib.parse

from support.raw_http import ask
from support.waiting import wait_for


def head(server, tree="tree"):
    return json.loads(ask(server, f"/-/trees/{tree}/head").body)


def manifest(server):
    packed = ask(server, "/-/trees/tree/manifest").body
    return subprocess.run(["zstd", "-dc"], input=packed, capture_output=True, check=True).stdout.splitlines()


def changes(server, since, lineage, **more):
    words = "".join(f"&{key}={value}" for key, value in more.items())
    return ask(server, f"/-/trees/tree/changes?since={since}&lineage={lineage}{words}")


def path_of(line):
    return urllib.parse.unquote_to_bytes(json.loads(line)["path"])


def after(lines, changed):
    """As doc/node-protocol.md says, and no more than that."""
    kept = {path_of(line): line for line in lines}
    for line in changed.splitlines():
        op = json.loads(line).pop("op")
        if op == "drop":
            del kept[path_of(line)]
        else:
            kept[path_of(line)] = line.replace(b'"op":"put",', b"", 1)
    return [kept[path] for path in sorted(kept)]


def digest(lines):
    return hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()


def test_each_generation_leads_to_each_later_one(mirror):
    dice = random.Random(7)
    mirror.configure('history = "30d"\nmax_delete = "100%"')
    names = [f"{folder}/{name}" for folder in ("a", "b/c", "d e%") for name in ("one", "two\n", "three", "é")]
    heads, lines = [], {}
    server = None
    for number in range(1, 8):
        for name in names:
            if dice.random() < 0.4:
                mirror.write(name, str(dice.random()), mode=dice.choice([0o644, 0o600]))
            elif dice.random() < 0.2:
                (mirror.upstream / name).unlink(missing_ok=True)
        assert mirror.sync()["generation"] == number
        server = server or mirror.serve()
        heads.append(head(server))
        lines[number] = manifest(server)
        assert digest(lines[number]) == heads[-1]["manifest_sha256"]
    lineage = heads[-1]["lineage"]
    for since in range(1, 8):
        for upto in range(since, 8):
            answer = changes(server, since, lineage, upto=upto)
            assert answer.status == 200 and answer["ETag"]
            assert digest(after(lines[since], answer.body)) == heads[upto - 1]["manifest_sha256"], (since, upto)
            assert (answer.body == b"") == (since == upto)
            paths = [path_of(line) for line in answer.body.splitlines()]
            assert paths == sorted(set(paths))
    now = changes(server, 3, lineage)
    assert now.body == changes(server, 3, lineage, upto=7).body
    again = ask(server, f"/-/trees/tree/changes?since=3&lineage={lineage}", f"If-None-Match: {now['ETag']}")
    assert again.status == 304


def test_what_is_not_known_is_told(mirror):
    mirror.write("a", "1")
    mirror.sync()
    server = mirror.serve()
    lineage = head(server)["lineage"]
    for since, whose in ((0, lineage), (2, lineage), (1, "0" * 32), (1, "x")):
        assert changes(server, since, whose).status == 410, (since, whose)
    assert changes(server, 1, lineage, upto=2).status == 410
    for query in ("", "?since=1", f"?lineage={lineage}", f"?since=x&lineage={lineage}",
                  f"?since=1&lineage={lineage}&upto=-1", f"?since=1&since=&lineage={lineage}"):
        assert ask(server, "/-/trees/tree/changes" + query).status == 400, query
    assert ask(server, f"/-/trees/other/changes?since=1&lineage={lineage}").status == 404


def test_what_is_forgotten_is_known_no_more(mirror):
    mirror.configure('history = "0s"\ngrace = "0s"\nkeep_generations = 1')
    for number in range(3):
        mirror.write("a", str(number))
        mirror.sync()
        then = int(time.time())
        wait_for(lambda: int(time.time()) > then, "another second")
    server = mirror.serve()
    assert changes(server, 1, head(server)["lineage"]).status == 410


def test_a_rollback_is_a_change_like_others(mirror):
    mirror.write("a", "1")
    mirror.sync()
    server = mirror.serve()
    first = manifest(server)
    mirror.write("b", "2")
    mirror.sync()
    second = manifest(server)
    mirror.good("rollback", "tree")
    now = head(server)
    assert now["generation"] == 3
    for since, lines in ((1, first), (2, second)):
        assert digest(after(lines, changes(server, since, now["lineage"]).body)) == now["manifest_sha256"]


def test_pages_tell_where_the_head_is(mirror):
    """Wherever a proxy shows them, so relative to the page that was asked for."""
    mirror.write("a/b/c", "1")
    (mirror.upstream / "link").symlink_to("a/b")
    mirror.sync()
    server = mirror.serve()
    for page in ("/tree/", "/tree/a/", "/tree/a/b/", "/tree/link/", "/tree/a/?format=json"):
        where, relation = ask(server, page)["Link"].split("; ")
        assert relation == 'rel="urn:mirrorseed:head"' and where[0] + where[-1] == "<>"
        below_prefix = urllib.parse.urljoin("http://host/prefix" + page, where[1:-1])
        assert below_prefix == "http://host/prefix/-/trees/tree/head", (page, where)
        assert ask(server, urllib.parse.urljoin("http://host" + page, where[1:-1])[11:]).status == 200
    assert ask(server, "/")["Link"] is None and "head" not in ask(server, "/tree/a/b/c")["Link"]
