#include "sync/arch/upstream_names.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::sync::arch {
namespace {

using test::path;

Entry file(Bytes size = 1) {
    return {.size = size};
}
Entry link(const std::string& target) {
    return {.kind = EntryKind::link, .mode = 0777, .target = target};
}

class UpstreamNamesTest : public testing::Test {
protected:
    UpstreamNamesTest() {
        around_.names_in = [this](const RelPath& folder) -> Result<std::optional<PackedFolder>> {
            ++asked_;
            if (!tells_) return std::optional<PackedFolder>();
            PackedFolder names(folder);
            for (const auto& [name, entry] : upstream_)
                if (path(name).parent() == folder)
                    names.append({.name = std::string(path(name).name()), .entry = entry});
            names.sort();
            return std::optional(std::move(names));
        };
        around_.held_entry = [this](const RelPath& at) {
            const auto found = held_.find(at.str());
            return found == held_.end() ? std::nullopt : std::optional(found->second);
        };
    }

    // "a -> b -> c", or why not.
    std::string led(const std::string& from) {
        const auto led = names_.follow(path(from));
        if (!led) return led.error().text();
        std::string text;
        for (const auto& item : led->links)
            text += item.path.str() + " -> ";
        text += led->file.str();
        if (!led->is_told) return text + "?";
        return led->entry ? text : text + " which is not there";
    }

    std::map<std::string, Entry> upstream_, held_;
    bool tells_ = true;
    int asked_ = 0;
    MetadataSurroundings around_;
    UpstreamNames names_{around_};
};

TEST_F(UpstreamNamesTest, FollowsLinksWithinTheTree) {
    upstream_ = {
        {"r/os/a", link("../../pool/a")}, {"pool/a", link("b")}, {"pool/b", file()}, {"r/os/c", file()}};
    EXPECT_EQ(led("r/os/a"), "r/os/a -> pool/a -> pool/b");
    EXPECT_EQ(led("r/os/c"), "r/os/c");
    EXPECT_EQ(led("r/os/d"), "r/os/d which is not there");
    EXPECT_EQ(asked_, 2) << "once for each folder";
}

TEST_F(UpstreamNamesTest, RefusesThoseThatLeaveItOrGoOnAndOn) {
    upstream_ = {{"a", link("../b")}, {"b", link("/etc/passwd")},
                 {"c", link(".")},    {"d", link("d")},
                 {"e", link("gone")}, {"f", {.kind = EntryKind::folder, .mode = 0755}}};
    for (const char* name : {"a", "b", "c"})
        EXPECT_EQ(led(name), std::string(name) + " is a symbolic link that leaves the tree");
    EXPECT_EQ(led("d"), "d is a symbolic link that leads on and on");
    EXPECT_EQ(led("e"), "e -> gone which is not there");
    EXPECT_EQ(led("f"), "f which is not there");
}

TEST_F(UpstreamNamesTest, KeepsTheTreesLinksWhereTheUpstreamTellsNone) {
    tells_ = false;
    held_ = {{"a", link("pool/a")}, {"pool/a", file()}};
    EXPECT_EQ(led("a"), "a -> pool/a?");
    EXPECT_EQ(led("b"), "b?");
}

}  // namespace
}  // namespace mirrorseed::sync::arch
