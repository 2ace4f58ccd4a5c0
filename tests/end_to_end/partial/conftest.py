"""Archives that are mirrored in part."""
import pytest

from support.debian_archive import DebianArchive, select
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
