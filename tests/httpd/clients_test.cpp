#include "httpd/clients.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

namespace mirrorseed::httpd {
namespace {

PeerAddress peer(const std::string& text) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &address.sin6_addr), 1) << text;
    sockaddr_storage storage{};
    std::memcpy(&storage, &address, sizeof address);
    return PeerAddress::of(storage);
}

TEST(Clients, AreTheSameFromOneAddressOrOneNetwork) {
    Clients clients;
    const auto first = clients.find(peer("2001:db8:0:1::1"));
    EXPECT_EQ(clients.find(peer("2001:db8:0:1:ffff::2")), first);
    EXPECT_NE(clients.find(peer("2001:db8:0:2::1")), first);
    const auto v4 = clients.find(peer("::ffff:192.0.2.1"));
    EXPECT_EQ(clients.find(peer("::ffff:192.0.2.1")), v4);
    EXPECT_NE(clients.find(peer("::ffff:192.0.2.2")), v4);
    EXPECT_EQ(clients.count(), 2u);
}

TEST(Clients, AreForgottenWhenNobodyHoldsThem) {
    Clients clients;
    for (int i = 0; i < 10'000; ++i)
        clients.find(peer("2001:db8:" + std::to_string(i % 9999) + "::1"));
    EXPECT_EQ(clients.count(), 0u);
}

TEST(Clients, MayHaveSoManyConnectionsAndNoMore) {
    Clients clients;
    const auto client = clients.find_to_let_in(peer("::ffff:192.0.2.1"));
    EXPECT_TRUE(client->enter(2));
    EXPECT_TRUE(client->enter(2));
    EXPECT_FALSE(client->enter(2));
    client->leave();
    EXPECT_TRUE(client->enter(2));
}

class Networks64 : public testing::Test {
protected:
    // How many of so many /64s, each asking for as much as it may, are let in.
    int let_in(const std::string& beginning, int networks) {
        int count = 0;
        for (int i = 0; i < networks; ++i) {
            held_.push_back(clients_.find_to_let_in(peer(beginning + hex(i) + "::1")));
            for (unsigned j = 0; j <= most_; ++j)
                count += held_.back()->enter(most_) ? 1 : 0;
        }
        return count;
    }
    static std::string hex(int number) {
        std::array<char, 8> text{};
        std::snprintf(text.data(), text.size(), "%x", static_cast<unsigned>(number));
        return text.data();
    }

    const unsigned most_ = 3;
    Clients clients_;
    std::vector<std::shared_ptr<Client>> held_;
};

TEST_F(Networks64, MayHaveFourTimesAsMuchTogetherInOne56) {
    EXPECT_EQ(let_in("2001:db8:1:", 200), 4 * 3);
    EXPECT_EQ(let_in("2001:db8:2:", 1), 3) << "in another /48";
}

TEST_F(Networks64, MayHaveSixteenTimesAsMuchTogetherInOne48) {
    int count = 0;
    for (const auto* fifty_six : {"a", "b", "c", "d", "e", "f"})
        count += let_in(std::string("2001:db8:1:") + fifty_six + "0", 8);
    EXPECT_EQ(count, 16 * 3);
    for (const auto& client : held_)
        for (int i = 0; i < 3; ++i)
            if (count-- > 0) client->leave();
}

TEST_F(Networks64, GiveBackWhatTheyHad) {
    EXPECT_EQ(let_in("2001:db8:1:", 4), 12);
    EXPECT_EQ(let_in("2001:db8:1:1", 1), 0);
    held_.front()->leave();
    EXPECT_EQ(let_in("2001:db8:1:1", 1), 1);
}

TEST(Clients, OweWhatTheyOwedWhenTheyComeBack) {
    Clients clients;
    const Rate rate{1000};
    const auto now = std::chrono::steady_clock::now();
    const auto owes = [&](const std::string& text) {
        return clients.find(peer(text))->pace.credit(rate, now) == 0;
    };
    clients.find(peer("2001:db8::1"))->pace.spend(rate, 1'000'000, now);
    EXPECT_TRUE(owes("2001:db8::2")) << "of the same /64";
    EXPECT_TRUE(owes("2001:db8::1")) << "nor forgotten when it was asked about";
    EXPECT_FALSE(owes("2001:db8:0:1::1"));
    EXPECT_EQ(clients.count(), 0u);
}

TEST(Clients, OweItWhicheverThreadSawThemLast) {
    Clients clients;
    const Rate rate{1000};
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 2000; ++j)
                clients.find(peer("::ffff:192.0.2.1"))->pace.spend(rate, 1000, now);
        });
    for (auto& thread : threads)
        thread.join();
    const auto owed = clients.find(peer("::ffff:192.0.2.1"))->pace.paid_until() - now;
    EXPECT_GT(owed, std::chrono::seconds(7900));
}

}  // namespace
}  // namespace mirrorseed::httpd
