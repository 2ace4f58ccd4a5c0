"""A tree with several upstreams, of which one fails."""
import shutil

from support.checksum_lists import write_set
from support.trees import read


def test_the_next_upstream_is_asked_when_one_fails(mirror):
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    (second / "file").write_text("from the second")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.folder}/none/", "file://{second}/"'))
    done = mirror.run("sync", "--json")
    assert done.returncode == 0 and "none" in done.stderr, done.stderr
    assert read(mirror, "file") == "from the second"
    assert mirror.json("status")["trees"][0]["upstream"] == f"file://{second}/"


def test_a_bad_file_whose_digest_is_known_comes_from_another_upstream(mirror):
    mirror.configure('checksum_lists = "require"')
    write_set(mirror, {"a.iso": "first"})
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    mirror.write("iso/a.iso", "fir$t")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.upstream}/", "file://{second}/"'))
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == []
    assert read(mirror, "iso/a.iso") == "first"
