#include "httpd/own_machine.hpp"

#include "core/system/folder.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>

namespace mirrorseed::httpd {
namespace {

Approach by_tcp(const char* peer) {
    return {.peer = PeerAddress::parse(peer).value()};
}
Request asking(std::string_view host, std::string_view target = "/-/metrics") {
    Request request;
    request.target = target;
    request.host = host;
    return request;
}

TEST(OwnMachine, IsAtTheOtherEndOfLoopback) {
    EXPECT_TRUE(is_from_own_machine(by_tcp("127.0.0.1"), asking("localhost:8080")));
    EXPECT_TRUE(is_from_own_machine(by_tcp("::1"), asking("[::1]:8080")));
    EXPECT_FALSE(is_from_own_machine(by_tcp("192.0.2.1"), asking("localhost")));
}

TEST(OwnMachine, IsAskedByNoNameThatIsAnothers) {
    EXPECT_FALSE(is_from_own_machine(by_tcp("127.0.0.1"), asking("evil.example")));
    EXPECT_FALSE(is_from_own_machine(by_tcp("127.0.0.1"), Request{}));
    EXPECT_FALSE(is_from_own_machine(by_tcp("127.0.0.1"), asking("localhost", "http://evil.example/x")));
    EXPECT_TRUE(is_from_own_machine(by_tcp("127.0.0.1"), asking("evil.example", "http://localhost/x")));
}

TEST(OwnMachine, IsNoProxys) {
    auto approach = by_tcp("127.0.0.1");
    auto request = asking("localhost");
    request.was_forwarded = true;
    EXPECT_FALSE(is_from_own_machine(approach, request));
    approach.by_trusted_proxy = true;
    EXPECT_FALSE(is_from_own_machine(approach, asking("localhost")));
    EXPECT_FALSE(
        is_from_own_machine({.peer = {}, .by_trusted_proxy = true, .by_own_user = true}, asking("a")));
    EXPECT_FALSE(is_from_own_machine({.peer = {}, .by_own_user = true}, request));
}

TEST(OwnMachine, IsOfRootAndOneUserByAUnixSocket) {
    EXPECT_TRUE(is_from_own_machine({.peer = {}, .by_own_user = true}, asking("whatever.example")));
    EXPECT_FALSE(is_from_own_machine({.peer = {}, .by_own_user = false}, asking("localhost")));
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    const Descriptor one(ends[0]), other(ends[1]);
    EXPECT_TRUE(is_opened_by_own_user(one.get()));
    EXPECT_FALSE(is_opened_by_own_user(-1));
}

}  // namespace
}  // namespace mirrorseed::httpd
