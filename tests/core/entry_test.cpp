#include "core/entry.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

TEST(Entry, ReadableByAllLooksAtWhatOthersMay) {
    const struct {
        EntryKind kind;
        std::uint32_t mode;
        bool readable;
    } cases[] = {
        {EntryKind::file, 0644, true},    {EntryKind::file, 0640, false},   {EntryKind::file, 0004, true},
        {EntryKind::file, 0600, false},   {EntryKind::folder, 0755, true},  {EntryKind::folder, 0750, false},
        {EntryKind::folder, 0751, false}, {EntryKind::folder, 0754, false}, {EntryKind::link, 0777, true},
        {EntryKind::link, 0, true},
    };
    for (const auto& c : cases)
        EXPECT_EQ(readable_by_all(c.kind, c.mode), c.readable)
            << kind_name(c.kind) << ' ' << std::oct << c.mode;
}

TEST(Entry, KindsHaveTheNamesOfManifests) {
    EXPECT_EQ(kind_name(EntryKind::file), "file");
    EXPECT_EQ(kind_name(EntryKind::folder), "directory");
    EXPECT_EQ(kind_name(EntryKind::link), "symlink");
}

}  // namespace
}  // namespace mirrorseed
