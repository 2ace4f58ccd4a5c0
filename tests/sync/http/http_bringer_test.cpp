#include "sync/http/http_bringer.hpp"

#include "core/http/http_date.hpp"
#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::noon;
using test::path;
using test::stored;

// What a plain folder holds of a file that a page lists.
Order order_of(Sureness sureness, const Entry& listed, const Entry& held) {
    return {.item = {path("f"), listed}, .sureness = sureness, .held = held};
}

HttpResponse head_of(std::string_view size, UnixTime time) {
    return {.url = HttpUrl::parse("http://h/f").value(),
            .status = 200,
            .fields = {{"Content-Length", std::string(size)}, {"Last-Modified", format_http_date(time)}}};
}

TEST(HttpBringer, AsksForTheHeadOfWhatAPlainFolderMayHoldAlready) {
    const auto here = file_of("hello", noon + 5);
    const auto minute = file_of("hello", noon - noon % 60);
    EXPECT_TRUE(may_be_held_already(order_of(Sureness::none, {}, here)));
    EXPECT_TRUE(may_be_held_already(order_of(Sureness::rough, minute, here)));
    EXPECT_FALSE(may_be_held_already(order_of(Sureness::exact, here, here)));
    EXPECT_FALSE(may_be_held_already(order_of(Sureness::rough, file_of("hello", noon - 400), here)));
    EXPECT_FALSE(may_be_held_already(order_of(Sureness::none, {}, stored("hello"))));
    EXPECT_FALSE(may_be_held_already({.item = {path("f"), here}, .sureness = Sureness::none}));
}

TEST(HttpBringer, AHeadConfirmsSizeAndSecond) {
    const auto order = order_of(Sureness::none, {}, file_of("hello"));
    EXPECT_TRUE(confirms_held(head_of("5", noon), order));
    EXPECT_FALSE(confirms_held(head_of("6", noon), order));
    EXPECT_FALSE(confirms_held(head_of("5", noon + 1), order));
    auto head = head_of("5", noon);
    head.fields.push_back({"Content-Encoding", "gzip"});
    EXPECT_FALSE(confirms_held(head, order));
    head = head_of("5", noon);
    head.status = 405;
    EXPECT_FALSE(confirms_held(head, order));
}

TEST(HttpBringer, WithoutALastModifiedThePageTellsTheTime) {
    auto head = head_of("5", noon);
    head.fields.pop_back();
    EXPECT_TRUE(confirms_held(head, order_of(Sureness::rough, file_of("hello"), file_of("hello"))));
    EXPECT_FALSE(
        confirms_held(head, order_of(Sureness::rough, file_of("hello", noon + 60), file_of("hello"))));
    EXPECT_FALSE(confirms_held(head, order_of(Sureness::none, {}, file_of("hello"))));
}

TEST(HttpBringer, AnEmptyFileHasNoLengthToTell) {
    auto head = head_of("", noon);
    head.fields.erase(head.fields.begin());
    EXPECT_TRUE(confirms_held(head, order_of(Sureness::none, {}, file_of(""))));
    EXPECT_FALSE(confirms_held(head, order_of(Sureness::none, {}, file_of("hello"))));
}

}  // namespace
}  // namespace mirrorseed::sync
