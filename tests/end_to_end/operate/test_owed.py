"""Whoever is to be told of a generation is told of it at least once and in order, whatever happens between."""
import hashlib
import http.server
import json
import os
import sqlite3
import threading

import pytest

from support.kills import kill_at


@pytest.fixture
def hook(mirror):
    """A program that writes down the generation and what changed, unless a file says what becomes of it."""
    class Hook:
        diary = mirror.folder / "diary"

        def make(self, name):
            path = mirror.folder / name
            path.write_text(f"""#!/bin/sh
echo {name} $MIRRORSEED_GENERATION $(tr '\\0' ' ' < $MIRRORSEED_CHANGES) >> {self.diary}
test ! -e {mirror.folder}/kill-us || kill -9 $PPID
test ! -e {path}-fails
""")
            path.chmod(0o755)
            return str(path)

        def read(self):
            lines = self.diary.read_text().splitlines() if self.diary.exists() else []
            self.diary.unlink(missing_ok=True)
            return lines

        def fails(self, name, does=True):
            flag = mirror.folder / f"{name}-fails"
            flag.touch() if does else flag.unlink()

    return Hook()


def steps(report, key="unfinished"):
    return [(item["generation"], item["step"]) for item in report[key]]


def owed(mirror):
    tree, = mirror.json("status")["trees"]
    return [(item["generation"], item["step"], item["tries"], item["given_up"]) for item in tree["unfinished"]
            if item["step"] in ("hooks", "notify")]


def published(mirror, number, status=0):
    mirror.write("file", "x" * number)
    report = mirror.sync(status=status)
    assert (report["outcome"], report["generation"]) == ("published", number)
    return report


def test_a_hook_that_is_killed_half_way_runs_again_and_first(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one'), hook.make('two')])}")
    published(mirror, 1)
    assert hook.read() == ["one 1 +file", "two 1 +file"]
    (mirror.folder / "kill-us").touch()
    mirror.write("file", "22")
    assert mirror.run("sync").returncode < 0
    assert hook.read() == ["one 2 ~file"] and owed(mirror) == [(2, "hooks", 1, False)]
    (mirror.folder / "kill-us").unlink()
    mirror.write("other", "3")
    report = mirror.sync()
    assert report["generation"] == 3 and steps(report, "caught_up") == [(2, "hooks")] and report["unfinished"] == []
    assert hook.read() == ["one 2 ~file", "two 2 ~file", "one 3 +other", "two 3 +other"]
    assert owed(mirror) == []


def test_a_kill_between_the_commit_and_the_hook_loses_no_hook(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 1)
    hook.read()
    mirror.write("file", "22")
    number = 1  # one of them is the first behind the commit
    while kill_at(mirror, "mkdir", number, "sync") and not owed(mirror):
        number += 1
    # Before the hook is tried, or when that was noted and nothing of it had run yet.
    assert hook.read() == [] and owed(mirror) in ([(2, "hooks", 0, False)], [(2, "hooks", 1, False)])
    number = 1
    while kill_at(mirror, "mkdir", number, "sync") and owed(mirror)[0][2] == 0:
        number += 1
    assert hook.read() == [] and owed(mirror) == [(2, "hooks", 1, False)], "where the folder with what changed is made"
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and steps(report, "caught_up")[-1] == (2, "hooks")
    assert hook.read() == ["one 2 ~file"]
    mirror.sync()
    assert hook.read() == []


def test_a_hook_that_fails_runs_again_alone_and_holds_up_its_own_later_ones(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('good'), hook.make('bad')])}")
    hook.fails("bad")
    report = published(mirror, 1, status=3)
    assert steps(report) == [(1, "hooks")] and "bad ended with status 1" in report["unfinished"][0]["error"]
    assert hook.read() == ["good 1 +file", "bad 1 +file"]
    report = published(mirror, 2, status=3)
    assert steps(report) == [(1, "hooks"), (2, "hooks")]
    assert "waits for an earlier" in report["unfinished"][1]["error"]
    assert hook.read() == ["bad 1 +file", "good 2 ~file"]
    assert "hooks of generation 1: unfinished after 2 tries: " in mirror.good("status").stdout
    hook.fails("bad", False)
    assert steps(mirror.sync(), "caught_up") == [(1, "hooks"), (2, "hooks")]
    assert hook.read() == ["bad 1 +file", "bad 2 ~file"]


def test_a_hook_that_always_fails_is_given_up_and_the_next_generation_is_told(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    hook.fails("one")
    for number in (1, 2):
        published(mirror, number, status=3)
    for _ in range(8):
        mirror.sync(status=3)
    assert owed(mirror) == [(1, "hooks", 10, False), (2, "hooks", 0, False)]
    hook.read()
    report = mirror.sync(status=3)
    assert "given up after 10 tries: " in report["unfinished"][0]["error"]
    assert hook.read() == ["one 2 ~file"] and owed(mirror) == [(1, "hooks", 10, True), (2, "hooks", 1, False)]
    assert "hooks of generation 1: given up after 10 tries: " in mirror.good("status").stdout
    hook.fails("one", False)
    mirror.sync()
    assert hook.read() == ["one 2 ~file"] and owed(mirror) == []


def test_what_is_owed_never_piles_up(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 1)
    with sqlite3.connect(mirror.store / "catalogue.db") as database:
        database.executemany("insert into owed(tree, generation, step) values(1, ?, 'hooks')",
                             [(number,) for number in range(2, 40)])
        database.execute("update trees set generation = 39")
        database.execute("update generations set number = 39")
        database.execute("update entries set since = 39")
    database.close()
    hook.fails("one")
    hook.read()
    mirror.sync(status=3)
    left = owed(mirror)
    assert [number for number, _, _, given_up in left if not given_up] == list(range(20, 40))
    assert [number for number, _, _, given_up in left if given_up] == [19], "the newest of them is told of"


def test_what_is_owed_is_told_by_the_config_of_the_day(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('old'), hook.make('kept')])}")
    hook.fails("old")
    hook.fails("kept")
    published(mirror, 1, status=3)
    hook.read()
    hook.fails("kept", False)
    mirror.configure(f"on_publish = {json.dumps([hook.make('new'), hook.make('kept')])}")
    assert steps(mirror.sync(), "caught_up") == [(1, "hooks")]
    assert hook.read() == ["new 1 +file", "kept 1 +file"]
    hook.fails("new")
    published(mirror, 2, status=3)
    mirror.configure()
    report = mirror.sync()
    assert report["unfinished"] == [] and report["caught_up"] == [] and owed(mirror) == []


def test_a_publish_is_told_although_its_checkout_fails(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('published')])}\non_failure = {json.dumps([hook.make('failed')])}")
    mirror.store.mkdir()
    (mirror.store / "blobs/sha256").mkdir(parents=True)
    (mirror.store / "trees").mkdir()
    mirror.checkout.write_text("in the way")
    assert steps(published(mirror, 1, status=3)) == [(1, "checkout")]
    assert hook.read() == ["published 1 +file"]


def test_paused_trees_are_told_too_and_history_waits_for_it(mirror, hook):
    mirror.configure(f"keep_generations = 1\nhistory = \"0\"\ngrace = \"0\"\non_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 1)
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 2)
    hook.fails("one")
    mirror.json("rollback", "tree", "1", status=3)
    hook.read()
    hook.fails("one", False)
    report = mirror.sync()
    assert "paused" in report["note"] and steps(report, "caught_up") == [(3, "hooks")]
    assert hook.read() == ["one 3 ~file"]
    mirror.configure(f"keep_generations = 1\nhistory = \"0\"\ngrace = \"0\"\non_publish = {json.dumps([hook.make('one')])}")
    hook.fails("one")
    mirror.write("file", "4444")
    mirror.sync("tree", status=3)
    hook.fails("one", False)
    hook.read()
    mirror.sync()
    assert hook.read() == ["one 4 ~file"]


def test_a_withdrawal_is_told(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 1)
    mirror.write("bad", "bad")
    mirror.sync()
    hook.read()
    digest = hashlib.sha256(b"bad").hexdigest()
    assert mirror.json("withdraw", digest)["unfinished"] == []
    assert hook.read() == ["one 3 -bad"]


def test_a_lost_catalogue_tells_of_the_newest_again(mirror, hook):
    mirror.configure(f"on_publish = {json.dumps([hook.make('one')])}")
    published(mirror, 1)
    published(mirror, 2)
    hook.read()
    for name in os.listdir(mirror.store):
        if name.startswith("catalogue.db"):
            os.unlink(mirror.store / name)
    mirror.good("recover")
    mirror.sync()
    assert hook.read() == ["one 2 ~file"]


def test_nodes_are_woken_for_each_generation(mirror):
    asked, answers = [], []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_response(answers.pop(0) if answers else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mirror.configure(f'notify = ["http://127.0.0.1:{server.server_port}/wake"]')
    answers += [503, 503]
    assert steps(published(mirror, 1, status=3)) == [(1, "notify")]
    assert steps(published(mirror, 2, status=3)) == [(1, "notify"), (2, "notify")]
    assert len(asked) == 2, "the first of them alone"
    assert steps(mirror.sync(), "caught_up") == [(1, "notify"), (2, "notify")]
    mirror.sync()
    server.shutdown()
    assert len(asked) == 4
