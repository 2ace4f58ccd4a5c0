"""The images that an installer begins from, as SHA256SUMS tells of them that a suite's Release names."""
import hashlib
import os
import shutil

import pytest

from support import raw_http
from support.debian_archive import select
from support.rsync_servers import Rsyncd
from support.upstream_kinds import EVERY_KIND
from support.web_servers import Nginx

AT = "main/installer-amd64"
IMAGES = {"MANIFEST": b"netboot/mini.iso\n", "netboot/mini.iso": b"iso" * 5000, "netboot/pxelinux.0": b"boots" * 100,
          "netboot/debian-installer/amd64/pxelinux.0": b"boots" * 100, "cdrom/vmlinuz": b"linux" * 900}
OLD, NEW = "20230607", "20230607+deb12u5"


def sums(images):
    return "".join(f"{hashlib.sha256(content).hexdigest()}  ./{name}\n" for name, content in images.items()).encode()


class Installers:
    def __init__(self, mirror, archive):
        self.mirror, self.archive = mirror, archive
        self.lists = {}

    def add(self, version, images, text=None):
        folder = self.mirror.upstream / "dists/stable" / AT / version
        for name, content in images.items():
            self.archive.write(folder / "images" / name, content)
        self.lists[version] = text or sums(images)
        self.archive.write(folder / "images/SHA256SUMS", self.lists[version])

    def release(self, current):
        """Release tells of each version, and of the current one once more, which is a link in the archive."""
        link = self.mirror.upstream / "dists/stable" / AT / "current"
        link.unlink(missing_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(current)
        self.archive.publish()
        listed = {**self.lists, "current": self.lists[current]}
        for version, text in listed.items():
            self.archive.released["stable"][f"{AT}/{version}/images/SHA256SUMS"] = text
        self.archive.sign("stable", self.archive.release_text("stable"))


@pytest.fixture
def installers(mirror, archive, key):
    archive.package("a")
    made = Installers(mirror, archive)
    made.add(OLD, {"MANIFEST": b"older"})
    made.add(NEW, IMAGES)
    made.release(NEW)
    mirror.write(f"dists/stable/{AT}/{NEW}/images/stray", b"nobody names it")
    select(mirror, key, "installer = true", max_delete='"100%"')
    return made


def held(mirror):
    """What stands there: files with their contents, links with their targets."""
    folder = mirror.checkout / "dists/stable" / AT
    return {str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
            for path in folder.rglob("*") if (path.is_symlink() or path.is_file())}


def of(version, images):
    return {f"{version}/images/SHA256SUMS": sums(images), **{f"{version}/images/{name}": content for name, content in images.items()}}


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_the_current_ones_come_along(mirror, installers, upstream):
    upstream(mirror)
    report = mirror.sync()
    assert report["outcome"] == "published" and not report.get("left_out"), report
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}
    assert mirror.sync()["outcome"] == "unchanged" and mirror.sync("--full")["outcome"] == "unchanged"
    [estimate] = mirror.json("estimate")
    assert estimate["bytes"] == report["total"]["bytes"]
    server = mirror.serve()
    assert server.get(f"/tree/dists/stable/{AT}/current/images/netboot/mini.iso")[::2] == (200, IMAGES["netboot/mini.iso"])
    newest = {**IMAGES, "cdrom/vmlinuz": b"next" * 1000}
    installers.add("20230607+deb12u6", newest)
    installers.release("20230607+deb12u6")
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == {"current": "20230607+deb12u6", **of("20230607+deb12u6", newest)}
    assert server.get(f"/tree/dists/stable/{AT}/current/images/cdrom/vmlinuz")[::2] == (200, b"next" * 1000)


def test_a_release_may_tell_no_number(mirror, installers):
    """As in archives of others, where it is a folder."""
    folder = mirror.upstream / "dists/stable" / AT
    (folder / "current").unlink()
    (folder / NEW).rename(folder / "current")
    installers.archive.publish()
    installers.archive.released["stable"][f"{AT}/current/images/SHA256SUMS"] = sums(IMAGES)
    installers.archive.sign("stable", installers.archive.release_text("stable"))
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == of("current", IMAGES)


def test_an_upstream_may_have_what_is_current_alone(mirror, installers):
    """As debmirror leaves it, by a Release that tells of more."""
    folder = mirror.upstream / "dists/stable" / AT
    (folder / "current").unlink()
    (folder / NEW).rename(folder / "current")
    shutil.rmtree(folder / OLD)
    report = mirror.sync()
    assert report["outcome"] == "published" and not report["left_out"], report
    assert held(mirror) == of("current", IMAGES)
    assert mirror.sync()["outcome"] == "unchanged"
    (folder / "current").rename(folder / NEW)
    installers.release(NEW)
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}


def test_an_upstream_may_have_one_of_several_lists_at_current_alone(mirror, installers):
    """Then that is a folder, whatever the others are told as."""
    archive, folder = installers.archive, mirror.upstream / "dists/stable" / AT
    legacy = {"x.img": b"x" * 3000}
    legacy["SHA256SUMS"] = sums(legacy)
    for version in (NEW, "current"):
        archive.released["stable"][f"{AT}/{version}/legacy-images/SHA256SUMS"] = legacy["SHA256SUMS"]
    archive.sign("stable", archive.release_text("stable"))
    link = folder / "current"

    def legacy_in(version):
        for name, content in legacy.items():
            archive.write(folder / version / "legacy-images" / name, content)
        return {f"{version}/legacy-images/{name}": content for name, content in legacy.items()}

    link.unlink()
    shutil.copytree(folder / NEW, link)
    mixed = {**of(NEW, IMAGES), **legacy_in("current")}
    report = mirror.sync()
    assert report["outcome"] == "published" and not report["left_out"], report
    assert held(mirror) == mixed
    assert mirror.sync()["outcome"] == "unchanged"
    link.rename(mirror.folder / "current")
    link.symlink_to(NEW)
    whole = {"current": NEW, **of(NEW, IMAGES), **legacy_in(NEW)}
    archive.package("b")
    installers.release(NEW)
    assert mirror.sync()["outcome"] == "published" and held(mirror) == {"current": NEW, **of(NEW, IMAGES)}
    for version in (NEW, "current"):
        archive.released["stable"][f"{AT}/{version}/legacy-images/SHA256SUMS"] = legacy["SHA256SUMS"]
    archive.sign("stable", archive.release_text("stable"))
    assert mirror.sync()["outcome"] == "published" and held(mirror) == whole


def test_nobody_gets_them_unasked(mirror, installers, key):
    select(mirror, key)
    mirror.sync()
    assert held(mirror) == {}


def test_excluded_ones_are_not_asked_for(mirror, installers, key):
    select(mirror, key, "installer = true", exclude='["**/images/netboot/**"]')
    server = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    mirror.sync()
    assert "current" in held(mirror) and not [name for name in held(mirror) if "netboot" in name]
    assert not [path for _, path, _ in server.asked() if "netboot" in path]


def test_readers_are_sent_to_the_upstream_for_what_is_excluded(mirror, installers, key):
    server = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    select(mirror, key, "installer = true", exclude='["**/images/netboot/**"]', missing='"redirect"')
    mirror.sync()
    assert "current" in held(mirror) and not [name for name in held(mirror) if "netboot" in name]
    path = f"dists/stable/{AT}/{NEW}/images/netboot/mini.iso"
    answer = raw_http.ask(mirror.serve(), f"/tree/{path}")
    assert answer.status == 302 and answer["Location"] == server.url + path.replace("+", "%2B"), answer.fields


def test_an_image_that_is_another_holds_the_tree(mirror, installers):
    mirror.sync()
    changed = {**IMAGES, "cdrom/vmlinuz": b"next" * 1000}
    installers.add("3", {**changed, "cdrom/vmlinuz": b"nexT" * 1000}, sums(changed))
    installers.release("3")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held", report
    assert [item["path"] for item in report["quarantined"]] == [f"dists/stable/{AT}/3/images/cdrom/vmlinuz"]
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}


def test_a_list_that_is_another_is_waited_for(mirror, installers):
    mirror.sync()
    installers.add("3", {**IMAGES, "MANIFEST": b"next"})
    installers.release("3")
    installers.archive.edit(f"dists/stable/{AT}/3/images/SHA256SUMS", lambda text: text.replace(b"MANIFEST", b"MANIFESt"))
    error = mirror.sync(status=1)["error"]
    assert "what its Release names is not there" in error and f"{AT}/current/images/SHA256SUMS" in error and "\n" not in error
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}


@pytest.mark.parametrize("kind", ["file", Rsyncd])
def test_one_that_lacks_for_now_is_told_and_looked_for_again(mirror, installers, kind):
    if kind != "file":
        mirror.from_server(kind(mirror.folder / "server", mirror.upstream))
    place = mirror.upstream / "dists/stable" / AT / NEW / "images/cdrom/vmlinuz"
    place.chmod(0o600)
    report = mirror.sync()
    assert [item["path"] for item in report["left_out"]] == [f"dists/stable/{AT}/{NEW}/images/cdrom/vmlinuz"], report
    place.chmod(0o644)
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}


def test_an_upstream_without_any_is_told(mirror, installers):
    shutil.rmtree(mirror.upstream / "dists/stable" / AT)
    report = mirror.sync()
    assert report["outcome"] == "published" and held(mirror) == {}
    assert [item["path"] for item in report["left_out"]] == [f"dists/stable/{AT}/current/images/SHA256SUMS"]


def test_names_that_lead_elsewhere_are_refused(mirror, installers):
    mirror.sync()
    installers.add("3", IMAGES, b"0" * 64 + b"  ./../../../../../pool/x\n")
    installers.release("3")
    error = mirror.sync(status=1)["error"]
    assert error.startswith(f"the checksum list dists/stable/{AT}/3/images/SHA256SUMS: unsafe path"), error
    assert held(mirror) == {"current": NEW, **of(NEW, IMAGES)}
