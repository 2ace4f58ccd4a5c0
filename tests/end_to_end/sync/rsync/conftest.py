"""The mirror that the tests of rsync begin with."""
import pytest

from support.rsync_mirror import RsyncMirror


@pytest.fixture
def mirror(tmp_path):
    made = RsyncMirror(tmp_path)
    yield made
    made.stop()
