"""The images of an installer, as a repository's .treeinfo tells them."""
import hashlib

import pytest

from support.rpm_archive import rpms, select
from support.web_servers import Nginx

IMAGES = {"images/boot.iso": b"boot" * 1000, "images/pxeboot/vmlinuz": b"linux" * 500, "LiveOS/squashfs.img": b"live" * 900}


def treeinfo(images, more=""):
    sums = "".join(f"{path} = sha256:{hashlib.sha256(content).hexdigest()}\n" for path, content in images.items())
    return (f"[header]\nversion = 1.2\n\n[general]\nname = Example 1\n\n[images-x86_64]\nboot.iso = images/boot.iso\n"
            f"kernel = images/pxeboot/vmlinuz\n\n[stage2]\nmainimage = LiveOS/squashfs.img\n\n[checksums]\n{sums}"
            f"repodata/repomd.xml = sha256:{'0' * 64}\n{more}").encode()


@pytest.fixture
def installer(mirror, repos, key):
    repos.package("a")
    repos.publish()
    for path, content in IMAGES.items():
        repos.write(f"os/{path}", content)
    repos.write("os/images/other.iso", b"nobody names it")
    repos.write("os/.treeinfo", treeinfo(IMAGES))
    select(mirror, key, "treeinfo = true")
    return repos


def held(mirror):
    return {str(path.relative_to(mirror.checkout / "os")) for path in mirror.checkout.rglob("*")
            if path.is_file() and "repodata" not in path.parts and path.suffix != ".rpm"}


@pytest.mark.parametrize("by_http", [False, True])
def test_its_images_come_along(mirror, installer, by_http):
    if by_http:
        mirror.servers.append(server := Nginx(mirror.folder / "nginx", mirror.upstream))
        mirror.configure(mirror.options, server.url)
    report = mirror.sync()
    assert report["outcome"] == "published" and held(mirror) == {".treeinfo", *IMAGES}, report
    assert (mirror.checkout / "os/images/boot.iso").read_bytes() == IMAGES["images/boot.iso"]
    assert mirror.sync()["outcome"] == "unchanged" and mirror.sync("--full")["outcome"] == "unchanged"
    estimate, = mirror.json("estimate")
    assert estimate["bytes"] == report["total"]["bytes"]
    new = {**IMAGES, "images/boot.iso": b"next" * 1000}
    installer.seconds += 1
    installer.write("os/images/boot.iso", b"next" * 1000)
    installer.write("os/.treeinfo", treeinfo(new))
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "os/images/boot.iso").read_bytes() == b"next" * 1000


def test_nobody_gets_them_unasked(mirror, installer, key):
    select(mirror, key)
    mirror.sync()
    assert held(mirror) == set() and rpms(mirror)


def test_an_image_that_is_another_holds_the_tree(mirror, installer):
    mirror.sync()
    installer.edit("os/images/boot.iso", lambda data: data[:-1] + b"?")
    installer.edit("os/.treeinfo", lambda data: data + b"\n; news\n")
    installer.package("b")
    installer.publish()
    assert mirror.sync()["outcome"] == "published", "what it should be is here"
    assert (mirror.checkout / "os/images/boot.iso").read_bytes() == IMAGES["images/boot.iso"]
    installer.edit("os/.treeinfo", lambda data: treeinfo({**IMAGES, "images/boot.iso": b"new"}))
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and report["quarantined"][0]["path"] == "os/images/boot.iso", report


def test_what_is_not_there_is_told(mirror, installer):
    installer.drop("os/images/boot.iso")
    installer.write("os/.treeinfo", treeinfo(IMAGES, more="[images-xen]\nkernel = images/xen\n"))
    report = mirror.sync()
    assert report["outcome"] == "published" and {item["path"] for item in report["left_out"]} == {"os/images/boot.iso", "os/images/xen"}


def test_what_is_not_there_for_a_moment_is_looked_for_again(mirror, installer):
    """Though nothing of the repository's own metadata shows that it has come."""
    installer.drop("os/images/boot.iso")
    assert mirror.sync()["left_out"]
    installer.write("os/images/boot.iso", IMAGES["images/boot.iso"])
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "os/images/boot.iso").read_bytes() == IMAGES["images/boot.iso"]
    assert mirror.sync()["outcome"] == "unchanged"


@pytest.mark.parametrize("more, why", [
    ("<html>", "is no key and value of a section"), ("../x = sha256:" + "0" * 64, '"../x" is a path outside of the repository'),
    ("images/x = sha256:12", '"12" is no SHA-256'), ("images/boot.iso = sha256:" + "0" * 64, "it tells two contents of")])
def test_one_that_is_none_is_refused(mirror, installer, more, why):
    mirror.sync()
    installer.edit("os/.treeinfo", lambda data: treeinfo(IMAGES, more + "\n"))
    error = mirror.sync(status=1)["error"]
    assert error.startswith("os: .treeinfo: line ") and why in error and "\n" not in error, error
