"""The mirror that the tests of HTTP begin with."""
import pytest

from support.http_mirror import HttpMirror


@pytest.fixture
def mirror(tmp_path):
    made = HttpMirror(tmp_path)
    yield made
    made.stop()
