#include "sync/generation/candidate_name.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::path;

Entry file(std::string_view content) {
    return {.mode = 0644, .size = content.size(), .digest = digest_of_text(content)};
}

std::string name_of(const std::vector<EntryChange>& changes) {
    CandidateName name;
    for (const auto& change : changes)
        name.see(change);
    return name.finish();
}

TEST(CandidateName, IsOfWhatChanges) {
    auto hidden = file("one"), later = file("one"), closed = file("one");
    hidden.hidden = true;
    later.mtime = FileTime::from_seconds(7);
    closed.mode = 0600;
    const std::vector<std::vector<EntryChange>> candidates{
        {},
        {{path("a"), file("zero"), file("one")}},
        {{path("a"), file("zero"), file("two")}},
        {{path("b"), file("zero"), file("one")}},
        {{path("a"), file("zero"), {}}},
        {{path("a"), file("zero"), hidden}},
        {{path("a"), file("zero"), later}},
        {{path("a"), file("zero"), closed}},
        {{path("a"), file("zero"), {}}, {path("b"), file("zero"), {}}},
        {{path("ab"), file("zero"), {}}},
    };
    std::set<std::string> names;
    for (const auto& candidate : candidates) {
        EXPECT_EQ(name_of(candidate), name_of(candidate));
        EXPECT_EQ(name_of(candidate).size(), 8u);
        names.insert(name_of(candidate));
    }
    EXPECT_EQ(names.size(), candidates.size());
}

TEST(CandidateName, IsTheSameWhereARowWasWrittenAnewAndSaysTheSame) {
    EXPECT_EQ(name_of({{path("a"), file("one"), file("one")}, {path("b"), {}, file("two")}}),
              name_of({{path("b"), {}, file("two")}}));
}

}  // namespace
}  // namespace mirrorseed::sync
