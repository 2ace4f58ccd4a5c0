#include "sync/http/http_question.hpp"

#include "sync/http/page_memory.hpp"
#include "tests/support/listed.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::file_of;
using test::noon;
using test::path;
using test::stored;
using testing::ElementsAre;
using testing::IsEmpty;

using Kind = HttpQuestion::Kind;

constexpr auto at_noon = "Tue, 14 Nov 2023 22:13:20 GMT";
constexpr auto a_minute_later = "Tue, 14 Nov 2023 22:14:20 GMT";

HttpResponse answer(unsigned status, std::vector<HttpField> fields = {}) {
    return {.url = HttpUrl::parse("http://mirror/f").value(), .status = status, .fields = std::move(fields)};
}

Order order_of(Sureness sureness, Bytes size, UnixTime mtime) {
    Order order;
    order.item = {path("f"), {.size = size, .mtime = FileTime::from_seconds(mtime)}};
    order.sureness = sureness;
    return order;
}
Entry current(std::string_view content, UnixTime mtime) {
    return {
        .size = content.size(), .mtime = FileTime::from_seconds(mtime), .digest = digest_of_text(content)};
}
std::string mark(std::string_view content, const std::string& validator) {
    return digest_of_text(content).hex() + " " + validator;
}

TEST(HttpCondition, AsksByTheServersMarkOfWhatIsHeld) {
    auto order = order_of(Sureness::none, 0, 0);
    order.validator = mark("held", "\"tag\"");
    EXPECT_FALSE(condition_for(order));
    order.current = current("held", noon);
    ASSERT_TRUE(condition_for(order));
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-None-Match", "\"tag\""}));
    EXPECT_FALSE(condition_for(order)->mtime);
    order.validator = mark("held", at_noon);
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-Modified-Since", at_noon}));
    for (const auto& useless : {mark("another", "\"tag\""), mark("held", ""), std::string("\"tag\"")}) {
        order.validator = useless;
        EXPECT_FALSE(condition_for(order)) << useless;
    }
    order.validator = mark("held", "\"tag\"");
    order.sureness = Sureness::exact;
    EXPECT_FALSE(condition_for(order));
}

TEST(HttpCondition, AsksByTheTimeOfWhatCameFromElsewhereWhenItLooksTheSame) {
    const auto condition = [](Sureness sureness, Bytes size, UnixTime listed) {
        auto order = order_of(sureness, size, listed);
        order.current = current(std::string(5000, 'x'), noon);
        return condition_for(order);
    };
    constexpr auto minute = noon - noon % 60;
    ASSERT_TRUE(condition(Sureness::rough, 5120, minute));
    EXPECT_EQ(condition(Sureness::rough, 5120, minute)->field, (HttpField{"If-Modified-Since", at_noon}));
    EXPECT_EQ(condition(Sureness::rough, 5120, minute)->mtime, FileTime::from_seconds(noon));
    EXPECT_TRUE(condition(Sureness::rough, 5120, minute + 2 * 3600));  // another time zone
    EXPECT_TRUE(condition(Sureness::rough, 5120, minute - 9 * 1800));
    EXPECT_FALSE(condition(Sureness::rough, 5120, minute + 60));
    EXPECT_FALSE(condition(Sureness::rough, 5120, minute + 86400));
    EXPECT_FALSE(condition(Sureness::rough, 50'000, minute));
    EXPECT_FALSE(condition(Sureness::none, 0, 0));
}

// What a plain folder holds of a file that a page lists.
Order order_of(Sureness sureness, const Entry& listed, const Entry& current) {
    return {.item = {path("f"), listed}, .sureness = sureness, .current = current};
}

TEST(HttpQuestion, AsksForTheHeadOfWhatAPlainFolderMayHoldAlready) {
    const auto here = file_of("hello", noon + 5);
    const auto minute = file_of("hello", noon - noon % 60);
    EXPECT_TRUE(may_be_here_already(order_of(Sureness::none, {}, here)));
    EXPECT_TRUE(may_be_here_already(order_of(Sureness::rough, minute, here)));
    EXPECT_FALSE(may_be_here_already(order_of(Sureness::exact, here, here)));
    EXPECT_FALSE(may_be_here_already(order_of(Sureness::rough, file_of("hello", noon - 400), here)));
    EXPECT_FALSE(may_be_here_already(order_of(Sureness::none, {}, stored("hello"))));
    EXPECT_FALSE(may_be_here_already({.item = {path("f"), here}, .sureness = Sureness::none}));
}

// Held, with the server's mark of it, and listed by name alone.
Order known() {
    auto order = order_of(Sureness::none, 0, 0);
    order.current = current("held", noon);
    order.validator = mark("held", "\"tag\"");
    return order;
}

TEST(HttpQuestion, WhatNothingIsKnownOfIsAskedForWhole) {
    const auto question = question_for(order_of(Sureness::exact, 5, noon), 0);
    EXPECT_EQ(question.kind, Kind::whole);
    EXPECT_THAT(question.fields, IsEmpty());
}

TEST(HttpQuestion, WhatIsHeldIsSentOnlyWhenItChanged) {
    const auto question = question_for(known(), 0);
    EXPECT_EQ(question.kind, Kind::if_changed);
    EXPECT_THAT(question.fields, ElementsAre(HttpField{"If-None-Match", "\"tag\""}));
    EXPECT_EQ(question.mtime, std::nullopt);
}

TEST(HttpQuestion, APartIsGoneOnWithWhateverElseIsHeld) {
    auto order = known();
    order.part_validator = "\"part\"";
    const auto question = question_for(order, 1234);
    EXPECT_EQ(question.kind, Kind::rest);
    EXPECT_THAT(question.fields,
                ElementsAre(HttpField{"Range", "bytes=1234-"}, HttpField{"If-Range", "\"part\""}));
}

TEST(HttpQuestion, APartThatMayBeOfAnotherFileIsOfNoUse) {
    const auto question = question_for(known(), 1234);
    EXPECT_EQ(question.kind, Kind::whole);
    EXPECT_THAT(question.fields, IsEmpty());
}

TEST(HttpQuestion, AnAnswerMeansWhatTheQuestionMakesOfIt) {
    using Meaning = HttpMeaning;
    struct Case {
        unsigned status;
        Meaning whole, rest, if_changed;
    };
    for (const auto& [status, whole, rest, if_changed] : {
             Case{200, Meaning::file, Meaning::file, Meaning::file},
             Case{206, Meaning::file, Meaning::file, Meaning::file},
             Case{304, Meaning::trouble, Meaning::trouble, Meaning::same},
             Case{416, Meaning::trouble, Meaning::ask_for_whole, Meaning::trouble},
             Case{404, Meaning::trouble, Meaning::trouble, Meaning::trouble},
             Case{412, Meaning::trouble, Meaning::trouble, Meaning::trouble},
             Case{503, Meaning::trouble, Meaning::trouble, Meaning::trouble},
         }) {
        EXPECT_EQ(meaning_of(answer(status), {Kind::whole}), whole) << status;
        EXPECT_EQ(meaning_of(answer(status), {Kind::rest}), rest) << status;
        EXPECT_EQ(meaning_of(answer(status), {Kind::if_changed}), if_changed) << status;
    }
}

// A server may say "not modified" of anything that is older than the condition.
TEST(HttpQuestion, NotModifiedOfAnotherTimeIsAnotherFile) {
    const HttpQuestion by_time{.kind = Kind::if_changed, .mtime = FileTime::from_seconds(noon)};
    const HttpQuestion by_mark{.kind = Kind::if_changed};
    EXPECT_EQ(meaning_of(answer(304, {{"Last-Modified", at_noon}}), by_time), HttpMeaning::same);
    EXPECT_EQ(meaning_of(answer(304, {{"Last-Modified", a_minute_later}}), by_time),
              HttpMeaning::ask_for_whole);
    EXPECT_EQ(meaning_of(answer(304), by_time), HttpMeaning::same);
    EXPECT_EQ(meaning_of(answer(304, {{"Last-Modified", a_minute_later}}), by_mark), HttpMeaning::same);
}

constexpr Sureness to_the_minute{Sure::exact, Sure::rough};

TEST(HttpCondition, AnExactSizeWithARoughTimeDoesNotSaveTheQuestion) {
    constexpr auto minute = noon - noon % 60;
    auto order = order_of(to_the_minute, 4, minute);
    order.current = current("held", noon);
    ASSERT_TRUE(condition_for(order));
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-Modified-Since", at_noon}));
    order.validator = mark("held", "\"tag\"");
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-None-Match", "\"tag\""}));
}

TEST(HttpCondition, AnotherExactSizeIsAskedForWhole) {
    for (const auto time : {Sure::rough, Sure::none}) {
        auto order = order_of({Sure::exact, time}, 5, noon - noon % 60);
        order.current = current("held", noon);
        EXPECT_FALSE(condition_for(order));
        order.validator = mark("held", "\"tag\"");
        EXPECT_FALSE(condition_for(order));
        EXPECT_EQ(question_for(order, 0).kind, Kind::whole);
        order.sureness.size = Sure::rough;
        EXPECT_TRUE(condition_for(order)) << "a rounded one may mean either";
    }
}

TEST(HttpCondition, WithoutATimeOrASizeTheServersMarkAloneIsOfUse) {
    for (const auto sureness : {Sureness{Sure::exact, Sure::none}, Sureness{Sure::none, Sure::rough}}) {
        auto order = order_of(sureness, 4, noon - noon % 60);
        order.current = current("held", noon);
        EXPECT_FALSE(condition_for(order));
        order.validator = mark("held", "\"tag\"");
        EXPECT_TRUE(condition_for(order));
    }
}

TEST(HttpCondition, AnExactTimeIsInNoOtherZone) {
    auto order = order_of({Sure::rough, Sure::exact}, 4, noon);
    order.current = current("held", noon);
    EXPECT_TRUE(condition_for(order));
    order.current = current("held", noon + 3600);
    EXPECT_FALSE(condition_for(order));
}

TEST(HttpQuestion, OfAPlainFolderEachFactThatIsToldMustFit) {
    const auto here = file_of("hello", noon + 5);
    const auto minute = file_of("hello", noon - noon % 60), longer = file_of("hello!", noon - noon % 60);
    EXPECT_TRUE(may_be_here_already(order_of(to_the_minute, minute, here)));
    EXPECT_FALSE(may_be_here_already(order_of(to_the_minute, longer, here)));
    EXPECT_TRUE(may_be_here_already(order_of({Sure::exact, Sure::none}, file_of("hello", 0), here)));
    EXPECT_FALSE(may_be_here_already(order_of({Sure::exact, Sure::none}, longer, here)));
    EXPECT_TRUE(may_be_here_already(order_of({Sure::none, Sure::rough}, minute, here)));
    EXPECT_FALSE(may_be_here_already(order_of({Sure::none, Sure::rough}, file_of("", noon - 400), here)));
    EXPECT_TRUE(may_be_here_already(order_of({Sure::rough, Sure::exact}, here, here)));
    EXPECT_FALSE(may_be_here_already(order_of({Sure::rough, Sure::exact}, minute, here)));
}

}  // namespace
}  // namespace mirrorseed::sync
