"""Archives that are mirrored in part."""
import pytest

from support import rpm_archive
from support.debian_archive import DebianArchive, select
from support.images import Images
from support.rpm_archive import RpmArchive
from support.signing import SigningKey


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    return SigningKey(tmp_path_factory.mktemp("gpg") / "home")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    return SigningKey(tmp_path_factory.mktemp("gpg") / "stranger")


@pytest.fixture
def archive(mirror, key):
    made = DebianArchive(mirror.upstream, mirror.folder / "build", key)
    select(mirror, key)
    return made


@pytest.fixture
def repos(mirror, key):
    """RPM repositories beside each other, of which the mirror holds a part."""
    made = RpmArchive(mirror.upstream, key)
    rpm_archive.select(mirror, key)
    return made


@pytest.fixture
def images(mirror, key):
    return Images(mirror, key)
