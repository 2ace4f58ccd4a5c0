"""How rsync is run: its arguments, its environment, and what it may do."""
import os
import re

from support.rsync_mirror import runs_of_rsync, write_image


def test_rsync_is_asked_to_delete_nothing_and_told_nothing_of_ours(mirror):
    write_image(mirror)
    mirror.write("goes", "x")
    mirror.daemon()
    mirror.configure('rate_limit = "1 GiB/s"')
    first, _ = runs_of_rsync(mirror, "sync")
    write_image(mirror, changed=True)
    os.unlink(mirror.upstream / "goes")
    second, _ = runs_of_rsync(mirror, "sync")
    assert not (mirror.checkout / "goes").exists()
    # A list, and what is small and what is large each by itself.
    assert len(first) == 3 and len(second) == 2
    for arguments, environment in first + second:
        assert arguments[0] == "rsync" and arguments[-1 if arguments[-1].startswith("rsync:") else -2] == mirror.urls[0]
        options = [word.split("=")[0] for word in arguments if word.startswith("-")]
        assert not [word for word in options if "del" in word or "remove" in word or word == "-e"]
        assert {word.split("=")[0] for word in environment} == {"PATH", "LC_ALL", "TZ", "HOME"}
    fetched = [arguments for arguments, _ in first + second if "--files-from=-" in arguments]
    assert len(fetched) == 3 and all("--bwlimit=1048576" in arguments for arguments in fetched)
    assert [("--info=progress2" in arguments) for arguments in fetched] == [False, True, True]
    assert not any(word.startswith("--compare-dest") for arguments in fetched[:2] for word in arguments)
    assert any(word.startswith("--compare-dest=" + str(mirror.store)) for word in fetched[2])


def test_rsync_is_confined_where_the_kernel_can(mirror):
    mirror.fill()
    mirror.daemon()
    runs, trace = runs_of_rsync(mirror, "sync")
    asked = re.findall(r"landlock_create_ruleset\(NULL, 0, .*\) = (-?\d+)(.*)", trace)
    assert asked
    applied = re.findall(r"landlock_restrict_self\(.*\) += 0", trace)
    if int(asked[0][0]) > 0:
        assert len(applied) == len(runs) == 2
    else:  # a kernel without it says so
        assert re.search("ENOSYS|EOPNOTSUPP", asked[0][1]) and applied == []
