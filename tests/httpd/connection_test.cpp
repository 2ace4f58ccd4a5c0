// A connection over a wire that does what the test says, on a loop that does not run.

#include "httpd/connection.hpp"

#include "httpd/loop_state.hpp"
#include "httpd/page_probe.hpp"

#include "tests/support/temp_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using State = Moved::State;

struct Script {
    std::function<Moved(std::span<char>)> receive = [](std::span<char>) { return Moved{State::ended}; };
    std::function<Moved(const Descriptor&, Span)> send_file = [](const Descriptor&, Span) {
        return Moved{State::content_short};
    };
    std::function<void()> finish = [] {};
    bool blocks = false;  // takes nothing
    std::string sent{};
};

class ScriptedWire final : public Wire {
public:
    explicit ScriptedWire(Script& script) : script_(script) {}
    Moved receive(std::span<char> into) override { return script_.receive(into); }
    Moved send(std::string_view first, std::string_view second, More) override {
        if (script_.blocks) return {State::blocked};
        script_.sent.append(first).append(second);
        return {State::some, first.size() + second.size()};
    }
    Moved send_file(const Descriptor& file, Bytes at, std::size_t count) override {
        return script_.send_file(file, {at, at + count});
    }
    void finish() override { script_.finish(); }
    int fd() const noexcept override { return -1; }

private:
    Script& script_;
};

// Answers when it may.
class PatientSource final : public Source {
public:
    explicit PatientSource(std::future<void>& may_answer) : may_answer_(may_answer) {}
    Found find(const RelPath&, Spelling) override {
        may_answer_.wait();
        return Refused{404, {}};
    }
    Found find_own(const OwnPath&) override { return Refused{404, {}}; }

private:
    std::future<void>& may_answer_;
};

class ConnectionTest : public testing::Test {
protected:
    Connection* connect(const PeerAddress& peer = {}) {
        return std::make_unique<Connection>(std::make_unique<ScriptedWire>(script_), peer, state_).release();
    }
    void TearDown() override {
        while (!state_.connections.empty())
            (*state_.connections.begin())->end();
        loop_.clean_up();
    }

    Script script_;
    Log log_ = Log::silent();
    Troubles troubles_{log_};
    EventLoop loop_;
    Descriptors descriptors_{{.most = 100, .for_files = 10, .cached = 10}};
    std::promise<void> source_may_answer_;
    std::future<void> may_answer_ = source_may_answer_.get_future();
    SourceShelf shelf_{[this] { return std::make_unique<PatientSource>(may_answer_); }};
    Helpers helpers_{{.look_ups = 1, .disk_readers = 1, .status = 1}};
    Clients clients_;
    Pace pace_of_all_;
    SharedTexts texts_;
    LoopState state_{.loop = loop_,
                     .descriptors = descriptors_,
                     .shelf = shelf_,
                     .helpers = helpers_,
                     .clients = clients_,
                     .pace_of_all = pace_of_all_,
                     .access_log = nullptr,
                     .troubles = troubles_,
                     .texts = texts_,
                     .cache = ResourceCache({})};
};

// TLS is so when the peer asks for new keys all the time and takes no answer, and then says that it ends.
TEST_F(ConnectionTest, WaitsForAWireThatMustSendBeforeItCanRead) {
    int reads = 0;
    script_.receive = [&](std::span<char>) {
        return ++reads < 1000 ? Moved{State::blocked, 0, true} : Moved{State::ended};
    };
    auto* connection = connect();
    connection->on_ready(EPOLLIN | EPOLLRDHUP);
    EXPECT_EQ(reads, 1);
    EXPECT_EQ(state_.connections.count(connection), 1u);
}

TEST_F(ConnectionTest, WaitsForSuchAWireAfterTheLastAnswerToo) {
    int reads = 0;
    script_.receive = [&](std::span<char> into) {
        constexpr std::string_view nonsense = "nonsense\r\n\r\n";
        if (++reads == 1) return Moved{State::some, nonsense.copy(into.data(), into.size()), true};
        return reads < 1000 ? Moved{State::blocked, 0, true} : Moved{State::ended};
    };
    connect()->on_ready(EPOLLIN | EPOLLRDHUP);
    EXPECT_EQ(script_.sent.substr(0, 12), "HTTP/1.1 400");
    EXPECT_EQ(reads, 2);
}

TEST_F(ConnectionTest, AnswersAFewAheadOfAReaderWhoTakesNone) {
    const std::string_view request = "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n";
    script_.receive = [&](std::span<char> into) {
        std::size_t size = 0;
        while (size + request.size() <= into.size())
            size += request.copy(into.data() + size, request.size());
        return Moved{State::some, size};
    };
    script_.blocks = true;
    auto* connection = connect();
    connection->on_ready(EPOLLIN);
    connection->end();
    EXPECT_EQ(state_.counters.broken_off, 64u);
}

// Who asks for what takes long and hangs up would otherwise be bounded by nothing.
TEST_F(ConnectionTest, CountsAsItsClientsUntilItsLookUpHasEnded) {
    Site site;
    site.behaviour.max_connections_per_client = 1;
    state_.site = std::make_shared<const Site>(site);
    const auto peer = PeerAddress::parse("192.0.2.1").value();
    const std::string request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    script_.receive = [&](std::span<char> into) {
        return Moved{State::some, request.copy(into.data(), into.size()), true};
    };
    auto* first = connect(peer);
    first->on_ready(EPOLLIN);
    first->end();
    EXPECT_TRUE(connect(peer)->can_make_room()) << "it was let in";
    source_may_answer_.set_value();
    helpers_.join();
    loop_.post([this] { loop_.stop(); });
    loop_.run();
    EXPECT_FALSE(connect(peer)->can_make_room()) << "it was not let in";
}

// The loop would wait for the disk otherwise, and with it every other connection.
TEST_F(ConnectionTest, SendsNoPartOfAFileThatHasToBeReadFirst) {
    constexpr Bytes size = 8 << 20;
    const test::TempFolder folder;
    folder.write("file", std::string(size, 'x'));
    ContentFacts facts;
    facts.size = size;
    Resource resource{
        .kind = Resource::Kind::content,
        .content = Content(facts, Cors::off),
        .file = std::make_shared<const Descriptor>(::open(folder.at("file").c_str(), O_RDONLY | O_CLOEXEC)),
        .still_holds = [] { return Holds::yes; }};
    ::fsync(resource.file->get());
    ::posix_fadvise(resource.file->get(), 0, 0, POSIX_FADV_DONTNEED);
    if (is_in_memory(*resource.file, {0, size})) GTEST_SKIP() << "a file system that forgets nothing";
    state_.cache.keep({.target = "/file"}, std::make_shared<const Resource>(std::move(resource)));

    const std::string request =
        "GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: bytes=6000000-6499999,0-499999\r\n\r\n";
    script_.receive = [&](std::span<char> into) {
        return Moved{State::some, request.copy(into.data(), into.size()), true};
    };
    Bytes sent = 0;
    script_.send_file = [&](const Descriptor& file, Span span) {
        EXPECT_TRUE(is_in_memory(file, span)) << span;
        sent += span.size();
        return Moved{State::some, static_cast<std::size_t>(span.size())};
    };
    script_.finish = [&] { loop_.stop(); };
    connect()->on_ready(EPOLLIN);
    loop_.run();
    EXPECT_EQ(sent, 1'000'000u);
}

}  // namespace
}  // namespace mirrorseed::httpd
