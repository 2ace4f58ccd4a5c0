"""Part of a Debian archive, by its own metadata."""
from support.debian_archive import pool


def test_what_the_indices_name_is_held_and_nothing_else(mirror, archive):
    a = archive.package("a")
    archive.package("b", component="contrib")
    archive.publish(extra={"main/i18n/Translation-en": b"Package: a\n", "main/i18n/Translation-de": b"Package: a\n",
                           "main/Contents-amd64": b"usr/share/a main/a\n"})
    mirror.write("pool/main/stray.deb", b"nobody names it")
    report = mirror.sync()
    assert report["outcome"] == "published", report
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    assert (mirror.checkout / a).read_bytes() == (mirror.upstream / a).read_bytes()
    files = {str(path.relative_to(mirror.checkout)) for path in mirror.checkout.rglob("*") if path.is_file()}
    named = {path for path in files if "by-hash" not in path}
    assert named == {a, *(f"dists/stable/{name}" for name in (
        "InRelease", "Release", "Release.gpg", "main/binary-amd64/Packages.gz", "main/binary-amd64/Packages.xz",
        "main/i18n/Translation-en.gz", "main/i18n/Translation-en.xz"))}
    assert len(files - named) == 4
    assert mirror.sync()["outcome"] == "unchanged"


def test_an_update_brings_what_is_new(mirror, archive):
    archive.package("a")
    archive.publish()
    mirror.sync()
    archive.package("a", "1.1")
    archive.publish()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] > 0, report
    assert pool(mirror) == ["a_1.0_amd64.deb", "a_1.1_amd64.deb"]

