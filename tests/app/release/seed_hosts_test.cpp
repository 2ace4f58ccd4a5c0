#include "app/release/seed_hosts.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace mirrorseed::app {
namespace {

using torrentgen::SeedAnswer;
using torrentgen::SeedQuestion;

SeedAnswer failed(HttpFault fault, unsigned status = 0) {
    SeedAnswer answer;
    answer.fault = fault;
    answer.fault_text = "the reason";
    answer.status = status;
    return answer;
}

SeedAnswer good() {
    SeedAnswer answer;
    answer.status = 206;
    return answer;
}

// Gives the same answer always, and counts how often.
class Asker final : public torrentgen::SeedAsker {
public:
    Asker(SeedAnswer answer, std::atomic<int>& asked) : answer_(std::move(answer)), asked_(asked) {}
    SeedAnswer ask(const SeedQuestion&, std::chrono::steady_clock::duration) override {
        ++asked_;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return answer_;
    }

private:
    SeedAnswer answer_;
    std::atomic<int>& asked_;
};

class SeedHostsTest : public testing::Test {
protected:
    SeedAnswer ask(const char* url, const SeedAnswer& answer) {
        const auto asker = minding_hosts(std::make_unique<Asker>(answer, asked_), hosts_);
        return asker->ask({.url = HttpUrl::parse(url).value(), .end = 1}, std::chrono::seconds(1));
    }
    SeedHosts hosts_;
    std::atomic<int> asked_{0};
};

TEST_F(SeedHostsTest, WhoNeverAnsweredIsAskedOnce) {
    for (const auto fault : {HttpFault::no_address, HttpFault::no_connection, HttpFault::timed_out}) {
        const auto url = "http://host" + std::to_string(static_cast<int>(fault)) + "/";
        asked_ = 0;
        ask((url + "a").c_str(), failed(fault));
        const auto again = ask((url + "b").c_str(), good());
        EXPECT_EQ(asked_, 1);
        EXPECT_EQ(again.fault, fault);
        EXPECT_EQ(again.fault_text, "the reason");
    }
    EXPECT_EQ(ask("http://other/", good()).status, 206u);
}

TEST_F(SeedHostsTest, AnotherPortIsAnotherHost) {
    ask("http://host:81/", failed(HttpFault::no_connection));
    EXPECT_EQ(ask("http://host:82/", good()).status, 206u);
}

TEST_F(SeedHostsTest, WhoAnswersBadlyAnswers) {
    for (const auto& answer : {failed(HttpFault::closed_early), failed(HttpFault::bad_certificate),
                               failed(HttpFault::timed_out, 206), failed(HttpFault::no_connection, 302)}) {
        ask("http://host/", answer);
        ask("http://host/", answer);
    }
    EXPECT_EQ(asked_, 8);
}

TEST_F(SeedHostsTest, WhoAnsweredIsGivenUpAfterThreeSilencesInARow) {
    const auto silence = failed(HttpFault::timed_out);
    for (const auto& answer : {good(), silence, silence, good(), silence, silence, silence})
        ask("http://host/", answer);
    EXPECT_EQ(asked_, 7);
    EXPECT_TRUE(ask("http://host/", good()).fault);
    EXPECT_EQ(asked_, 7);
}

TEST_F(SeedHostsTest, SeveralAtOnceWaitForTheFirst) {
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] { ask("http://host/", failed(HttpFault::timed_out)); });
    }
    EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace mirrorseed::app
