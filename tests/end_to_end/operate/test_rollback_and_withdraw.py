"""What an operator does: roll back, withdraw, adopt, verify, collect, recover, look."""
import hashlib
import json
import os
import pathlib

from support.program import run_program
from support.store import blob_of
from support.trees import tree_of


def two_generations(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 9')
    mirror.write("kept", "kept")
    mirror.write("changed", "before")
    mirror.write("removed", "removed")
    mirror.sync()
    first = tree_of(mirror.checkout)
    mirror.write("changed", "after, longer")
    os.unlink(mirror.upstream / "removed")
    mirror.write("added", "added")
    mirror.sync()
    return first


def test_rollback_publishes_the_earlier_state_as_a_new_generation_and_pauses(mirror):
    first = two_generations(mirror)
    report = mirror.json("rollback", "tree")
    assert report["outcome"] == "published" and report["generation"] == 3
    assert tree_of(mirror.checkout) == first
    assert mirror.json("diff", "tree", 1, 3) == {"added": [], "changed": [], "removed": []}
    newest = mirror.json("history", "tree")[0]
    assert (newest["added"], newest["changed"], newest["removed"]) == (1, 1, 1)
    assert mirror.json("status")["trees"][0]["paused"]
    assert mirror.json("approve", "tree")["outcome"] == "unchanged"
    assert not mirror.json("status")["trees"][0]["paused"]
    assert mirror.sync()["generation"] == 4
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.json("rollback", "tree", 1)["generation"] == 5
    assert tree_of(mirror.checkout) == first
    done = mirror.run("rollback", "tree", 99)
    assert done.returncode == 1 and "no generation 99" in done.stderr


def test_a_withdrawn_content_goes_everywhere_and_is_refused_when_it_comes_again(mirror):
    two_generations(mirror)
    mirror.write("second-name", "kept", time=1)
    mirror.sync()
    digest = hashlib.sha256(b"kept").hexdigest()
    server = mirror.serve()
    assert server.get("/tree/kept")[0] == 200 and server.get(f"/-/blob/sha256/{digest}")[0] == 200
    assert mirror.run("withdraw", digest).returncode == 0
    assert not blob_of(mirror, b"kept").exists()
    for path in ("/tree/kept", "/tree/second-name", f"/-/blob/sha256/{digest}"):
        assert server.get(path)[0] == 404, path
    assert not (mirror.checkout / "kept").exists()
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and {i["path"] for i in report["left_out"]} == {"kept", "second-name"}
    assert mirror.json("rollback", "tree", 1)["outcome"] == "published"
    assert not (mirror.checkout / "kept").exists() and (mirror.checkout / "removed").exists()
    mirror.write("third-name", "kept")
    report = mirror.sync()
    assert "third-name" in {item["path"] for item in report["left_out"]}
    assert not blob_of(mirror, b"kept").exists()
    assert mirror.json("verify")["damaged"] == []


def test_gc_frees_what_no_kept_generation_needs(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 2\nhistory = "1s"\ngrace = "0"')
    for number in range(4):
        mirror.write("file", f"content {number}", time=1_600_000_000 + number)
        mirror.sync()
    report = mirror.json("gc")
    assert report["freed"] == {"files": 2, "bytes": 18} and report["kept"]["files"] == 2
    assert not blob_of(mirror, b"content 0").exists() and blob_of(mirror, b"content 2").exists()
    stray = mirror.store / "blobs/sha256/ab" / ("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("left by a crash")
    assert mirror.json("gc")["freed"]["files"] == 1 and not stray.exists()
    assert mirror.json("verify")["damaged"] == []
    done = mirror.run("rollback", "tree", 1)
    assert done.returncode == 1


def test_grace_keeps_the_bytes_of_what_was_just_dropped(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "1h"')
    mirror.write("file", "old")
    mirror.sync()
    mirror.write("file", "newer")
    mirror.sync()
    assert mirror.json("gc")["freed"]["files"] == 0


def test_verify_names_damage_and_repairs_it_from_the_upstream(mirror):
    mirror.write("good", "good")
    mirror.write("bad", "to be damaged")
    mirror.write("lost", "to be lost")
    mirror.sync()
    bad = blob_of(mirror, b"to be damaged")
    os.chmod(bad, 0o644)
    times = os.stat(bad)
    bad.write_text("to be DAMAGED")
    os.utime(bad, ns=(times.st_atime_ns, times.st_mtime_ns))
    blob_of(mirror, b"to be lost").unlink()
    report = mirror.json("verify", status=3)
    assert {item["path"] for item in report["damaged"]} == {"bad", "lost"} and report["checked"]["files"] == 3
    done = mirror.run("verify")
    assert "--repair" in done.stderr
    report = mirror.json("verify", "--repair")
    assert {item["path"] for item in report["repaired"]} == {"bad", "lost"} and report["damaged"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.json("verify")["damaged"] == []
    (mirror.upstream / "bad").unlink()
    blob_of(mirror, b"to be damaged").unlink()
    assert [item["path"] for item in mirror.json("verify", "--repair", status=3)["damaged"]] == ["bad"]


def test_verify_with_a_budget_goes_on_where_it_was_longest_ago(mirror):
    for number in range(10):
        mirror.write(f"f{number}", bytes([number]) * 1000)
    mirror.sync()
    for _ in range(5):
        assert mirror.json("verify", "--budget", "2000")["checked"]["files"] == 2


def test_adopt_shares_inodes_copies_nothing_and_warns_of_writers(mirror):
    plain = mirror.folder / "plain"
    (plain / "pool").mkdir(parents=True)
    (plain / "pool/a").write_text("a" * 5000)
    (plain / "b").write_text("b")
    (plain / "open-to-all").write_text("c")
    os.chmod(plain / "open-to-all", 0o666)
    os.symlink("pool/a", plain / "link")
    before = tree_of(plain)
    done = mirror.run("adopt", "tree", plain, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["outcome"] == "published" and report["transferred_bytes"] == 0
    assert "open-to-all" in done.stderr and "warning" in done.stderr
    assert tree_of(plain) == before == tree_of(mirror.checkout)
    for name in ("pool/a", "b", "open-to-all"):
        assert os.stat(plain / name).st_ino == os.stat(mirror.checkout / name).st_ino
    for name, content in (("pool/a", "a" * 5000), ("b", "b")):
        mirror.write(name, content, time=os.stat(plain / name).st_mtime)
    os.utime(mirror.upstream / "pool/a", ns=(1, os.stat(plain / "pool/a").st_mtime_ns))
    assert mirror.sync("--allow-deletes")["fetch"]["files"] <= 1


def test_adopt_by_a_relative_path_works_through_a_running_keeper(mirror):
    plain = mirror.folder / "plain"
    plain.mkdir()
    (plain / "f").write_text("f")
    mirror.configure('schedule = "manual"')
    mirror.keep()
    assert mirror.run("adopt", "tree", "plain", cwd=mirror.folder).returncode == 0
    assert (mirror.checkout / "f").read_text() == "f"


def test_recover_rebuilds_a_lost_and_a_damaged_catalogue(mirror):
    two_generations(mirror)
    mirror.write("secret", "secret", mode=0o600)
    mirror.sync()
    withdrawn = hashlib.sha256(b"added").hexdigest()
    mirror.good("withdraw", withdrawn)
    wanted = {command: mirror.json(*command) for command in
              (("history", "tree"), ("diff", "tree", "1", "4"), ("diff", "tree", "2", "3"))}
    shown = tree_of(mirror.checkout)
    for damage in (lambda file: file.unlink(), lambda file: file.write_bytes(b"garbage" * 1000),
                   lambda file: os.truncate(file, 5000)):
        for suffix in ("-wal", "-shm"):
            pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)
        damage(mirror.store / "catalogue.db")
        done = mirror.run("sync")
        assert done.returncode == 1 and "mirrorseed recover" in done.stderr, done.stderr
        mirror.good("recover")
        for command, report in wanted.items():
            again = mirror.json(*command)
            assert again == report, command
        assert tree_of(mirror.checkout) == shown
        assert mirror.sync()["outcome"] == "unchanged"
        assert mirror.json("verify")["damaged"] == []
        assert mirror.run("rollback", "tree", "4").returncode == 1


def test_recover_knows_which_generations_are_history_only(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 2\ngrace = "0"')
    for number in range(4):
        mirror.write("file", f"content {number}", time=1_600_000_000 + number)
        mirror.write("steady", "steady", time=1)
        mirror.sync()
    mirror.good("gc")
    history = mirror.json("history", "tree")
    assert [row["kept"] for row in history] == [True, True, False, False]
    blob_of(mirror, b"steady").unlink()
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    assert mirror.json("history", "tree") == history
    assert [item["path"] for item in mirror.json("verify", status=3)["damaged"]] == ["steady"]


def test_status_tells_of_each_state(mirror):
    mirror.write("f", "x")
    status = mirror.json("status")
    assert status["trees"][0]["state"] == "never" and status["trees"][0]["last_run"] is None
    mirror.sync()
    status = mirror.json("status")
    tree, = status["trees"]
    assert (tree["state"], tree["generation"], tree["files"], tree["bytes"], tree["lag_seconds"]) == ("idle", 1, 1, 1, 0)
    assert tree["last_run"]["outcome"] == "published" and status["store"]["blobs"] == 1
    os.rename(mirror.upstream, mirror.folder / "away")
    mirror.sync(status=1)
    tree, = mirror.json("status")["trees"]
    assert tree["state"] == "failed" and "upstream" in tree["last_run"]["error"]


def test_init_makes_a_store_and_a_config_that_is_good(tmp_path):
    done = run_program("init", tmp_path / "mirror")
    assert done.returncode == 0
    config = tmp_path / "mirror/mirrorseed.toml"
    assert run_program("-c", config, "check-config").returncode == 0
    assert (tmp_path / "mirror/catalogue.db").exists()
    assert run_program("status", cwd=tmp_path / "mirror").returncode == 0
    assert run_program("init", tmp_path / "mirror").returncode == 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thing").write_text("x")
    done = run_program("init", tmp_path / "other")
    assert done.returncode == 1 and "other things" in done.stderr


def test_keygen_makes_a_key_that_signs_heads(mirror):
    import base64
    import subprocess
    done = run_program("keygen", mirror.folder / "key")
    assert done.returncode == 0
    public = base64.b64decode(done.stdout.strip())
    assert len(public) == 32 and os.stat(mirror.folder / "key").st_mode & 0o777 == 0o600
    assert run_program("keygen", mirror.folder / "key").returncode == 1
    mirror.write("f", "x")
    text = mirror.config.read_text().replace("min_free", f'signing_key_file = "{mirror.folder}/key"\nmin_free')
    mirror.config.write_text(text)
    mirror.sync()
    head = mirror.serve().json("/-/trees/tree/head")
    message = "mirrorseed-head-1\n{lineage}\n{tree}\n{generation}\n{published}\n{manifest_sha256}\n".format(**head)
    for name, data in (("message", message.encode()), ("signature", base64.b64decode(head["signature"])),
                       ("public.der", bytes.fromhex("302a300506032b6570032100") + public)):
        (mirror.folder / name).write_bytes(data)
    check = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.der", "-keyform", "DER",
                            "-rawin", "-in", "message", "-sigfile", "signature"], cwd=mirror.folder,
                           capture_output=True, text=True)
    assert check.returncode == 0, check.stderr
