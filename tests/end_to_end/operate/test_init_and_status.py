"""A store's beginning, its key, and how it is doing."""
import base64
import os
import signal
import subprocess

from support.program import run_program
from support.waiting import wait_for


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


def test_settings_that_do_nothing_yet_are_told_and_refuse_nothing(mirror):
    mirror.write("f", "x")
    mirror.configure('trusted_keys = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]')
    done = mirror.good("check-config")
    assert "trusted_keys: is not built yet" in done.stderr
    assert mirror.json("check-config")["ok"] is True
    assert [item["text"].split(":")[0] for item in mirror.json("check-config")["not_built"]] == ["trusted_keys"]
    named = ["tree[0].trusted_keys"]
    assert mirror.json("status")["not_built"] == named
    keeper = mirror.keep()
    assert f"these settings do nothing yet: {', '.join(named)}" in keeper.read_log()
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: keeper.read_log().count("these settings do nothing yet: tree[0].trusted_keys (") == 2,
             "the reload's word")
