"""Release images, by the checksum lists beside them."""
import hashlib
import os

import pytest

from support.images import Images, isos, names, select
from support.raw_http import ask
from support.releasing import Releasing
from support.upstream_kinds import EVERY_KIND, by_http


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_an_image_comes_with_what_belongs_to_it(mirror, images, key, upstream):
    images.ubuntu("24.04")
    images.image("pool/stray.iso")
    upstream(mirror)
    select(mirror, f'match = "releases/*/*-desktop-*.iso"\nkeyring = "{key.keyring}"')
    report = mirror.sync()
    assert report["outcome"] == "published", report
    assert names(mirror) == [f"releases/24.04/{name}" for name in (
        "SHA256SUMS", "SHA256SUMS.gpg", "ubuntu-24.04-desktop-amd64.iso", "ubuntu-24.04-desktop-amd64.iso.zsync",
        "ubuntu-24.04-desktop-amd64.manifest")]
    assert report["selection"] == [{"part": "releases/24.04", "files": 1, "bytes": 5000}]
    assert mirror.sync()["outcome"] == "unchanged"


def test_the_newest_versions_are_held(mirror, images):
    for version in ("9.10", "10.04", "24.04"):
        images.ubuntu(version)
    select(mirror, 'match = "releases/*/*-desktop-*.iso"\nnewest = 2')
    mirror.sync()
    assert isos(mirror) == ["ubuntu-10.04-desktop-amd64.iso", "ubuntu-24.04-desktop-amd64.iso"]
    images.ubuntu("100.04")
    assert mirror.sync()["outcome"] == "published", "a version that goes for a newer one does not count for max_delete"
    assert isos(mirror) == ["ubuntu-100.04-desktop-amd64.iso", "ubuntu-24.04-desktop-amd64.iso"]
    assert not (mirror.checkout / "releases/10.04").exists()


def test_a_version_comes_once_its_list_does(mirror, images):
    images.ubuntu("23.10")
    select(mirror, 'match = "releases/*/*-desktop-*.iso"\nnewest = 1')
    mirror.sync()
    images.ubuntu("24.04", sign=False)
    report = mirror.sync()
    assert report["outcome"] == "unchanged", report
    assert report["left_out"] == [{"path": "releases/24.04", "reason": "there is no checksum list"}]
    assert isos(mirror) == ["ubuntu-23.10-desktop-amd64.iso"]
    images.sign("releases/24.04", images.sums("releases/24.04", "ubuntu-24.04-desktop-amd64.iso"))
    assert mirror.sync()["outcome"] == "published"
    assert isos(mirror) == ["ubuntu-24.04-desktop-amd64.iso"]


DESKTOP = "ubuntu-24.04-desktop-amd64.iso"
FOLDER = "releases/24.04"


def rewritten(change):
    def tamper(images, stranger):
        images.sign(FOLDER, change(images.sums(FOLDER, DESKTOP)))
    return tamper


def by_stranger(images, stranger):
    images.write(f"{FOLDER}/SHA256SUMS.gpg", stranger.detached((images.root / FOLDER / "SHA256SUMS").read_bytes()))


# What is done to the upstream's newest folder, and what the one line tells.
NOT_GOOD = {
    "no list": (lambda images, _: (os.unlink(images.root / FOLDER / "SHA256SUMS"), os.unlink(images.root / FOLDER / "SHA256SUMS.gpg")),
                "there is no checksum list"),
    "a list without the image": (rewritten(lambda text: text.replace(b"desktop", b"other")),
                                 f"no checksum list tells of {FOLDER}/{DESKTOP}"),
    "an empty list": (rewritten(lambda text: b""), f"the checksum list {FOLDER}/SHA256SUMS names no checksum"),
    "a list that is a page": (rewritten(lambda text: b"<html>log in</html>\n"), "SHA256SUMS"),
    "a list that leads out": (rewritten(lambda text: text + text.replace(b"ubuntu", b"../../../ubuntu")), "SHA256SUMS"),
    "two lists that disagree": (lambda images, _: images.sign(FOLDER, b"0" * 64 + f" *{DESKTOP}\n".encode(), "sha256sums.txt"),
                                f"two checksum lists disagree about {FOLDER}/{DESKTOP}"),
    "another list than was signed": (lambda images, _: images.write(f"{FOLDER}/SHA256SUMS", b"0" * 64 + f" *{DESKTOP}\n".encode()),
                                     "is not signed well: the signature by the key"),
    "a stranger's signature": (by_stranger, "which the keyring does not have"),
    "no signature": (lambda images, _: os.unlink(images.root / FOLDER / "SHA256SUMS.gpg"),
                     f"no checksum list that is signed tells of {FOLDER}/{DESKTOP}, nor is it signed itself"),
    "a signature that is none": (lambda images, _: images.write(f"{FOLDER}/SHA256SUMS.gpg", b"hello"), "is not signed well"),
}


@pytest.fixture
def two(mirror, images, key):
    """A mirror of the newest image, before the upstream has a newer one."""
    images.ubuntu("23.10")
    select(mirror, f'match = "releases/*/*-desktop-*.iso"\nnewest = 1\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    images.ubuntu("24.04")
    return images


@pytest.mark.parametrize("what", NOT_GOOD)
def test_a_folder_that_does_not_fit_is_left_out(mirror, two, stranger, what):
    tamper, told = NOT_GOOD[what]
    tamper(two, stranger)
    report = mirror.sync()
    assert report["outcome"] == "unchanged", report
    left, = report["left_out"]
    assert left["path"] == FOLDER and told in left["reason"] and "\n" not in left["reason"], left
    assert isos(mirror) == ["ubuntu-23.10-desktop-amd64.iso"]


BAD_IMAGES = {
    "other bytes": lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
    "fewer bytes": lambda data: data[:-1],
    "more bytes": lambda data: data + b"\0",
}


@pytest.mark.parametrize("what", BAD_IMAGES)
@pytest.mark.parametrize("kind", ["sha256", "sha512"])
def test_an_image_that_is_another_lets_its_folder_wait(mirror, two, what, kind):
    if kind == "sha512":
        os.unlink(mirror.upstream / FOLDER / "SHA256SUMS"), os.unlink(mirror.upstream / FOLDER / "SHA256SUMS.gpg")
        two.sign(FOLDER, two.sums(FOLDER, DESKTOP, kind="sha512"), "SHA512SUMS")
    good = (mirror.upstream / FOLDER / DESKTOP).read_bytes()
    two.write(f"{FOLDER}/{DESKTOP}", BAD_IMAGES[what](good))
    two.ubuntu("23.04")
    report = mirror.sync(status=3)
    bad, = report["quarantined"]
    assert report["outcome"] == "unchanged" and bad["path"] == f"{FOLDER}/{DESKTOP}", report
    assert "all of releases/24.04 waits" in bad["reason"]
    assert isos(mirror) == ["ubuntu-23.10-desktop-amd64.iso"]
    two.write(f"{FOLDER}/{DESKTOP}", good)
    assert mirror.sync()["outcome"] == "published"
    assert isos(mirror) == [DESKTOP]
    assert mirror.sync()["outcome"] == "unchanged"


def test_the_others_go_on(mirror, two):
    select(mirror, 'match = "releases/*/*-desktop-*.iso"')
    mirror.sync()
    for version in ("25.04", "25.10"):
        two.ubuntu(version)
    two.write("releases/25.10/ubuntu-25.10-desktop-amd64.iso", b"another")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published", report
    assert isos(mirror) == [f"ubuntu-{version}-desktop-amd64.iso" for version in ("23.10", "24.04", "25.04")]
    assert not (mirror.checkout / "releases/25.10/SHA256SUMS").exists()


def test_what_the_tree_has_of_a_folder_stays_while_that_is_not_good(mirror, two, stranger):
    mirror.sync()
    before = {name: (mirror.checkout / name).read_bytes() for name in names(mirror)}
    two.image(f"{FOLDER}/{DESKTOP}", size=6000)
    two.sign(FOLDER, two.sums(FOLDER, DESKTOP))
    by_stranger(two, stranger)
    assert mirror.sync()["left_out"]
    assert {name: (mirror.checkout / name).read_bytes() for name in names(mirror)} == before


def test_fedora_and_arch(mirror, images, key):
    """A list that is signed within; and images that are signed themselves, with a list that is not."""
    folder, iso = "fedora/44/iso", "Fedora-Server-dvd-x86_64-44-1.1.iso"
    images.image(f"{folder}/{iso}")
    digest = hashlib.sha256((images.root / folder / iso).read_bytes()).hexdigest()
    images.write(f"{folder}/Fedora-Server-44-1.1-x86_64-CHECKSUM", key.clear_sign(f"# {iso}: 5000 bytes\nSHA256 ({iso}) = {digest}\n".encode()))
    folder, iso = "arch/2026.11.01", "archlinux-2026.11.01-x86_64.iso"
    images.image(f"{folder}/{iso}")
    images.write(f"{folder}/{iso}.sig", key.signature((images.root / folder / iso).read_bytes()))
    images.write(f"{folder}/{iso}.torrent", b"d8:announce0:e")
    images.write(f"{folder}/sha256sums.txt", images.sums(folder, iso))
    images.write(f"{folder}/b2sums.txt", images.sums(folder, iso, kind="blake2b"))
    select(mirror, f'match = ["fedora/*/iso/*.iso", "arch/*/archlinux-*.iso"]\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    assert [os.path.basename(name) for name in names(mirror)] == [
        iso, f"{iso}.sig", f"{iso}.torrent", "b2sums.txt", "sha256sums.txt",
        "Fedora-Server-44-1.1-x86_64-CHECKSUM", "Fedora-Server-dvd-x86_64-44-1.1.iso"]
    folder, iso = "arch/2026.12.01", "archlinux-2026.12.01-x86_64.iso"
    images.image(f"{folder}/{iso}")
    images.write(f"{folder}/{iso}.sig", key.signature(b"another"))
    images.write(f"{folder}/sha256sums.txt", images.sums(folder, iso))
    report = mirror.sync(status=3)
    assert "is bad" in report["quarantined"][0]["reason"] and not (mirror.checkout / folder).exists(), report


def test_an_image_that_is_excluded_is_not_missed(mirror, images):
    images.ubuntu("24.04")
    images.sign(FOLDER, images.sums(FOLDER, DESKTOP, "ubuntu-24.04-server-amd64.iso"))
    select(mirror, 'match = "releases/*/*.iso"', exclude='["*-server-*"]')
    mirror.sync()
    assert isos(mirror) == [DESKTOP]


def test_no_image_at_all(mirror, images):
    images.write("releases/README", b"soon")
    select(mirror)
    assert "the upstream has no image that match names" in mirror.sync(status=1)["error"]


def test_how_large_it_is_is_told_before(mirror, images):
    images.ubuntu("24.04")
    select(mirror)
    estimate, = mirror.json("estimate")
    assert estimate["selection"] == [{"part": FOLDER, "files": 1, "bytes": 5000}] and estimate["files"] == 5
    dry = mirror.sync("--dry-run")
    assert dry["fetch"]["files"] == 5 and dry["outcome"] == "published"
    mirror.sync()
    assert mirror.sync("--dry-run")["outcome"] == "unchanged"


@pytest.fixture
def releasing(tmp_path):
    made = Releasing(tmp_path / "releasing")
    yield made
    made.stop()


def test_an_image_is_released_with_its_folder(releasing, key):
    images = Images(releasing, key)
    images.ubuntu("23.10")
    select(releasing, f'match = "releases/*/*-desktop-*.iso"\nnewest = 1\nkeyring = "{key.keyring}"',
           more='[[tree.release]]\nmatch = "releases/*/*.iso"\n')
    assert releasing.sync()["outcome"] == "published"
    server = releasing.serve()
    old, new = (f"releases/{version}/ubuntu-{version}-desktop-amd64.iso" for version in ("23.10", "24.04"))
    assert releasing.torrent(old)[0].total_size() == 5000
    images.ubuntu("24.04", sign=False)
    releasing.sync()
    assert list(releasing.releases()) == [old], "it does not verify yet"
    images.sign(FOLDER, images.sums(FOLDER, DESKTOP))
    assert releasing.sync()["outcome"] == "published"
    assert releasing.torrent(new)[0].total_size() == 5000
    assert server.get(f"/tree/{new}")[0] == 200


def test_what_the_lists_tell_of_besides_is_elsewhere(mirror, images):
    images.ubuntu("24.04")
    by_http(mirror)
    select(mirror, missing='"redirect"')
    mirror.sync()
    answer = ask(mirror.serve(), f"/tree/{FOLDER}/ubuntu-24.04-server-amd64.iso")
    assert answer.status == 302 and answer["Location"] == f"{mirror.urls[0]}{FOLDER}/ubuntu-24.04-server-amd64.iso"


def test_what_a_list_names_and_nobody_has_is_not_missed(mirror, two):
    rewritten(lambda text: text + text.replace(b"24.04-desktop", b"24.04.1-other-desktop"))(two, None)
    report = mirror.sync()
    assert report["outcome"] == "published" and not report.get("left_out"), report
    assert isos(mirror) == [DESKTOP]


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_another_name_of_an_image_holds_no_folder(mirror, images, key, upstream):
    images.ubuntu("24.04")
    os.symlink(DESKTOP, images.root / FOLDER / "Current-desktop-amd64.iso")
    upstream(mirror)
    select(mirror, f'match = "releases/*/*-desktop-*.iso"\nnewest = 1\nkeyring = "{key.keyring}"')
    report = mirror.sync()
    assert report["outcome"] == "published", report
    assert (mirror.checkout / FOLDER / DESKTOP).exists()
    told = [(item["path"], item["reason"]) for item in report.get("left_out", [])]
    other = f"{FOLDER}/Current-desktop-amd64.iso"
    assert told == ([(other, f"no checksum list tells of {other}")] if upstream is by_http else [])
    assert mirror.sync()["outcome"] == "unchanged"


def test_an_image_of_which_its_list_tells_no_more_stays_as_it_is(mirror, two, key):
    select(mirror, f'match = "releases/24.04/*.iso"\nkeyring = "{key.keyring}"')
    server = "ubuntu-24.04-server-amd64.iso"
    assert mirror.sync("--allow-deletes")["outcome"] == "published"
    assert isos(mirror) == [DESKTOP, server]
    two.sign(FOLDER, two.sums(FOLDER, DESKTOP))
    two.write(f"{FOLDER}/{server}", b"another")
    report = mirror.sync()
    assert report["outcome"] == "published" and [item["path"] for item in report["left_out"]] == [f"{FOLDER}/{server}"]
    assert isos(mirror) == [DESKTOP, server]
    assert (mirror.checkout / FOLDER / server).stat().st_size == 5000


@pytest.mark.parametrize("match", ["releases/**.iso", "releases/**"])
def test_a_pattern_that_crosses_folders_finds_their_lists(mirror, images, key, match):
    images.ubuntu("24.04")
    images.write("releases/README", b"hello")
    select(mirror, f'match = "{match}"\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    assert DESKTOP in isos(mirror)


def test_while_one_folder_waits_others_go(mirror, images):
    select(mirror, 'match = ["releases/*/*-desktop-*.iso", "other/*/*.iso"]\nnewest = 1', max_delete='"100%"')
    for version in ("1", "2"):
        images.image(f"other/{version}/x-{version}.iso")
        images.sign(f"other/{version}", images.sums(f"other/{version}", f"x-{version}.iso"))
        if version == "1":
            images.ubuntu("23.10")
            mirror.sync()
    images.ubuntu("24.04")
    images.write(f"{FOLDER}/{DESKTOP}", b"another")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"], report
    assert isos(mirror) == ["x-2.iso", "ubuntu-23.10-desktop-amd64.iso"]
    assert not (mirror.checkout / "other/1").exists()


def test_every_disc_of_the_newest_release_is_held(mirror, images):
    for version in ("12.4.0", "12.5.0"):
        folder = f"{version}/amd64/iso-dvd"
        discs = [f"debian-{version}-amd64-DVD-{number}.iso" for number in (1, 2, 3)]
        for disc in discs:
            images.image(f"{folder}/{disc}")
        images.sign(folder, images.sums(folder, *discs))
    select(mirror, 'match = "*/amd64/iso-dvd/*.iso"\nnewest = 1')
    mirror.sync()
    assert isos(mirror) == [f"debian-12.5.0-amd64-DVD-{number}.iso" for number in (1, 2, 3)]


def test_what_differs_in_other_numbers_than_versions_is_held(mirror, images):
    """Boards, firmware and discs, as several distributions name them."""
    every = ["a-1-armhf+raspi2.img.xz", "a-1-armhf+raspi3.img.xz", "a-1-efi32.iso", "a-1-efi64.iso", "1_raspi_3_b.img.xz",
             "1_raspi_4_b.img.xz", "b-1-CD1-x86_64.iso", "b-1-CD2-x86_64.iso", "c-1-GM-Media1.iso", "c-1-GM-Media2.iso",
             "d-1-install-d1.iso", "d-1-install-d2.iso", "e-1-part1.iso", "e-1-part2.iso", "f-1-bin-1of2.iso", "f-1-bin-2of2.iso"]
    for name in every:
        images.image(f"x/{name}")
    images.sign("x", images.sums("x", *every))
    select(mirror, 'match = "x/*"\nnewest = 1')
    assert mirror.sync()["outcome"] == "published"
    assert sorted(os.listdir(mirror.checkout / "x")) == sorted([*every, "SHA256SUMS", "SHA256SUMS.gpg"])
