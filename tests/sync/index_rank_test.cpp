#include "sync/index_rank.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

TEST(IndexNames, KnowsWhatPointsAtWhat) {
    const std::pair<const char*, IndexRank> cases[] = {
        {"pool/main/a/apt/apt_2.6.1_amd64.deb", IndexRank::content},
        {"iso/2026.11.01/archlinux.iso", IndexRank::content},
        {"extra/os/x86_64/zlib-1.3-1-x86_64.pkg.tar.zst", IndexRank::content},
        {"README", IndexRank::content},
        {"dists/bookworm/main/binary-amd64/Packages.xz", IndexRank::index},
        {"dists/bookworm/main/source/Sources.gz", IndexRank::index},
        {"dists/bookworm/main/Contents-amd64.gz", IndexRank::index},
        {"releases/44/x86_64/os/repodata/abc-primary.xml.zst", IndexRank::index},
        {"iso/SHA256SUMS", IndexRank::index},
        {"iso/Fedora-44-CHECKSUM", IndexRank::index},
        {"iso/a.iso.sha256", IndexRank::index},
        {"iso/SHA256SUMS.sign", IndexRank::index},
        {"iso/b2sums.txt.sig", IndexRank::index},
        {"iso/a.iso.sig", IndexRank::content},
        {"dists/bookworm/Release", IndexRank::root},
        {"dists/bookworm/InRelease", IndexRank::root},
        {"dists/bookworm/Release.gpg", IndexRank::root},
        {"releases/44/x86_64/os/repodata/repomd.xml", IndexRank::root},
        {"core/os/x86_64/core.db", IndexRank::root},
        {"core/os/x86_64/core.files.tar.gz", IndexRank::root},
        {"core/os/x86_64/core.db.tar.zst.sig", IndexRank::root},
        {"core/os/x86_64/core.files.sig", IndexRank::root},
        {"etc/users.db.gz", IndexRank::content},
        {"v3/main/x86_64/APKINDEX.tar.gz", IndexRank::root},
        {"lastupdate", IndexRank::freshness},
        {"project/trace/ftp-master.debian.org", IndexRank::freshness},
        {"debian/project/trace/x", IndexRank::freshness},
    };
    for (const auto& [name, rank] : cases)
        EXPECT_EQ(static_cast<int>(index_rank(test::path(name))), static_cast<int>(rank)) << name;
}

}  // namespace
}  // namespace mirrorseed::sync
