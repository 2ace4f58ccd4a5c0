"""What pytest must know of these tests, and the mirror that most of them begin with."""
import pytest

pytest.register_assert_rewrite("support")

from support import folders  # noqa: E402, as it is only now that its asserts tell what they saw
from support.mirror import Mirror  # noqa: E402

FAILED = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.option.basetemp:
        folders.use(config.option.basetemp)
    elif not config.option.collectonly:
        folders.clear_up()
        folders.PLACE.mkdir(parents=True, exist_ok=True)
        config.option.basetemp = str(folders.of_this_run())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Takes the folder of a test that has passed away, as all of them together would fill many a disk."""
    report = (yield).get_result()
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    if call.when == "teardown" and not item.stash[FAILED] and "tmp_path" in item.funcargs:
        folders.remove(item.funcargs["tmp_path"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus):
    """What a run leaves is for looking at its failures, until the next run."""
    if exitstatus == pytest.ExitCode.OK:
        folders.remove(folders.of_this_run())


@pytest.fixture
def mirror(tmp_path):
    made = Mirror(tmp_path)
    yield made
    made.stop()
