"""Conditions on a request, in the order of the RFC; E stands for the file's ETag."""
from support.messages import CONTENT, EARLIER, LATER, MODIFIED, SIZE, TIME, table
from support.raw_http import Wire, ask, request


@table(
    none_match_the_same=(["If-None-Match: E"], 304),
    none_match_the_same_but_weak=(["If-None-Match: W/E"], 304),
    none_match_in_a_list=(['If-None-Match: "x" , E'], 304),
    none_match_with_a_comma_in_a_tag=(['If-None-Match: "x,y", E'], 304),
    none_match_in_a_second_line=(['If-None-Match: "x"', "If-None-Match: E"], 304),
    none_match_anything=(["If-None-Match: *"], 304),
    none_match_another=(['If-None-Match: "x"'], 200),
    none_match_another_though_not_modified=(['If-None-Match: "x"', f"If-Modified-Since: {MODIFIED}"], 200),
    none_match_the_same_though_modified=(["If-None-Match: E", f"If-Modified-Since: {EARLIER}"], 304),
    modified_since_its_time=([f"If-Modified-Since: {MODIFIED}"], 304),
    modified_since_later=([f"If-Modified-Since: {LATER}"], 304),
    modified_since_earlier=([f"If-Modified-Since: {EARLIER}"], 200),
    modified_since_no_date=(["If-Modified-Since: yesterday"], 200),
    modified_since_a_number=([f"If-Modified-Since: {TIME}"], 200),
    modified_since_in_asctime=(["If-Modified-Since: Sun Sep 13 12:26:40 2020"], 304),
    modified_since_in_rfc_850=(["If-Modified-Since: Sunday, 13-Sep-20 12:26:40 GMT"], 304),
    match_the_same=(["If-Match: E"], 200),
    match_in_a_list=(['If-Match: "x", E'], 200),
    match_anything=(["If-Match: *"], 200),
    match_another=(['If-Match: "x"'], 412),
    match_only_weakly=(["If-Match: W/E"], 412),
    match_though_modified=(["If-Match: E", f"If-Unmodified-Since: {EARLIER}"], 200),
    match_another_before_none_match=(['If-Match: "x"', "If-None-Match: E"], 412),
    unmodified_since_its_time=([f"If-Unmodified-Since: {MODIFIED}"], 200),
    unmodified_since_later=([f"If-Unmodified-Since: {LATER}"], 200),
    unmodified_since_earlier=([f"If-Unmodified-Since: {EARLIER}"], 412),
    unmodified_since_no_date=(["If-Unmodified-Since: never"], 200),
    unmodified_since_before_none_match=([f"If-Unmodified-Since: {EARLIER}", "If-None-Match: E"], 412),
    range_alone=(["Range: bytes=0-4"], 206),
    range_if_the_same=(["Range: bytes=0-4", "If-Range: E"], 206),
    range_if_another=(["Range: bytes=0-4", 'If-Range: "x"'], 200),
    range_if_weakly_the_same=(["Range: bytes=0-4", "If-Range: W/E"], 200),
    range_if_its_time=(["Range: bytes=0-4", f"If-Range: {MODIFIED}"], 206),
    range_if_later=(["Range: bytes=0-4", f"If-Range: {LATER}"], 200),
    range_if_earlier=(["Range: bytes=0-4", f"If-Range: {EARLIER}"], 200),
    range_if_no_date=(["Range: bytes=0-4", "If-Range: x"], 200),
    range_if_anything=(["Range: bytes=0-4", "If-Range: *"], 200),
    if_range_alone=(["If-Range: E"], 200),
    range_not_there_if_the_same=(["Range: bytes=200000-", "If-Range: E"], 416),
    range_not_there_if_another=(["Range: bytes=200000-", 'If-Range: "x"'], 200),
    range_and_none_match=(["Range: bytes=0-4", "If-None-Match: E"], 304),
    range_and_modified_since=(["Range: bytes=0-4", f"If-Modified-Since: {MODIFIED}"], 304),
    range_and_match_another=(["Range: bytes=0-4", 'If-Match: "x"'], 412),
    range_and_match=(["Range: bytes=0-4", "If-Match: E"], 206),
    range_not_there_and_none_match=(["Range: bytes=200000-", "If-None-Match: E"], 304),
)
def test_conditions_decide_in_the_order_of_the_rfc(server, case):
    fields, status = case
    plain = ask(server, "/file")
    assert not plain["ETag"].startswith("W/") and plain["Last-Modified"] == MODIFIED
    fields = [line.replace(": E", ": " + plain["ETag"]).replace(", E", ", " + plain["ETag"])
              .replace("W/E", "W/" + plain["ETag"]) for line in fields]
    with Wire(server) as wire:
        answer = wire.send(request("/file", *fields)).answer()
        assert answer.status == status
        assert answer.body == {200: CONTENT, 206: CONTENT[:5], 304: b"", 416: b""}.get(status, answer.body)
        if status in (200, 206, 304):
            assert (answer["ETag"], answer["Last-Modified"]) == (plain["ETag"], MODIFIED)
        if status == 304:
            assert answer["Content-Type"] is None and answer["Content-Length"] in (None, str(SIZE))
        # HEAD knows conditions, but no ranges.
        as_head = wire.send(request("/file", *fields, method="HEAD")).answer("HEAD")
        assert as_head.status == (200 if status in (206, 416) else status)
        assert wire.send(request("/A")).answer().body == b"A"


def test_conditions_on_what_is_not_there_change_nothing(server):
    for line in ("If-None-Match: *", "If-Match: *", f"If-Unmodified-Since: {EARLIER}", "Range: bytes=0-1"):
        assert ask(server, "/nothing", line).status == 404
