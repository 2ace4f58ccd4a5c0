"""A hook may call any command, whoever runs it: nobody holds the store while hooks run."""
import json

import pytest

from support.program import PROGRAM


@pytest.fixture(params=["keeper", "lone command"])
def commanding(request, mirror):
    """A tree whose hook calls the program and writes down how that ended; another tree beside it."""
    diary, hook, source = mirror.folder / "diary", mirror.folder / "hook", mirror.folder / "other"
    source.mkdir()
    (source / "g").write_text("other")

    def begin(*commands):
        lines = [f"timeout 20 {PROGRAM} -q -c {mirror.config} {command} 2>&-; echo $MIRRORSEED_GENERATION {command} $?"
                 for command in commands]
        hook.write_text("#!/bin/sh\nexec >> " + str(diary) + "\n" + "\n".join(lines) + "\n")
        hook.chmod(0o755)
        options = f'schedule = "manual"\nmax_delete = "100%"\non_publish = {json.dumps([str(hook)])}'
        mirror.configure(options, more=f"""
[[tree]]
name = "other"
upstreams = ["file://{source}/"]
schedule = "manual"
on_publish = {json.dumps([str(hook.with_name("quiet"))])}
""")
        hook.with_name("quiet").write_text(f"#!/bin/sh\necho other $MIRRORSEED_GENERATION >> {diary}\n")
        hook.with_name("quiet").chmod(0o755)
        if request.param == "keeper":
            mirror.keep()

    begin.told = lambda: diary.read_text().splitlines()
    return begin


def test_a_hook_may_sync_another_tree_and_collect(mirror, commanding):
    commanding("sync other", "gc", "verify")
    mirror.write("f", "one")
    assert mirror.sync("tree")["unfinished"] == []
    assert commanding.told() == ["other 1", "1 sync other 0", "1 gc 0", "1 verify 0"]
    assert (mirror.store / "trees/other/g").read_text() == "other"


def test_a_hook_may_sync_its_own_tree(mirror, commanding):
    commanding("sync tree")
    mirror.write("f", "one")
    assert mirror.sync("tree")["unfinished"] == []
    assert commanding.told() == ["1 sync tree 0"]


def test_a_hook_may_take_back_what_it_is_told_of_and_is_told_of_that_in_order(mirror, commanding):
    commanding("rollback tree")
    mirror.write("f", "one")
    assert mirror.sync("tree")["unfinished"] == []
    mirror.write("f", "two, longer")
    assert mirror.sync("tree")["generation"] == 2
    # There is none to go back to but for the second.
    assert commanding.told() == ["1 rollback tree 1", "2 rollback tree 0", "3 rollback tree 1"]
    assert (mirror.checkout / "f").read_text() == "one"
