"""The plain folder that shows a tree, when somebody else has been in it."""
import os
import shutil

import pytest

from support.trees import tree_of


def fill(mirror):
    for number in range(4):
        mirror.write(f"pool/{number}/file", f"content {number}")
    mirror.write("README", "hello")


def test_a_folder_that_was_taken_away_comes_back_with_the_next_change_in_it(mirror):
    fill(mirror)
    mirror.sync()
    shutil.rmtree(mirror.checkout / "pool/2")
    mirror.write("pool/2/more", "new")
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_link_in_a_folders_place_leads_nobody_elsewhere(mirror):
    fill(mirror)
    mirror.sync()
    elsewhere = mirror.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("somebody's own")
    shutil.rmtree(mirror.checkout / "pool")
    os.symlink(elsewhere, mirror.checkout / "pool")
    mirror.write("pool/2/file", "changed")
    mirror.write("file", "beside")
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert os.listdir(elsewhere) == ["file"] and (elsewhere / "file").read_text() == "somebody's own"


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_a_checkout_that_is_gone_is_made_anew_without_any_change(mirror, left):
    fill(mirror)
    mirror.sync()
    shutil.rmtree(mirror.checkout)
    if left == "an empty folder":
        mirror.checkout.mkdir()
    assert mirror.sync()["outcome"] == "unchanged"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_old_generations_go_although_the_checkout_cannot_be_brought_up_to_date(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\nhistory = "0"\ngrace = "0"')
    mirror.write("file", "content 0")
    mirror.sync()
    shutil.rmtree(mirror.checkout)
    mirror.checkout.write_text("in the way")
    for number in range(1, 4):
        mirror.write("file", f"content {number}")
        report = mirror.sync(status=3)
        assert report["outcome"] == "published" and [item["step"] for item in report["unfinished"]] == ["checkout"]
    mirror.good("gc")
    blobs = [name for _, _, files in os.walk(mirror.store / "blobs") for name in files]
    assert len(blobs) == 1
    mirror.checkout.unlink()
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and report["caught_up"] == [{"generation": 4, "step": "checkout"}]
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
