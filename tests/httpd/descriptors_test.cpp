#include "httpd/descriptors.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <memory>

namespace mirrorseed::httpd {
namespace {

TEST(DescriptorShares, LeaveWhatTheServerItselfNeeds) {
    for (const std::size_t limit : {96U, 256U, 1024U, 65536U, 1U << 20})
        for (const std::size_t loops : {1U, 2U, 8U}) {
            const DescriptorUse use{.loops = loops, .addresses = 2, .sources = 6, .of_source = 6};
            const auto shares = share_out(limit, use);
            SCOPED_TRACE(limit);
            EXPECT_GE(shares.most, 2u);
            EXPECT_LT(shares.most, limit);
            EXPECT_GE(shares.for_files, 1u);
            EXPECT_GE(shares.for_connections(), 1u);
            EXPECT_GE(shares.cached, 1u);
        }
    const auto usual = share_out(65536, {.loops = 4, .addresses = 2, .sources = 6, .of_source = 6});
    EXPECT_GT(usual.for_connections(), 60'000u);
    EXPECT_LE(usual.cached * 4, usual.for_files);
}

TEST(DescriptorShares, ComeToSomethingWhereThereAreTooFew) {
    const auto shares = share_out(10, {.loops = 64, .addresses = 3, .sources = 6, .of_source = 6});
    EXPECT_EQ(shares.most, 2u);
    EXPECT_EQ(shares.for_connections(), 1u);
    EXPECT_EQ(shares.cached, 1u);
}

TEST(Descriptors, ArePromisedToWhoWasLetIn) {
    Descriptors descriptors({.most = 10, .for_files = 2, .cached = 1});
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(descriptors.has_room_for_connection());
        descriptors.add_connection();
        descriptors.add_want();
    }
    EXPECT_FALSE(descriptors.has_room_for_connection());
    EXPECT_TRUE(descriptors.has_room_for_file()) << "for each of them";
    descriptors.drop_want();
    EXPECT_FALSE(descriptors.has_room_for_connection()) << "which may want a file as well";
    EXPECT_TRUE(descriptors.has_room_for_want());
    descriptors.drop_want();
    EXPECT_TRUE(descriptors.has_room_for_connection());
}

TEST(Descriptors, AreKeptForWhoWasLetInAndAsksLater) {
    Descriptors descriptors({.most = 8, .for_files = 3, .cached = 1});
    while (descriptors.has_room_for_connection())
        descriptors.add_connection();
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(descriptors.has_room_for_want());
        EXPECT_TRUE(descriptors.has_room_for_file());
        descriptors.add_want();
        descriptors.begin_look_up();
    }
}

TEST(Descriptors, AreTakenByFilesAndByLookUpsThatMayOpenOne) {
    Descriptors descriptors({.most = 3, .for_files = 1, .cached = 1});
    descriptors.add_connection();
    descriptors.begin_look_up();
    EXPECT_TRUE(descriptors.has_room_for_file());
    auto file = descriptors.files().share(
        std::make_shared<const Descriptor>(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    EXPECT_EQ(descriptors.open_files(), 1u);
    EXPECT_FALSE(descriptors.has_room_for_file());
    EXPECT_FALSE(descriptors.has_room_for_connection());
    descriptors.end_look_up();
    EXPECT_TRUE(descriptors.has_room_for_file());
    descriptors.begin_look_up();
    file.reset();
    EXPECT_TRUE(descriptors.has_room_for_file());
}

}  // namespace
}  // namespace mirrorseed::httpd
