"""Files that a tree chose not to hold, and that are brought when somebody asks."""
import contextlib
import hashlib
import os
import shutil
import signal
import threading
import time

import pytest

from support.apt import Apt
from support.debian_archive import select
from support.processes import children_of
from support.raw_http import Wire, ask, request
from support.store import blob_of, blobs_in
from support.web_servers import Nginx
from support.waiting import wait_for


def fetching(mirror, archive, key, kind="file", debian='packages = "none"', **tree):
    if kind == "http":
        mirror.nginx = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    select(mirror, key, debian, missing='"fetch"', **tree)
    mirror.sync()


def path_of(name):
    return f"/tree/pool/main/{name[0]}/{name}/{name}_1.0_amd64.deb"


@pytest.mark.parametrize("kind", ["file", "http"])
def test_apt_has_a_cache_of_the_whole_archive(mirror, archive, key, tmp_path, kind):
    archive.package("a", depends="b")
    archive.package("b")
    archive.publish()
    fetching(mirror, archive, key, kind)
    keeper = mirror.keep()
    apt = Apt(tmp_path / "apt", f"deb [signed-by={key.keyring}] {keeper.url}/tree stable main\n")
    apt.get("update")
    apt.get("install", "--download-only", "-y", "a")
    assert len(list((tmp_path / "apt/cache/archives").glob("*.deb"))) == 2
    (mirror.upstream / "pool/main/a/a/a_1.0_amd64.deb").unlink()
    answer = ask(keeper, path_of("a"))
    digest = hashlib.sha256(answer.body).hexdigest()
    assert answer.status == 200 and answer["ETag"] == f'"{digest}"', "it is kept, and as good as any file"
    assert ask(keeper, path_of("a"), "Range: bytes=0-9").body == answer.body[:10]
    assert mirror.sync()["outcome"] == "unchanged"


def test_one_fetch_for_all_who_ask(mirror, archive, key):
    archive.package("a", size=3_000_000)
    archive.publish()
    fetching(mirror, archive, key, "http")
    keeper = mirror.keep()
    before = mirror.nginx.log.read_text().count(".deb")
    bodies = []
    threads = [threading.Thread(target=lambda: bodies.append(ask(keeper, path_of("a")).body)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(bodies)) == 1 and bodies[0] == (mirror.upstream / path_of("a")[6:]).read_bytes()
    gets = [line for line in mirror.nginx.log.read_text().splitlines() if ".deb" in line and "GET" in line]
    assert len(gets) == 1, (before, gets)


def test_head_fetches_nothing(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    keeper = mirror.keep()
    size = (mirror.upstream / path_of("a")[6:]).stat().st_size
    here = blobs_in(mirror)
    answer = ask(keeper, path_of("a"), method="HEAD")
    assert answer.status == 200 and answer["Content-Length"] == str(size) and answer["Cache-Control"] == "no-store"
    assert not {"etag", "last-modified", "repr-digest", "accept-ranges"} & set(answer.fields)
    assert blobs_in(mirror) == here


def test_what_no_metadata_names_is_not_asked_for(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key, "http")
    mirror.write("secret", "nobody names it")
    keeper = mirror.keep()
    for path in ("/tree/secret", "/tree/pool/main/a/a/", "/tree/pool/main/x/x.deb", path_of("a") + "/"):
        assert ask(keeper, path).status == 404
    asked_for = mirror.nginx.log.read_text()
    assert "secret" not in asked_for and "x.deb" not in asked_for and "a_1.0" not in asked_for


@pytest.mark.parametrize("change, status", [(lambda data: data[:-1] + b"?", 503), (lambda data: data[:-1], 503), (None, 404)])
def test_what_is_another_reaches_nobody(mirror, archive, key, change, status):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    path = path_of("a")[6:]
    archive.drop(path) if change is None else archive.edit(path, change)
    keeper = mirror.keep()
    here = blobs_in(mirror)
    answer = ask(keeper, path_of("a"))
    assert answer.status == status and blobs_in(mirror) == here
    assert "tree: pool/main/a/a/a_1.0_amd64.deb: " in keeper.read_log()


def test_the_budget_keeps_what_was_used_last(mirror, archive, key):
    for name in "abc":
        archive.package(name, size=100_000)
    archive.publish()
    fetching(mirror, archive, key, missing_budget='"300 KiB"')
    keeper = mirror.keep()
    contents = {}
    for name in "abc":
        answer = ask(keeper, path_of(name))
        assert answer.status == 200
        contents[name] = hashlib.sha256(answer.body).hexdigest()
    wait_for(lambda: contents["a"] not in blobs_in(mirror), "gc")
    assert contents["b"] in blobs_in(mirror) and contents["c"] in blobs_in(mirror)
    assert ask(keeper, path_of("a")).status == 200
    mirror.configure(mirror.options.replace('missing = "fetch"', 'missing = "not-found"'))
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: ask(keeper, path_of("a")).status == 404, "the reload")
    mirror.good("gc")
    assert not set(contents.values()) & blobs_in(mirror), "what is switched off keeps nothing"


def test_a_server_without_a_keeper_brings_nothing(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    assert ask(mirror.serve(), path_of("a")).status == 404


def test_a_withdrawn_content_does_not_come_back(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    keeper = mirror.keep()
    digest = hashlib.sha256(ask(keeper, path_of("a")).body).hexdigest()
    mirror.good("withdraw", digest)
    assert ask(keeper, path_of("a")).status == 404
    assert digest not in blobs_in(mirror)


def test_gc_verify_and_rollback_beside(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    keeper = mirror.keep()
    whole = ask(keeper, path_of("a")).body
    assert mirror.json("gc")
    assert ask(keeper, path_of("a")).body == whole
    assert mirror.json("verify")["damaged"] == []
    archive.package("b")
    archive.publish()
    mirror.sync()
    assert ask(keeper, path_of("b")).status == 200
    mirror.good("rollback", "tree")
    assert ask(keeper, path_of("b")).status == 404 and ask(keeper, path_of("a")).body == whole


@contextlib.contextmanager
def silent(web_server):
    """It takes connections and answers nothing."""
    everybody = [*children_of(web_server.process.pid), web_server.process.pid]
    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)


def test_who_waits_is_answered_when_the_server_stops(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key, "http")
    keeper = mirror.keep()
    with silent(mirror.nginx), Wire(keeper) as wire:
        wire.send(request(path_of("a")))
        time.sleep(0.5)
        keeper.process.send_signal(signal.SIGTERM)
        answer = wire.answer()
        assert answer.status == 503 and answer["Retry-After"]
        keeper.process.wait(timeout=30)


def test_who_waits_too_long_is_told_to_come_again(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key, "http", timeout='"1s"', retries="0")
    keeper = mirror.keep()
    with silent(mirror.nginx):
        answer = ask(keeper, path_of("a"))
        assert answer.status == 503 and answer["Retry-After"]
    wait_for(lambda: ask(keeper, path_of("a")).status == 200, "the upstream again")


def test_a_file_of_two_trees_comes_whole_to_both(mirror, archive, key):
    """Both have it brought at the same time, one of them by an upstream whose bytes are others."""
    archive.package("a", size=3_000_000)
    archive.publish()
    bad = mirror.folder / "bad"
    shutil.copytree(mirror.upstream, bad)
    path = path_of("a")[6:]
    content = (mirror.upstream / path).read_bytes()
    (bad / path).write_bytes(b"E" * len(content))
    fetching(mirror, archive, key)
    text = mirror.config.read_text()
    tree = text[text.index("[[tree]]"):]
    mirror.config.write_text(text + tree.replace('name = "tree"', 'name = "bad"').replace(str(mirror.upstream), str(bad)))
    mirror.good("sync")
    keeper = mirror.keep()
    answers = []
    threads = [threading.Thread(target=lambda tree=tree: answers.append(ask(keeper, f"/{tree}/{path}")))
               for tree in ("bad", "tree", "bad", "tree")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.body for answer in answers if answer.status == 200} == {content}


def test_a_withdrawal_waits_for_no_download(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key, "http")
    digest = hashlib.sha256((mirror.upstream / path_of("a")[6:]).read_bytes()).hexdigest()
    keeper = mirror.keep()
    with silent(mirror.nginx), Wire(keeper) as wire:
        wire.send(request(path_of("a")))
        time.sleep(0.5)
        mirror.good("withdraw", digest)
        assert wire.answer().status == 404


def test_a_damaged_one_comes_again(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key)
    keeper = mirror.keep()
    whole = ask(keeper, path_of("a")).body
    keeper.stop()
    blob = blob_of(mirror, whole)
    blob.chmod(0o644)
    blob.write_bytes(b"x" * len(whole))
    mirror.json("verify", status=3)
    keeper = mirror.keep()
    assert ask(keeper, path_of("a")).body == whole
    assert mirror.json("verify")["damaged"] == []


def test_head_promises_nothing_that_cannot_be_had(mirror, archive, key):
    archive.package("a", size=300_000)
    archive.package("b")
    archive.publish()
    fetching(mirror, archive, key, missing_budget='"200 KiB"')
    assert ask(mirror.serve(), path_of("b"), method="HEAD").status == 404
    keeper = mirror.keep()
    for method in ("HEAD", "GET"):
        assert ask(keeper, path_of("a"), method=method).status == 404
    assert ask(keeper, path_of("b"), method="HEAD").status == 200
    archive.drop("pool/main/b/b/b_1.0_amd64.deb")
    assert ask(keeper, path_of("b")).status == 404
    assert ask(keeper, path_of("b"), method="HEAD").status == 404


def test_an_upstream_that_is_away_is_told_of(mirror, archive, key):
    archive.package("a")
    archive.publish()
    fetching(mirror, archive, key, "http", retries="0")
    keeper = mirror.keep()
    mirror.nginx.stop()
    assert ask(keeper, path_of("a")).status == 503
    assert "tree: pool/main/a/a/a_1.0_amd64.deb: " in keeper.read_log()
    assert "gc begins" not in keeper.read_log(), "there is room enough"
