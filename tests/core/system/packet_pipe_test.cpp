#include "core/system/packet_pipe.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>

namespace mirrorseed {
namespace {

class PacketPipeTest : public testing::Test {
protected:
    PacketPipe pipe_ = make_packet_pipe().value();
};

TEST_F(PacketPipeTest, TextsArriveWholeAndOneByOne) {
    EXPECT_FALSE(receive_text(pipe_.reader.get()));
    EXPECT_TRUE(send_text(pipe_.writer.get(), "first"));
    EXPECT_TRUE(send_text(pipe_.writer.get(), std::string(longest_text_of_pipe, 'x')));
    EXPECT_EQ(receive_text(pipe_.reader.get()), "first");
    EXPECT_EQ(receive_text(pipe_.reader.get())->size(), longest_text_of_pipe);
    EXPECT_FALSE(receive_text(pipe_.reader.get()));
}

TEST_F(PacketPipeTest, NobodyWaitsWhereThereIsNoRoom) {
    int sent = 0;
    while (send_text(pipe_.writer.get(), "text"))
        ++sent;
    EXPECT_GE(sent, 16);
    for (; sent > 0; --sent)
        EXPECT_EQ(receive_text(pipe_.reader.get()), "text");
}

TEST_F(PacketPipeTest, WhatIsTooLongIsNotSent) {
    EXPECT_FALSE(send_text(pipe_.writer.get(), std::string(longest_text_of_pipe + 1, 'x')));
    EXPECT_FALSE(send_text(pipe_.writer.get(), ""));
}

TEST_F(PacketPipeTest, NobodyMayHear) {
    std::signal(SIGPIPE, SIG_IGN);
    pipe_.reader.close();
    EXPECT_FALSE(send_text(pipe_.writer.get(), "text"));
}

TEST_F(PacketPipeTest, NoFileComesAlong) {
    msghdr message{};
    EXPECT_EQ(::sendmsg(pipe_.writer.get(), &message, 0), -1);
    EXPECT_EQ(errno, ENOTSOCK);
}

}  // namespace
}  // namespace mirrorseed
