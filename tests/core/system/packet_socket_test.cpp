#include "core/system/packet_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace mirrorseed {
namespace {

class PacketSocket : public testing::Test {
protected:
    PacketPair pair_ = make_packet_pair().value();
};

TEST_F(PacketSocket, MessagesArriveWholeAndOneByOne) {
    EXPECT_TRUE(send_packet(pair_.speaker.get(), "first"));
    EXPECT_TRUE(send_packet(pair_.speaker.get(), std::string(longest_packet, 'x')));
    EXPECT_EQ(receive_packet(pair_.hearer.get()).packet->text, "first");
    EXPECT_EQ(receive_packet(pair_.hearer.get()).packet->text.size(), longest_packet);
    const auto nothing = receive_packet(pair_.hearer.get());
    EXPECT_FALSE(nothing.packet);
    EXPECT_FALSE(nothing.is_over);
}

TEST_F(PacketSocket, FilesComeAlong) {
    const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    EXPECT_TRUE(send_packet(pair_.speaker.get(), "two", {null.get(), null.get()}));
    const auto received = receive_packet(pair_.hearer.get());
    ASSERT_TRUE(received.packet);
    const auto& files = received.packet->files;
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(::write(files[1].get(), "x", 1), 1);
    EXPECT_NE(::fcntl(files[0].get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(PacketSocket, NobodyWaitsWhereThereIsNoRoom) {
    int sent = 0;
    while (send_packet(pair_.speaker.get(), std::string(10'000, 'x')))
        ++sent;
    EXPECT_GT(sent, 0);
    for (; sent > 0; --sent)
        EXPECT_TRUE(receive_packet(pair_.hearer.get()).packet);
}

TEST_F(PacketSocket, WhatIsTooLongIsNotSent) {
    EXPECT_FALSE(send_packet(pair_.speaker.get(), std::string(longest_packet + 1, 'x')));
    EXPECT_FALSE(send_packet(pair_.speaker.get(), ""));
}

TEST_F(PacketSocket, NothingGoesBack) {
    const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    EXPECT_FALSE(send_packet(pair_.hearer.get(), "hello"));
    EXPECT_FALSE(send_packet(pair_.hearer.get(), "hello", {null.get()}));
    EXPECT_EQ(errno, EPIPE);
    EXPECT_TRUE(send_packet(pair_.speaker.get(), "still"));
    EXPECT_EQ(receive_packet(pair_.hearer.get()).packet->text, "still");
}

TEST_F(PacketSocket, TheOtherSideMayBeGone) {
    pair_.speaker.close();
    EXPECT_TRUE(receive_packet(pair_.hearer.get()).is_over);
    EXPECT_FALSE(send_packet(pair_.hearer.get(), "hello"));
}

}  // namespace
}  // namespace mirrorseed
