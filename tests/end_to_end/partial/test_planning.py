"""How large a selection would be, before a package is fetched."""
from support.debian_archive import pool, select


def sizes(mirror, *paths):
    return {"files": len(paths), "bytes": sum((mirror.upstream / path).stat().st_size for path in paths)}


def test_it_is_told_by_suite_component_and_architecture(mirror, archive, key):
    one, other = archive.package("a"), archive.package("b", component="contrib")
    both, arm = archive.package("c", architecture="all"), archive.package("d", architecture="arm64")
    archive.publish(components=("main", "contrib"), architectures=("amd64", "arm64"))
    select(mirror, key, 'components = ["main", "contrib"]\narchitectures = ["amd64", "arm64"]')
    parts = [{"part": "stable/main/amd64", **sizes(mirror, one, both)}, {"part": "stable/main/arm64", **sizes(mirror, arm)},
             {"part": "stable/contrib/amd64", **sizes(mirror, other)}, {"part": "stable/contrib/arm64", **sizes(mirror)}]
    estimate, = mirror.json("estimate")
    assert estimate["selection"] == parts and estimate["bytes"] > sum(part["bytes"] for part in parts)
    assert "    stable/main/arm64: 1 file (" in mirror.good("estimate").stdout
    dry = mirror.sync("--dry-run")
    assert dry["selection"] == parts and dry["outcome"] == "published"
    assert dry["fetch"]["files"] == estimate["files"] and not (mirror.store / "catalogue.db").exists()
    real = mirror.sync()
    assert real["selection"] == parts and real["total"] == {"files": estimate["files"], "bytes": estimate["bytes"]}
    assert len(pool(mirror)) == 4
    assert mirror.sync("--dry-run")["outcome"] == "unchanged"


def test_a_suite_that_is_named_twice_is_read_once(mirror, archive, key):
    path = archive.package("a")
    archive.publish()
    select(mirror, key, 'suites = ["stable", "stable"]')
    report = mirror.sync()
    assert report["selection"] == [{"part": "stable/main/amd64", **sizes(mirror, path)}]
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and "selection" not in again, "the Release files alone were looked at"


def test_it_is_refused_where_a_sync_would_be(mirror, archive, key, stranger):
    archive.package("a")
    archive.publish()
    select(mirror, key, f'keyring = "{stranger.keyring}"')
    assert "which the keyring does not have" in mirror.json("estimate", status=1)[0]["error"]
    assert "which the keyring does not have" in mirror.sync("--dry-run", status=1)["error"]
