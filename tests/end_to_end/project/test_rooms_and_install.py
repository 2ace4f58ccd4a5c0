"""The project itself: rooms, the sample tree, what is installed."""
import hashlib
import os
import pathlib
import shutil
import subprocess

from support.program import ROOT
from support.trees import tree_of


def check_rooms(root):
    return subprocess.run([ROOT / "scripts/check-rooms", root], capture_output=True, text=True, timeout=60)


def test_the_rooms_check_passes_and_fails_when_an_include_goes_the_wrong_way(tmp_path):
    assert check_rooms(ROOT).returncode == 0
    for line, where, told in (('#include "app/config/config.hpp"', "core/text.hpp", "core/ may not include"),
                              ('#include "httpd/range.hpp"', "sync/plan.cpp", "sync/ may not include"),
                              ('#include "core/store/store.hpp"', "core/http/tls.hpp", "core/http/ may not include"),
                              ('#include "sync/run/sync_job.hpp"', "sync/fetcher.cpp", "sync/ may not include"),
                              ('#include "sync/http/http_site.hpp"', "sync/rsync/rsync_url.cpp",
                               "sync/rsync/ may not include"),
                              ('#include "app/keeper/job.hpp"', "app/config/config.hpp", "app/config/ may not include"),
                              ('#include "app/torrent/whole_file.hpp"', "app/serve/serve.cpp",
                               "app/serve/ may not include"),
                              ('#include "core/store/sqlite.hpp"', "sync/plan.cpp", "is for core/store/ alone"),
                              ("#include <sqlite3.h>", "httpd/range.cpp", "core/store/sqlite"),
                              ("#include <boost/asio.hpp>", "app/serve/serve.cpp", "everything at once")):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        for room in ("core", "sync", "torrentgen", "httpd", "app"):
            shutil.copytree(ROOT / room, copy / room)
        (copy / where).write_text(line + "\n" + (copy / where).read_text())
        done = check_rooms(copy)
        assert done.returncode == 1 and f"{where}:1:" in done.stdout and told in done.stdout, done.stdout
    (copy / "core/new_floor").mkdir()
    (copy / "core/new_floor/x.hpp").write_text('#include "core/text.hpp"\n')
    done = check_rooms(copy)
    assert done.returncode == 1 and "core/new_floor/ has no place among the floors" in done.stdout, done.stdout


def test_the_rooms_check_fails_where_two_types_have_one_name(tmp_path):
    def check(*texts):
        for number, text in enumerate(texts):
            (tmp_path / "core").mkdir(exist_ok=True)
            (tmp_path / f"core/{number}.hpp").write_text(text)
        return check_rooms(tmp_path)

    one = "namespace mirrorseed {\nstruct Thing {\n};\n}  // namespace mirrorseed\n"
    done = check(one, one)
    assert done.returncode == 1 and "core/1.hpp: mirrorseed::Thing is also in core/0.hpp" in done.stdout, done.stdout
    for other in (one.replace("mirrorseed {", "mirrorseed::app {"), one.replace("Thing", "Other"),
                  one.replace("struct", "namespace {\nstruct").replace("};", "};\n}  // namespace")):
        assert check(one, other).returncode == 0, other


def test_the_sample_tree_is_the_same_each_time(tmp_path):
    for name in ("a", "b"):
        subprocess.run([ROOT / "scripts/sample-tree", tmp_path / name], check=True, timeout=120)
    first = tree_of(tmp_path / "a")
    assert first == tree_of(tmp_path / "b")
    assert 60 << 20 < sum(len(entry[3]) for entry in first.values() if entry[0] == "file") < 80 << 20
    for line in (tmp_path / "a/iso/1.0/SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "a/iso/1.0" / name).read_bytes()).hexdigest() == digest


def test_installing_brings_the_program_its_manuals_and_completions(tmp_path):
    build = pathlib.Path(os.environ.get("MIRRORSEED", ROOT / "build/release/bin/mirrorseed")).parents[1]
    subprocess.run(["cmake", "--install", build, "--prefix", tmp_path], check=True, capture_output=True, timeout=120)
    for name in ("bin/mirrorseed", "share/man/man1/mirrorseed.1", "share/man/man5/mirrorseed.toml.5",
                 "share/bash-completion/completions/mirrorseed", "share/zsh/site-functions/_mirrorseed",
                 "share/fish/vendor_completions.d/mirrorseed.fish", "share/doc/mirrorseed/examples/mirrorseed.toml",
                 "share/doc/mirrorseed/examples/mirrorseed.rules.yml", "share/doc/mirrorseed/examples/mirrorseed",
                 "lib/systemd/system/mirrorseed.service", "lib/sysusers.d/mirrorseed.conf",
                 "lib/tmpfiles.d/mirrorseed.conf"):
        assert (tmp_path / name).stat().st_size > 50, name
