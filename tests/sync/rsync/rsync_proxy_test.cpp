#include "sync/rsync/rsync_proxy.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

TEST(RsyncProxy, IsAHostAndAPort) {
    EXPECT_EQ(rsync_proxy("http://proxy.example.org:3128").value(), "proxy.example.org:3128");
    EXPECT_EQ(rsync_proxy("http://192.0.2.1:3128/").value(), "192.0.2.1:3128");
    EXPECT_EQ(rsync_proxy("http://proxy.example.org").value(), "proxy.example.org:80");
    EXPECT_EQ(rsync_proxy("").value(), "");
}

TEST(RsyncProxy, TakesCredentialsAsTheyAre) {
    EXPECT_EQ(rsync_proxy("http://me:p%40ss@proxy:3128").value(), "me:p@ss@proxy:3128");
}

TEST(RsyncProxy, RefusesWhatRsyncWouldMisunderstand) {
    const auto refused = rsync_proxy("http://me:secret@[2001:db8::1]:3128");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("2001:db8::1"), std::string::npos) << refused.error().text();
    EXPECT_EQ(refused.error().text().find("secret"), std::string::npos) << refused.error().text();
    EXPECT_FALSE(rsync_proxy("nonsense"));
}

}  // namespace
}  // namespace mirrorseed::sync
