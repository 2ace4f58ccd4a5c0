// The server's end of TLS against OpenSSL's own client, over a pair of sockets, in turns.

#include "httpd/tls_wire.hpp"

#include "tests/support/certificates.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <string>
#include <tuple>

namespace mirrorseed::httpd {
namespace {

using Records = TlsWire::Records;
using State = Moved::State;
using Version = int;

constexpr std::size_t longest_record = 16 << 10;

class TlsWireTest : public testing::TestWithParam<std::tuple<Records, Version>> {
protected:
    static void SetUpTestSuite() {
        std::signal(SIGPIPE, SIG_IGN);  // as main() does; OpenSSL's own socket would raise it
        const test::Certificates certificates;
        certificates.make("server", "DNS:localhost");
        context_ = new TlsContext(
            load_tls_context({.certificate = certificates.chain("server"), .key = certificates.key("server")})
                .value());
        client_context_ = SSL_CTX_new(TLS_client_method());
    }
    static void TearDownTestSuite() {
        delete context_;
        SSL_CTX_free(client_context_);
    }

    void SetUp() override {
        std::array<int, 2> sockets{};
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets.data()), 0);
        // Little room, so that every kind of waiting happens.
        const int room = 4096;
        ::setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        ::setsockopt(sockets[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        peer_ = Descriptor(sockets[1]);
        wire_ = std::make_unique<TlsWire>(Descriptor(sockets[0]), *context_, std::get<0>(GetParam()));
        client_.reset(SSL_new(client_context_));
        SSL_set_max_proto_version(client_.get(), std::get<1>(GetParam()));
        SSL_set_min_proto_version(client_.get(), std::get<1>(GetParam()));
        SSL_set_mode(client_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
        SSL_set_fd(client_.get(), peer_.get());
        SSL_set_connect_state(client_.get());
    }
    void TearDown() override { client_.reset(); }

    // What the client can read now.
    std::string client_reads() {
        std::string all;
        std::array<char, 20'000> part{};
        for (;;) {
            std::size_t count = 0;
            last_read_ = SSL_read_ex(client_.get(), part.data(), part.size(), &count);
            if (last_read_ != 1) break;
            all.append(part.data(), count);
        }
        last_error_ = SSL_get_error(client_.get(), last_read_);
        return all;
    }
    // Says `text` by turns, and returns what the server received.
    std::string say(std::string_view text) {
        std::string received;
        std::size_t said = 0;
        std::array<char, 1000> part{};
        for (int turns = 0; turns < 10'000 && received.size() < text.size(); ++turns) {
            std::size_t count = 0;
            const auto rest = text.substr(said);
            if (!rest.empty() && SSL_write_ex(client_.get(), rest.data(), rest.size(), &count) == 1)
                said += count;
            wire_->on_writable();
            const auto moved = wire_->receive(part);
            if (moved.state == State::ended) break;
            received.append(part.data(), moved.bytes);
        }
        return received;
    }
    // Sends all of `text`, the client reading in between; false when the wire ends.
    bool send_all(std::string_view text, std::string& got) {
        while (!text.empty()) {
            const auto moved = wire_->send(text, {}, More::none);
            if (moved.state == State::ended) return false;
            EXPECT_LE(moved.bytes, text.size());
            text.remove_prefix(moved.bytes);
            if (moved.state != State::blocked) continue;
            got += client_reads();
            wire_->on_writable();
        }
        got += client_reads();
        return true;
    }

    struct Free {
        void operator()(SSL* connection) const { SSL_free(connection); }
    };
    static inline TlsContext* context_ = nullptr;
    static inline SSL_CTX* client_context_ = nullptr;
    Descriptor peer_;
    std::unique_ptr<TlsWire> wire_;
    std::unique_ptr<SSL, Free> client_;
    int last_read_ = 0, last_error_ = 0;
    test::TempFolder folder_ = test::TempFolder::in_memory();
};

std::string random_text(std::size_t size) {
    std::string text(size, '\0');
    unsigned state = 1;
    for (auto& byte : text)
        byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return text;
}

TEST_P(TlsWireTest, ReceivesWhatTheClientSays) {
    EXPECT_EQ(say("hello"), "hello");
    const auto text = random_text(100'000);
    EXPECT_EQ(say(text), text);
}

TEST_P(TlsWireTest, SaysWhenThereIsNoMoreToReceive) {
    say("hello");
    std::array<char, 100> part{};
    const auto nothing = wire_->receive(part);
    EXPECT_EQ(nothing.state, State::blocked);
    EXPECT_TRUE(nothing.emptied);

    std::size_t count = 0;
    ASSERT_EQ(SSL_write_ex(client_.get(), "0123456789", 10, &count), 1);
    const auto some = wire_->receive(std::span(part).first(4));
    EXPECT_EQ(some.bytes, 4u);
    EXPECT_FALSE(some.emptied);
    EXPECT_EQ(wire_->receive(part).bytes, 6u);
}

TEST_P(TlsWireTest, LooksAtTheSocketBeforeItSaysThatThereIsNoMore) {
    say("hello");
    client_reads();
    const auto client_says = [&](std::string_view text) {
        std::size_t count = 0;
        return SSL_write_ex(client_.get(), text.data(), text.size(), &count) == 1;
    };
    ASSERT_TRUE(client_says("first"));
    ASSERT_TRUE(client_says("second"));
    std::array<char, 100> part{};
    EXPECT_EQ(wire_->receive(part).bytes, 5u);  // OpenSSL may have taken both from the socket
    ASSERT_TRUE(client_says("third"));
    const auto second = wire_->receive(part);
    EXPECT_EQ(second.bytes, 6u);
    EXPECT_FALSE(second.emptied);
    EXPECT_EQ(wire_->receive(part).bytes, 5u);
}

TEST_P(TlsWireTest, SendsText) {
    say("hello");
    std::string got;
    for (const std::size_t size : {1ul, 16'384ul, 16'385ul, 65'536ul, 300'000ul}) {
        const auto text = random_text(size);
        ASSERT_TRUE(send_all(text, got));
        EXPECT_EQ(got, text) << size;
        got.clear();
    }
}

TEST_P(TlsWireTest, SendsTwoTextsAsOne) {
    say("hello");
    const auto text = random_text(40'000);
    std::string got;
    std::string_view first = std::string_view(text).substr(0, 500);
    std::string_view second = std::string_view(text).substr(500);
    while (!first.empty()) {
        const auto moved = wire_->send(first, second, More::none);
        ASSERT_NE(moved.state, State::ended);
        const auto of_first = std::min(moved.bytes, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(moved.bytes - of_first);
        if (moved.state == State::blocked) got += client_reads();
    }
    ASSERT_TRUE(send_all(second, got));
    EXPECT_EQ(got, text);
}

TEST_P(TlsWireTest, SendsFilesAndNeverCountsWhatHasNotLeft) {
    say("hello");
    const auto text = random_text(1'000'000);
    folder_.write("file", text);
    const Descriptor file(::open(folder_.at("file").c_str(), O_RDONLY | O_CLOEXEC));
    std::string got;
    std::size_t at = 3;
    std::size_t pace = 1;
    while (at < text.size()) {
        pace = (pace * 7919) % 100'003;  // as limits on the rate say, now more and now less
        const auto moved = wire_->send_file(file, at, std::min(text.size() - at, pace));
        ASSERT_NE(moved.state, State::ended);
        ASSERT_NE(moved.state, State::content_short);
        at += moved.bytes;
        // What was counted has left the server's memory: all but a record that the client has not whole yet.
        got += client_reads();
        EXPECT_GE(got.size() + 3 + longest_record, at);
        wire_->on_writable();
    }
    got += client_reads();
    EXPECT_TRUE(got == text.substr(3));
    EXPECT_EQ(wire_->send_file(file, text.size(), 10).state, State::content_short);
}

TEST_P(TlsWireTest, FinishesWithACloseNotify) {
    say("hello");
    std::string got;
    ASSERT_TRUE(send_all("bye", got));
    wire_->finish();
    EXPECT_EQ(got + client_reads(), "bye");
    EXPECT_EQ(last_error_, SSL_ERROR_ZERO_RETURN);
}

TEST_P(TlsWireTest, EndsWhenTheClientDoes) {
    say("hello");
    SSL_shutdown(client_.get());
    std::array<char, 100> part{};
    EXPECT_EQ(wire_->receive(part).state, State::ended);
    peer_.close();
    const auto text = random_text(100'000);
    State state = State::some;
    for (int i = 0; i < 10 && state == State::some; ++i)
        state = wire_->send(text, {}, More::none).state;
    EXPECT_EQ(state, State::ended);
}

TEST_P(TlsWireTest, EndsWhenTheClientVanishesInTheHandshake) {
    SSL_do_handshake(client_.get());
    std::array<char, 100> part{};
    EXPECT_EQ(wire_->receive(part).state, State::blocked);
    peer_.close();
    while (wire_->receive(part).state == State::blocked)
        wire_->on_writable();
    EXPECT_EQ(wire_->receive(part).state, State::ended);
}

TEST_P(TlsWireTest, EndsOnGarbage) {
    const auto text = random_text(2000);
    ASSERT_EQ(::write(peer_.get(), text.data(), text.size()), 2000);
    std::array<char, 100> part{};
    EXPECT_EQ(wire_->receive(part).state, State::ended);
    EXPECT_EQ(wire_->receive(part).state, State::ended);
}

TEST_P(TlsWireTest, AnswersPlainHttpInItsOwnWords) {
    const std::string_view request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    ASSERT_GT(::write(peer_.get(), request.data(), request.size()), 0);
    std::array<char, 1000> part{};
    EXPECT_EQ(wire_->receive(part).state, State::ended);
    const auto count = ::read(peer_.get(), part.data(), part.size());
    ASSERT_GT(count, 0);
    const std::string_view answer(part.data(), static_cast<std::size_t>(count));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with(" HTTPS port\n")) << answer;
}

// TLS 1.3 has them.
class TlsKeyUpdates : public TlsWireTest {};

TEST_P(TlsKeyUpdates, AskedForAllTheTimeNeitherFillMemoryNorHoldUpTheLoop) {
    say("hello");
    client_reads();
    std::array<char, 100> part{};
    int unanswered = 0;
    // The client reads no answer, so at last the server reads no question.
    for (int i = 0; i < 100'000 && unanswered < 100; ++i) {
        SSL_key_update(client_.get(), SSL_KEY_UPDATE_REQUESTED);
        unanswered = SSL_do_handshake(client_.get()) == 1 ? 0 : unanswered + 1;
        const auto moved = wire_->receive(part);
        ASSERT_EQ(moved.state, State::blocked);
    }
    EXPECT_EQ(unanswered, 100);
}

std::string name_of(const testing::TestParamInfo<std::tuple<Records, Version>>& each) {
    const auto [records, version] = each.param;
    return std::string(records == Records::gathered ? "Gathered" : "ByOpenssl") +
           (version == TLS1_2_VERSION ? "12" : "13");
}

const auto all_records = testing::Values(Records::gathered, Records::by_openssl);
INSTANTIATE_TEST_SUITE_P(All, TlsWireTest,
                         testing::Combine(all_records, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(All, TlsKeyUpdates, testing::Combine(all_records, testing::Values(TLS1_3_VERSION)),
                         name_of);

}  // namespace
}  // namespace mirrorseed::httpd
