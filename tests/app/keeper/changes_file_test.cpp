#include "app/keeper/changes_file.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using namespace std::string_literals;
using test::path;

TEST(ChangesFile, TellsFilesAndLinksThatChanged) {
    const Entry file, folder{.kind = EntryKind::folder}, other{.size = 1}, link{.kind = EntryKind::link};
    const std::vector<EntryChange> changes{
        {path("added"), {}, file},        {path("came/and/went"), {}, {}}, {path("changed"), file, other},
        {path("folder"), {}, folder},     {path("gone"), file, {}},        {path("kind"), link, file},
        {path("now-file"), folder, file}, {path("same"), file, file},      {path("was-file"), file, folder}};
    std::string text;
    for (const auto& change : changes)
        text += record_of(change);
    EXPECT_EQ(text, "+added\0~changed\0-gone\0~kind\0+now-file\0-was-file\0"s);
}

TEST(ChangesFile, IsWrittenInTheOrderInWhichItComesHoweverMuchThatIs) {
    const test::TempFolder folder;
    std::string expected;
    const auto written = write_changes(folder.at("changes"), [&](const auto& seen) {
        for (int i = 0; i < 20'000; ++i) {
            const EntryChange change{path("folder/name-" + std::to_string(i)), {}, Entry()};
            seen(change);
            expected += record_of(change);
        }
    });
    ASSERT_TRUE(written);
    EXPECT_TRUE(folder.read("changes") == expected);
}

TEST(ChangesFile, AFileThatCannotBeWrittenIsAnError) {
    const test::TempFolder folder;
    const auto nothing = [](const auto&) {};
    EXPECT_FALSE(write_changes(folder.at("no/such/folder"), nothing));
    folder.write("there", "x");
    EXPECT_FALSE(write_changes(folder.at("there"), nothing));
}

}  // namespace
}  // namespace mirrorseed::app
