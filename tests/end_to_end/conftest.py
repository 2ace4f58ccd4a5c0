"""What pytest must know of these tests, and the mirror that most of them begin with."""
import pytest

pytest.register_assert_rewrite("support")

from support.mirror import Mirror  # noqa: E402, as it is only now that its asserts tell what they saw


@pytest.fixture
def mirror(tmp_path):
    made = Mirror(tmp_path)
    yield made
    made.stop()
