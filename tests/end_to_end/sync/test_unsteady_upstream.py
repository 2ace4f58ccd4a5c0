"""Files of the upstream that cannot be read, or that change or vanish meanwhile."""
import json
import os
import subprocess

from support.people import as_nobody, let_everybody_pass
from support.program import PROGRAM, run_program
from support.trees import tree_of
from support.waiting import wait_for


def test_an_unreadable_file_is_quarantined_and_named(mirror):
    """Everybody may read it, as far as its mode tells."""
    mirror.write("good", "good")
    mirror.write("bad", "bad", mode=0o044)
    os.chown(mirror.upstream / "bad", 65534, 65534)
    mirror.folder.chmod(0o777)
    let_everybody_pass(mirror.folder)
    done = run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    report = json.loads(done.stdout)
    assert done.returncode == 3 and report["outcome"] == "held", done.stderr
    assert [item["path"] for item in report["quarantined"]] == ["bad"]
    assert "Permission denied" in report["quarantined"][0]["reason"]
    mirror.configure('on_bad_file = "hold-back"')
    done = run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    report = json.loads(done.stdout)
    assert done.returncode == 3 and report["outcome"] == "published" and report["total"]["files"] == 1
    assert (mirror.checkout / "good").exists() and not (mirror.checkout / "bad").exists()


def test_a_file_that_changes_while_it_is_read_is_never_published_torn(mirror):
    name = mirror.upstream / "busy"
    name.write_bytes(b"0" * (8 << 20))
    writer = subprocess.Popen(["bash", "-c", f"""
        for n in $(seq 1 400); do
            head -c 8388608 /dev/zero | tr '\\0' "$((n % 10))" | dd of={name} conv=notrunc bs=1M status=none
        done"""])
    try:
        for _ in range(8):
            done = mirror.run("sync", "--json")
            assert done.returncode in (0, 3), done.stderr
            shown = mirror.checkout / "busy"
            if shown.exists():
                digits = set(shown.read_bytes())
                # A writer within one pass leaves two digits for a moment, and a file of that moment is not torn by us
                # only if nothing changed while it was read: times and ctime tell, so the store's name is its content.
                assert len(digits) <= 2
                assert mirror.json("verify")["damaged"] == []
    finally:
        writer.kill()
        writer.wait()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert (mirror.checkout / "busy").read_bytes() == name.read_bytes()


def test_files_that_vanish_during_a_sync_count_as_deletions(mirror):
    for number in range(40):
        mirror.write(f"f{number}", f"content {number}")
    mirror.sync()
    for number in range(40):
        mirror.write(f"f{number}", f"new content {number}")
    mirror.write("a-large-file", b"\0" * (96 << 20))
    syncing = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", "--json"], stdout=subprocess.PIPE, text=True)
    staging = mirror.store / "staging/tree"
    wait_for(lambda: syncing.poll() is not None or any(staging.iterdir()), "fetching")
    for number in range(40):
        (mirror.upstream / f"f{number}").unlink()
    report = json.loads(syncing.communicate(timeout=60)[0])
    assert syncing.returncode == 3 and report["outcome"] == "held", report
    assert "max_delete" in report["held_reason"]
    assert len(tree_of(mirror.checkout)) == 40
