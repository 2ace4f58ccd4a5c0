"""A tree's upstream has something new, and somebody says so by HTTP."""
import os
import urllib.error
import urllib.request

import pytest

from support.people import let_everybody_pass
from support.slow_upstream import SlowUpstream
from support.waiting import wait_for

TOKEN = "a token"


def post(server, path, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(server.url + path, data=b"", headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.fixture
def with_token(mirror):
    (mirror.folder / "token").write_text(TOKEN + "\n")

    def configure(*arguments, user=None, **options):
        mirror.configure(*arguments, **options)
        more = f'admin_token_file = "{mirror.folder}/token"\n' + (f'user = "{user}"\n' if user else "")
        mirror.config.write_text(mirror.config.read_text().replace("[server]\n", f"[server]\n{more}", 1))
    configure('schedule = "manual"')
    return configure


def test_a_push_is_obeyed(mirror, with_token):
    mirror.write("a", "one")
    mirror.sync("tree")
    keeper = mirror.keep()
    mirror.write("a", "another")
    assert post(keeper, "/-/trees/tree/sync") == 202
    wait_for(lambda: keeper.get("/tree/a")[2] == b"another", "the sync")


def test_only_who_has_the_token_pushes(mirror, with_token):
    keeper = mirror.keep()
    assert post(keeper, "/-/trees/tree/sync", None) == 401
    assert post(keeper, "/-/trees/tree/sync", "guessed") == 403
    assert post(keeper, "/-/trees/none/sync") == 404
    assert keeper.get("/-/trees/tree/sync")[0] == 405
    assert mirror.json("status")["trees"][0]["last_run"] is None


def test_without_a_token_nobody_pushes(mirror):
    keeper = mirror.keep()
    assert post(keeper, "/-/trees/tree/sync", None) == 401
    assert post(keeper, "/-/trees/tree/sync", "") in (401, 403)


@pytest.mark.parametrize("user", ["", "nobody"])
def test_a_server_without_a_keeper_does_not_pretend(mirror, with_token, user):
    assert os.geteuid() == 0
    with_token('schedule = "manual"', user=user)
    let_everybody_pass(mirror.config)
    mirror.sync("tree")
    assert post(mirror.serve(), "/-/trees/tree/sync") == 503


def test_pushes_during_a_run_lead_to_one_more(mirror, with_token):
    with SlowUpstream() as upstream:
        with_token('schedule = "manual"', upstream.url)
        keeper = mirror.keep()
        assert post(keeper, "/-/trees/tree/sync") == 202
        assert upstream.is_asked.wait(20)
        for _ in range(10):
            assert post(keeper, "/-/trees/tree/sync") == 202
        wait_for(lambda: keeper.json("/-/status.json")["queue"] == {"running": 1, "waiting": 1}, "the one that waits")
        upstream.may_give.set()
        wait_for(lambda: keeper.json("/-/status.json")["queue"] == {"running": 0, "waiting": 0}, "the end of both")
    assert keeper.read_log().count("sync begins") == 2


def test_a_push_does_not_end_a_pause(mirror, with_token):
    for content in ("one", "another, longer"):
        mirror.write("a", content)
        mirror.sync("tree")
    keeper = mirror.keep()
    mirror.good("rollback", "tree")
    assert post(keeper, "/-/trees/tree/sync") == 202
    wait_for(lambda: "sync ends" in keeper.read_log(), "the push's end")
    assert keeper.get("/tree/a")[2] == b"one"
    assert mirror.json("status")["trees"][0]["paused"]
