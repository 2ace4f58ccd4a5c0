"""With --log-format json every line on standard error is one JSON object, whatever is said there."""
import json

import pytest

from support.program import run_program


def lines_of(text):
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "message"} <= line.keys() for line in lines), lines
    return [(line["level"], line["message"]) for line in lines]


def said(mirror, *arguments):
    return lines_of(mirror.run("--log-format", "json", *arguments).stderr)


def test_notes_and_failures_are_lines_of_json(mirror):
    mirror.configure('max_delete = 0\non_publish = ["/bin/false"]')
    mirror.write("a", "1")
    [(level, text)] = said(mirror, "sync")
    assert level == "error" and "/bin/false ended with status 1" in text
    mirror.configure("max_delete = 0")
    (mirror.upstream / "a").unlink()
    mirror.write("b", "1")
    [(level, text)] = said(mirror, "sync", "--dry-run")
    assert level == "error" and "would be held back" in text
    mirror.upstream.rename(mirror.folder / "away")
    [(level, text)] = said(mirror, "sync")
    assert level == "error" and "upstream" in text


def test_a_warning_of_a_good_command_is_one(mirror):
    mirror.write("a", "1", mode=0o666)
    [(level, text)] = said(mirror, "adopt", "tree", str(mirror.upstream))
    assert level == "warning" and "others may write" in text


@pytest.mark.parametrize("words", [("no-such-command",), ("sync", "--no-such-option"), ("history",)])
def test_wrong_usage_is_told_in_json(words):
    for option in (["--log-format", "json"], ["--log-format=json"]):
        done = run_program(*option, *words)
        assert done.returncode == 2 and lines_of(done.stderr)[0][0] == "error"


def test_a_bad_config_is_told_in_json(mirror):
    mirror.config.write_text("[store]\nno_such_key = 1\n")
    lines = said(mirror, "sync")
    assert any("no_such_key" in text for _, text in lines)
    assert [line for line in said(mirror, "check-config")]


@pytest.mark.parametrize("how", ["plain", "bar"])
def test_progress_is_told_in_json(mirror, how):
    mirror.write("a", "1")
    mirror.configure('on_publish = [["sleep", "2"]]')
    lines = said(mirror, "--progress", how, "sync")
    assert lines and all(level == "info" for level, _ in lines)
