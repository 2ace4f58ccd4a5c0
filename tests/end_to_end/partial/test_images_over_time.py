"""Release images that upstreams show again, no more, or under other numbers."""
import shutil

import pytest

from support.images import copy, names, release, select


# Versions in the names, and none there.
NAMED = {"in the name": "ubuntu-{}-desktop-amd64.iso", "nowhere": "the-desktop-amd64.iso"}


@pytest.mark.parametrize("where", NAMED)
def test_a_folder_that_is_shown_again_under_a_higher_number_is_no_newer_version(mirror, images, key, where):
    for version in ("39", "40"):
        release(images, version, NAMED[where].format(version))
    select(mirror, f'match = "releases/*/*.iso"\nnewest = 1\nkeyring = "{key.keyring}"', max_delete='"100%"')
    assert mirror.sync()["outcome"] == "published"
    before = names(mirror)
    copy(mirror, "39", "41")
    copy(mirror, "40", "42")
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and names(mirror) == before, report
    told = {item["path"]: item["reason"] for item in report["left_out"]}
    assert "its checksum lists say what those of releases/40 say" in told["releases/42"], told
    shutil.rmtree(mirror.upstream / "releases/40")
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and names(mirror) == before, report
    release(images, "43", NAMED[where].format("43"))
    assert mirror.sync()["outcome"] == "published"
    assert {name.split("/")[1] for name in names(mirror)} == {"43"}


def test_a_copy_with_a_list_of_another_product_is_no_newer_version(mirror, images, key):
    for version in ("39", "40"):
        release(images, version, "desktop.iso")
    images.image("other/7/tool.img")
    images.sign("other/7", images.sums("other/7", "tool.img"), "tool-CHECKSUM")
    select(mirror, f'match = "releases/*/*.iso"\nnewest = 1\nkeyring = "{key.keyring}"', max_delete='"100%"')
    assert mirror.sync()["outcome"] == "published"
    before = names(mirror)
    copy(mirror, "39", "99")
    for end in ("", ".gpg"):
        shutil.copy(mirror.upstream / f"other/7/tool-CHECKSUM{end}", mirror.upstream / "releases/99")
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and names(mirror) == before, report
    left, = report["left_out"]
    assert left == {"path": "releases/99",
                    "reason": "its checksum lists say what those of releases/39 say, so it is no newer version"}


def test_an_older_version_comes_back_by_approval_alone(mirror, images):
    """Where the upstream shows the newest no more, be it that it lags, withholds it or took it back."""
    for version in ("39", "40"):
        release(images, version, "desktop.iso")
    select(mirror, 'match = "releases/*/*.iso"\nnewest = 1', max_delete='"100%"')
    assert mirror.sync()["outcome"] == "published"
    before = names(mirror)
    (mirror.upstream / "releases/40").rename(mirror.folder / "40")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and names(mirror) == before, report
    told = "the newest that is there is releases/39/desktop.iso, and here is the newer releases/40/desktop.iso"
    assert told in report["held_reason"], report
    (mirror.folder / "40").rename(mirror.upstream / "releases/40")
    assert mirror.sync()["outcome"] == "unchanged" and names(mirror) == before, "it is there again"
    shutil.rmtree(mirror.upstream / "releases/40")
    mirror.good("approve", "tree", mirror.sync(status=3)["candidate"])
    assert {name.split("/")[1] for name in names(mirror)} == {"39"}
    assert mirror.sync()["outcome"] == "unchanged"
    release(images, "40", "desktop.iso")
    assert mirror.sync()["outcome"] == "published"


def test_an_upstream_that_lags_is_passed_over(mirror, images):
    release(images, "39", "desktop.iso")
    lags = mirror.folder / "lags"
    shutil.copytree(mirror.upstream, lags)
    release(images, "40", "desktop.iso")
    select(mirror, 'match = "releases/*/*.iso"\nnewest = 1')
    mirror.sync()
    release(images, "41", "desktop.iso")
    mirror.urls = [f"file://{lags}/", f"file://{mirror.upstream}/"]
    select(mirror, 'match = "releases/*/*.iso"\nnewest = 1')
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == f"file://{mirror.upstream}/", report
    assert {name.split("/")[1] for name in names(mirror)} == {"41"}


def test_a_copy_is_none_of_the_newest_from_the_start(mirror, images, key):
    for version in ("38", "39", "40"):
        release(images, version, "desktop.iso")
    copy(mirror, "38", "41")
    select(mirror, f'match = "releases/*/*.iso"\nnewest = 2\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    assert {name.split("/")[1] for name in names(mirror)} == {"39", "40"}
