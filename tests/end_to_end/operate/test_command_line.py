"""What a person types wrong, and what the program prints."""
import json
import os
import re
import sqlite3
import subprocess

import pytest

from support.ports import free_port
from support.program import PROGRAM, ROOT, run_program

COMMANDS = ["run", "sync", "serve", "torrent create", "torrent show", "torrent verify", "torrent magnet", "torrent edit",
            "torrent check-seeds", "status", "history", "diff", "rollback", "approve", "withdraw", "forget", "recover", "adopt",
            "verify", "gc", "init", "check-config", "keygen", "estimate"]


@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["sync", "--nonsense"], ["history"], ["diff", "tree", "x", "2"], ["verify", "--budget", "much"],
    ["torrent"], ["torrent", "create"], ["rollback", "tree", "-3"], ["withdraw", "xyz"], ["sync", "--from", "file:///x"],
    ["-c", "/nonexistent/config", "sync"], ["--log-format", "xml", "status"], ["sync", "--rate-limit", "fast"],
    ["status", "extra"], ["serve", "--listen", "nowhere"]])
def test_wrong_usage_is_one_clear_line_and_status_2(arguments, tmp_path):
    done = run_program(*arguments, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("mirrorseed: ") and done.stdout == ""


def test_a_mistyped_word_gets_the_nearest_known_one():
    assert "sync" in run_program("synk").stderr
    assert "--dry-run" in run_program("sync", "--dry-rum").stderr


def test_every_command_has_help_and_the_manual_tells_of_all(tmp_path):
    manual = run_program("generate", "man").stdout.replace("\\-", "-")
    everything = run_program("--help").stdout
    for command in COMMANDS:
        done = run_program(*command.split(), "--help")
        assert done.returncode == 0 and "--config" in done.stdout, command
        assert command in manual and command.split()[-1] in everything, command
    assert re.match(r"mirrorseed \d+\.\d+\.\d+\n", run_program("--version").stdout)
    page = tmp_path / "mirrorseed.1"
    page.write_text(run_program("generate", "man").stdout)
    shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page], capture_output=True, text=True)
    assert shown.returncode == 0 and shown.stderr == "" and "check-config" in re.sub(".\x08", "", shown.stdout)


@pytest.mark.parametrize("scheme", ["rsync", "http", "https"])
def test_credentials_of_an_upstream_that_fails_are_shown_nowhere(mirror, scheme):
    mirror.configure("retries = 0")
    url = f"{scheme}://user:secret@127.0.0.1:{free_port()}/tree/"
    mirror.config.write_text(mirror.config.read_text().replace(f"file://{mirror.upstream}/", url))
    done = mirror.run("sync", "--json", "-v")
    assert done.returncode == 1 and "127.0.0.1" in done.stderr
    assert "secret" not in done.stderr + done.stdout + mirror.run("status", "--json").stdout


def test_check_config_names_every_fault_with_its_place(mirror):
    mirror.config.write_text(f'''[store]
path = "{mirror.store}"
min_free = "lots"
[serverr]
[server]
listne = ["[::]:80"]
listen = "not a list"
tls_key = "/nonexistent/key"
tls_listen = ["[::]:8443"]
tls_certificate = "/nonexistent/certificate"
[[tree]]
name = "a"
upstreams = ["file:///one/"]
  [[tree.release]]
  match = "iso/*.iso"
  [[tree.release]]
  match = "iso/a*"
[[tree]]
name = "a"
upstreams = ["gopher://two/"]
''')
    done = mirror.run("check-config", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 2 and report["ok"] is False
    text = {(fault["line"], fault["text"]) for fault in report["faults"]}
    for line, words in ((3, "lots"), (4, "server"), (6, '"listen"'), (7, "list"), (8, "/nonexistent/key"),
                        (10, "/nonexistent/certificate"), (17, "line 15"), (19, "a"), (20, "gopher")):
        assert any(at == line and words in told for at, told in text), (line, words, text)
    assert all(fault["column"] >= 1 and fault["file"] == str(mirror.config) for fault in report["faults"])
    done = mirror.run("sync")
    assert done.returncode == 2 and f"{mirror.config}:3:" in done.stderr


def test_a_config_that_is_no_toml_names_line_and_column(mirror):
    mirror.config.write_text("[store]\npath = \n")
    done = mirror.run("check-config")
    assert done.returncode == 2 and f"{mirror.config}:2:" in done.stderr


def test_the_environment_is_taken_in(mirror):
    mirror.write("f", "x")
    mirror.config.write_text(mirror.config.read_text().replace(str(mirror.store), "${STORE_FOR_TEST}"))
    done = mirror.run("sync", env={**os.environ, "STORE_FOR_TEST": str(mirror.store)})
    assert done.returncode == 0 and (mirror.checkout / "f").exists()
    done = mirror.run("sync")
    assert done.returncode == 2 and "STORE_FOR_TEST" in done.stderr


def test_the_documented_config_is_good(tmp_path):
    done = run_program("-c", ROOT / "etc/mirrorseed.toml", "check-config", "--json")
    paths = [fault for fault in json.loads(done.stdout)["faults"] if "cannot" not in fault["text"]]
    assert paths == []


def test_output_that_cannot_be_written_is_a_failure(mirror):
    mirror.write("f", "x")
    mirror.sync()
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "-c", mirror.config, "status", "--json"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60)
    assert done.returncode == 1 and "No space left" in done.stderr


def test_progress_goes_to_standard_error_alone_and_only_when_it_takes_long(mirror):
    mirror.write("f", "x")
    done = mirror.run("sync", "--progress", "plain", "--json")
    assert json.loads(done.stdout)["outcome"] == "published" and done.stderr == ""


def test_a_store_is_refused_where_other_things_are(mirror):
    mirror.store.mkdir()
    (mirror.store / "precious").write_text("x")
    mirror.write("f", "x")
    done = mirror.run("sync")
    assert done.returncode == 1 and "other things" in done.stderr
    assert [p.name for p in mirror.store.iterdir()] == ["precious"]


def test_a_newer_catalogue_is_left_alone(mirror):
    mirror.write("f", "x")
    mirror.sync()
    with sqlite3.connect(mirror.store / "catalogue.db") as database:
        database.execute("pragma user_version = 99")
    for command in ("sync", "status"):
        done = mirror.run(command)
        assert done.returncode == 1 and "newer" in done.stderr, command
