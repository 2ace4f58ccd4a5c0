#include "sync/debian/installer_choice.hpp"

#include <gmock/gmock.h>

namespace mirrorseed::sync::debian {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each path with the letter of its content.
ReleaseFile release_of(const std::vector<std::pair<std::string, char>>& files) {
    ReleaseFile release;
    for (const auto& [path, content] : files)
        release.files.push_back({.path = RelPath::parse(path).value(),
                                 .size = 1,
                                 .digest = Sha256::of(as_bytes(std::string(1, content)))});
    std::sort(release.files.begin(), release.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return release;
}

struct Chosen {
    std::vector<std::string> lists{};
    std::string link{};
};

Chosen choose(const std::vector<std::pair<std::string, char>>& files) {
    const auto choice = choose_installer(release_of(files), "main/installer-amd64");
    Chosen chosen;
    for (const auto& list : choice.lists)
        chosen.lists.push_back(list.list.path.str() +
                               (list.current ? " or " + list.current->path.str() : ""));
    if (choice.current) chosen.link = choice.current->path.str() + " -> " + choice.current->target;
    return chosen;
}

TEST(InstallerChoice, IsTheCurrentVersionUnderItsNumber) {
    const auto chosen = choose({{"main/installer-amd64/20230607/images/SHA256SUMS", 'a'},
                                {"main/installer-amd64/20230607+deb12u5/images/SHA256SUMS", 'b'},
                                {"main/installer-amd64/20230607+deb12u5/images/MD5SUMS", 'm'},
                                {"main/installer-amd64/current/images/SHA256SUMS", 'b'},
                                {"main/installer-arm64/current/images/SHA256SUMS", 'c'},
                                {"main/installer-amd64/SHA256SUMS", 'd'}});
    EXPECT_THAT(chosen.lists, ElementsAre("main/installer-amd64/20230607+deb12u5/images/SHA256SUMS or "
                                          "main/installer-amd64/current/images/SHA256SUMS"));
    EXPECT_EQ(chosen.link, "main/installer-amd64/current -> 20230607+deb12u5");
}

TEST(InstallerChoice, IsTheCurrentVersionWhereNoNumberIsTheSame) {
    const auto chosen = choose({{"main/installer-amd64/20230607/images/SHA256SUMS", 'a'},
                                {"main/installer-amd64/current/images/SHA256SUMS", 'b'}});
    EXPECT_THAT(chosen.lists, ElementsAre("main/installer-amd64/current/images/SHA256SUMS"));
    EXPECT_EQ(chosen.link, "");
}

TEST(InstallerChoice, GoesByAllListsOfAVersion) {
    const auto chosen = choose({{"main/installer-amd64/1/images/SHA256SUMS", 'a'},
                                {"main/installer-amd64/current/images/SHA256SUMS", 'a'},
                                {"main/installer-amd64/current/legacy-images/SHA256SUMS", 'b'}});
    EXPECT_THAT(chosen.lists, ElementsAre("main/installer-amd64/current/images/SHA256SUMS",
                                          "main/installer-amd64/current/legacy-images/SHA256SUMS"));
    EXPECT_EQ(chosen.link, "");
}

TEST(InstallerChoice, IsEveryVersionWhereNoneIsCurrent) {
    const auto chosen = choose({{"main/installer-amd64/1/images/SHA256SUMS", 'a'},
                                {"main/installer-amd64/2/images/SHA256SUMS", 'b'}});
    EXPECT_EQ(chosen.lists.size(), 2u);
    EXPECT_THAT(choose({}).lists, IsEmpty());
}

TEST(InstallerImages, AreWhatTheListNames) {
    const auto list = RelPath::parse("dists/s/main/installer-amd64/1/images/SHA256SUMS").value();
    const std::string zeros(64, '0'), short_sum(32, '0');
    const auto images = images_of(list, zeros + "  ./MANIFEST\n" + zeros + "  ./netboot/mini.iso\n" + zeros +
                                            "  ./SHA256SUMS\n" + short_sum + "  ./other\n")
                            .value();
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[0].path.str(), "dists/s/main/installer-amd64/1/images/MANIFEST");
    EXPECT_EQ(images[1].path.str(), "dists/s/main/installer-amd64/1/images/netboot/mini.iso");
    EXPECT_FALSE(images_of(list, zeros + "  ../../x\n"));
    EXPECT_FALSE(images_of(list, "<html>"));
}

}  // namespace
}  // namespace mirrorseed::sync::debian
