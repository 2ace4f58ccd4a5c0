#include "sync/arch/held_names.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::sync::arch {
namespace {

using test::path;

// "a -> b -> c"
std::string chain(const std::map<std::string, Entry>& tree, const char* name) {
    std::string text;
    for (const auto& item : held_chain(
             [&](const RelPath& at) {
                 const auto found = tree.find(at.str());
                 return found == tree.end() ? std::nullopt : std::optional(found->second);
             },
             path(name)))
        text += (text.empty() ? "" : " -> ") + item.path.str();
    return text;
}

Entry link(const char* target) {
    return {.kind = EntryKind::link, .target = target};
}

TEST(HeldNames, FollowLinksOfTheTree) {
    EXPECT_EQ(chain({{"os/core.db", {}}}, "os/core.db"), "os/core.db");
    EXPECT_EQ(chain({{"os/core.db", link("core.db.tar.gz")}, {"os/core.db.tar.gz", {}}}, "os/core.db"),
              "os/core.db -> os/core.db.tar.gz");
    EXPECT_EQ(chain({{"os/core.db", link("../pool/x")}, {"pool/x", {}}}, "os/core.db"),
              "os/core.db -> pool/x");
}

TEST(HeldNames, LeadNowhereWhereThereIsNoFile) {
    EXPECT_EQ(chain({}, "core.db"), "");
    EXPECT_EQ(chain({{"core.db", link("gone")}}, "core.db"), "");
    EXPECT_EQ(chain({{"core.db", link("core.db")}}, "core.db"), "");
    EXPECT_EQ(chain({{"core.db", link("../../etc/passwd")}}, "core.db"), "");
    EXPECT_EQ(chain({{"core.db", {.kind = EntryKind::folder}}}, "core.db"), "");
}

TEST(HeldNames, OnlyWhatWasSignedBeforeWaits) {
    EXPECT_EQ(signed_before("core.db", 86400, 172800),
              "core.db was signed at 1970-01-02T00:00:00Z, and the one here at 1970-01-03T00:00:00Z");
    EXPECT_EQ(signed_before("core.db", 86400, 86400), "");
    EXPECT_EQ(signed_before("core.db", 172800, 86400), "");
    EXPECT_EQ(signed_before("core.db", 0, 86400), "") << "nobody knows when";
}

}  // namespace
}  // namespace mirrorseed::sync::arch
