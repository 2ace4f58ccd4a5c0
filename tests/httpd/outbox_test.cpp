#include "httpd/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace mirrorseed::httpd {
namespace {

// Takes so many bytes at a time.
class NarrowWire final : public Wire {
public:
    explicit NarrowWire(std::size_t at_once) : at_once_(at_once) {}
    Moved receive(std::span<char>) override { return {Moved::State::blocked}; }
    Moved send(std::string_view first, std::string_view second, More) override {
        const auto bytes = std::string(first).append(second).substr(0, at_once_);
        taken += bytes;
        return {Moved::State::some, bytes.size()};
    }
    Moved send_file(const Descriptor&, Bytes, std::size_t) override { return {Moved::State::content_short}; }
    void finish() override {}
    int fd() const noexcept override { return -1; }

    std::string taken;

private:
    std::size_t at_once_;
};

// A slow reader of pipelined answers, behind whose answers others are put before all have left.
TEST(Outbox, KeepsNoTextThatHasLeft) {
    Outbox outbox;
    NarrowWire wire(4096);
    std::string expected;
    for (int i = 0; i < 4096; ++i) {
        const auto answer = std::string(4000, 'a') + std::to_string(1000 + i % 1000);
        outbox.text() += answer;
        expected += answer;
        if (outbox.waiting_text() > 64 << 10)
            while (outbox.waiting_text() > 60 << 10)
                outbox.send(wire, 1 << 20);
    }
    EXPECT_LT(outbox.text().capacity(), 512u << 10);
    while (!outbox.is_empty())
        outbox.send(wire, 1 << 20);
    EXPECT_TRUE(wire.taken == expected);
    EXPECT_EQ(outbox.sent(), expected.size());
    EXPECT_EQ(outbox.put_in(), expected.size());
}

}  // namespace
}  // namespace mirrorseed::httpd
