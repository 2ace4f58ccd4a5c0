#include "app/config/server_rights.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using Kind = ServerRights::Kind;

std::optional<SystemUser> one_user(const std::string& name) {
    if (name != "web") return std::nullopt;
    return SystemUser{.name = name, .uid = 33, .gid = 34};
}

Kind kind_of(const ServingUser& wanted, bool is_root = true) {
    return rights_for(wanted, is_root, one_user).value().kind;
}

TEST(ServerRights, RootBecomesTheUserThatIsNamed) {
    const auto rights = rights_for({.name = "web", .is_named = true}, true, one_user).value();
    EXPECT_EQ(rights.kind, Kind::of_user);
    EXPECT_EQ(rights.user.uid, 33U);
    EXPECT_EQ(kind_of({.name = "web", .is_named = false}), Kind::of_user);
}

TEST(ServerRights, RootStaysBareWhereNobodyIsNamed) {
    EXPECT_EQ(kind_of({.name = "", .is_named = true}), Kind::bare_root);
    EXPECT_EQ(kind_of({.name = "mirrorseed", .is_named = false}), Kind::bare_root);
}

TEST(ServerRights, AUserThatThereIsNotIsNoReasonToServeAsRoot) {
    const auto rights = rights_for({.name = "none", .is_named = true}, true, one_user);
    ASSERT_FALSE(rights);
    EXPECT_NE(rights.error().text().find("none"), std::string::npos);
}

TEST(ServerRights, AnOrdinaryUserServesAsHimself) {
    EXPECT_EQ(kind_of({.name = "none", .is_named = true}, false), Kind::as_started);
}

}  // namespace
}  // namespace mirrorseed::app
