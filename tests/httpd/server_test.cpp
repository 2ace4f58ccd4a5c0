// The server over real sockets on loopback, serving a plain folder.

#include "httpd/server.hpp"

#include "httpd/plain_folder.hpp"
#include "tests/support/certificates.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class ServerTest : public testing::Test {
protected:
    void SetUp() override {
        fs::remove_all(root_);
        fs::create_directories(root_ / "folder");
        write("hello.txt", "hello world\n");
        write("large.iso", std::string(3 << 20, 'x') + "end");
        write("folder/inner", "inner");
        write("empty", "");
        fs::create_symlink("folder", root_ / "link");
        fs::create_symlink("../../etc", root_ / "escape");
        ::mkfifo((root_ / "pipe").c_str(), 0644);
    }
    void TearDown() override {
        stop();
        fs::remove_all(root_);
    }

    void write(const std::string& name, const std::string& text) { std::ofstream(root_ / name) << text; }

    SourceFactory sources_of(const fs::path& folder) {
        return [root = folder.string(), troubles = std::make_shared<Troubles>(log_)] {
            return PlainFolder::open(root, troubles).value();
        };
    }
    void start(ServerOptions options = {}) {
        options.listen = {"127.0.0.1:0", "unix:" + (root_ / "socket").string()};
        options.access_log = (root_ / "access.log").string();
        options_ = options;
        server_.emplace(std::move(options), sources_of(root_), log_);
        const auto started = server_->start();
        ASSERT_TRUE(started) << started.error().text();
        port_ = server_->ports()[0];
    }
    void stop() {
        if (server_) server_->stop();
    }

    asio::ip::tcp::socket connect() {
        asio::ip::tcp::socket socket(client_);
        socket.connect({asio::ip::address_v4::loopback(), port_});
        return socket;
    }

    template <class AnySocket>
    static std::string read_all(AnySocket& socket) {
        std::string text;
        boost::system::error_code code;
        asio::read(socket, asio::dynamic_buffer(text), code);
        return text;
    }

    // Everything that comes back until the server closes.
    std::string exchange(const std::string& text) {
        auto socket = connect();
        asio::write(socket, asio::buffer(text));
        return read_all(socket);
    }
    std::string get(const std::string& path, const std::string& fields = "") {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields +
                        "\r\n");
    }

    static std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
    static std::string status(const std::string& answer) { return answer.substr(9, 3); }

    fs::path root_ = fs::path(testing::TempDir()) / ("mirrorseed_server_test." + std::to_string(::getpid()));
    Log log_ = Log::silent();
    asio::io_context client_;
    ServerOptions options_;
    std::optional<Server> server_;
    std::uint16_t port_ = 0;
};

// Says the same whatever is asked for, once it may.
struct Saying {
    std::string text;
    std::promise<void> may{};
    std::shared_future<void> allowed = may.get_future().share();
    std::atomic<bool> asked = false;
};

class Says final : public Source {
public:
    explicit Says(Saying& saying) : saying_(saying) {}
    Found find(const RelPath&, Spelling) override {
        saying_.asked = true;
        saying_.allowed.wait();
        ContentFacts facts;
        facts.media_type = "text/plain";
        return TextFound{saying_.text, facts, [] { return Holds::yes; }};
    }
    Found find_own(const OwnPath&) override { return Refused{}; }

private:
    Saying& saying_;
};

TEST_F(ServerTest, ServesFilesWhole) {
    start();
    const auto answer = get("/hello.txt");
    EXPECT_EQ(status(answer), "200");
    EXPECT_EQ(body(answer), "hello world\n");
    EXPECT_NE(answer.find("Content-Type: text/plain; charset=utf-8"), std::string::npos);
    EXPECT_EQ(body(get("/large.iso")), std::string(3 << 20, 'x') + "end");
    EXPECT_EQ(body(get("/empty")), "");
}

TEST_F(ServerTest, ServesRanges) {
    start();
    const auto one = get("/large.iso", "Range: bytes=-5\r\n");
    EXPECT_EQ(status(one), "206");
    EXPECT_EQ(body(one), "xxend");
    const auto many = get("/large.iso", "Range: bytes=0-0,-3\r\n");
    EXPECT_EQ(status(many), "206");
    EXPECT_NE(many.find("\r\nContent-Range: bytes 3145728-3145730/3145731\r\n\r\nend\r\n--"),
              std::string::npos);
    const auto length = many.find("Content-Length: ") + 16;
    EXPECT_EQ(std::stoul(many.substr(length)), body(many).size());
    EXPECT_EQ(body(get("/large.iso", "Range: bytes=9999999-\r\n")), "");
}

TEST_F(ServerTest, FollowsLinksInsideAndNowhereElse) {
    start();
    EXPECT_EQ(body(get("/link/inner")), "inner");
    EXPECT_EQ(status(get("/link/")), "200");
    EXPECT_EQ(status(get("/escape/passwd")), "404");
    EXPECT_EQ(status(get("/pipe")), "404");
    EXPECT_EQ(status(get("/../etc/passwd")), "400");
    EXPECT_EQ(status(get("/hello.txt/")), "404");
}

TEST_F(ServerTest, ListsFoldersAndRedirectsToThem) {
    start();
    const auto redirect = get("/folder?sort=size");
    EXPECT_EQ(status(redirect), "301");
    EXPECT_NE(redirect.find("\r\nLocation: /folder/?sort=size\r\n"), std::string::npos);
    EXPECT_NE(get("/folder/").find("<a href=\"inner\">"), std::string::npos);
    const auto json = get("/folder/", "Accept: application/json\r\n");
    EXPECT_EQ(body(json).substr(0, 31), "[{\"name\":\"inner\",\"type\":\"file\",");
    EXPECT_NE(json.find("\r\nVary: Accept, Accept-Encoding\r\n"), std::string::npos);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    start();
    const auto answers = exchange(
        "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\nHEAD /large.iso HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbodyGET /folder/inner "
        "HTTP/1.1\r\nHost: a\r\n"
        "Connection: close\r\n\r\n");
    const auto first = answers.find("hello world"), second = answers.find("Content-Length: 3145731"),
               third = answers.find("404 Not Found"), last = answers.rfind("inner");
    ASSERT_NE(last, std::string::npos);
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_LT(third, last);
}

// More than is received at once, and cut in the middle of a head wherever that ends.
TEST_F(ServerTest, AnswersAsManyPipelinedRequestsAsCome) {
    // Old enough to be kept, so that no look-up comes in between.
    fs::last_write_time(root_ / "hello.txt", fs::file_time_type::clock::now() - std::chrono::hours(1));
    start();
    constexpr std::size_t many = 2000;
    // Longer than their answers, so that these never have to wait.
    for (const std::size_t length : {901, 1000, 1777}) {
        const auto field = "X: " + std::string(length, 'x') + "\r\n";
        std::string requests;
        for (std::size_t i = 0; i < many; ++i)
            requests += "HEAD /hello.txt HTTP/1.1\r\nHost: a\r\n" + field + "\r\n";
        requests += "GET /folder/inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        // Over a Unix socket, which hands over all that has gathered.
        asio::local::stream_protocol::socket socket(client_);
        socket.connect({(root_ / "socket").string()});
        std::thread asking([&] {
            boost::system::error_code ended;  // too early, as the answers will tell
            asio::write(socket, asio::buffer(requests), ended);
        });
        const auto answers = read_all(socket);
        asking.join();
        std::size_t good = 0;
        for (auto at = answers.find("HTTP/1.1 200 OK\r\n"); at != answers.npos;
             at = answers.find("HTTP/1.1 200 OK\r\n", at + 1))
            ++good;
        EXPECT_EQ(good, many + 1);
        EXPECT_TRUE(answers.ends_with("inner"));
    }
}

TEST_F(ServerTest, AnswersBrokenRequestsAndCloses) {
    start();
    EXPECT_EQ(status(exchange("GET / HTTP/1.1\n\n")), "400");
    EXPECT_EQ(status(exchange("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")), "400");
    EXPECT_EQ(status(exchange("GET /" + std::string(40000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")), "414");
    EXPECT_EQ(status(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40000, 'a') + "\r\n\r\n")),
              "431");
    EXPECT_EQ(status(exchange("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")), "413");
    EXPECT_EQ(status(exchange("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")), "411");
    EXPECT_EQ(status(exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")), "405");
}

TEST_F(ServerTest, ClosesAfterHttp10UnlessAskedNotTo) {
    start();
    const auto answer = exchange("GET /hello.txt HTTP/1.0\r\n\r\n");
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    const auto two = exchange(
        "GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /folder/inner HTTP/1.0\r\n\r\n");
    EXPECT_NE(two.find("\r\nConnection: keep-alive\r\n"), std::string::npos);
    EXPECT_TRUE(two.ends_with("inner"));
}

TEST_F(ServerTest, TellsItsHealthAndItsStatusToNeighbours) {
    ServerOptions options;
    options.status = [](const Counts&) { return std::string("{\"version\":1}"); };
    start(std::move(options));
    EXPECT_EQ(body(get("/-/health")), "ok\n");
    EXPECT_EQ(body(get("/-/status.json")), "{\"version\":1}");
    EXPECT_EQ(status(get("/-/other")), "404");
}

TEST_F(ServerTest, SpeaksOverUnixSockets) {
    start();
    asio::local::stream_protocol::socket socket(client_);
    socket.connect({(root_ / "socket").string()});
    asio::write(socket, asio::buffer(std::string("GET /hello.txt HTTP/1.0\r\n\r\n")));
    EXPECT_EQ(body(read_all(socket)), "hello world\n");
}

TEST_F(ServerTest, SpeaksTlsAndTakesANewCertificate) {
    const test::Certificates certificates;
    certificates.make("server", "DNS:localhost");
    ServerOptions options;
    options.threads = 2;
    options.tls_listen = {"127.0.0.1:0"};
    options.tls_files = {.certificate = certificates.chain("server"), .key = certificates.key("server")};
    start(std::move(options));
    asio::ssl::context context(asio::ssl::context::tls_client);
    for (int i = 0; i < 20; ++i) {
        asio::ssl::stream<asio::ip::tcp::socket> stream(client_, context);
        stream.next_layer().connect({asio::ip::address_v4::loopback(), server_->tls_ports()[0]});
        stream.handshake(asio::ssl::stream_base::client);
        server_->reload(options_, sources_of(root_));
        asio::write(stream, asio::buffer(std::string("GET /large.iso HTTP/1.0\r\n\r\n")));
        EXPECT_EQ(body(read_all(stream)), std::string(3 << 20, 'x') + "end");
    }
}

TEST_F(ServerTest, ServesFromOtherSourcesWhenItIsToldTo) {
    start();
    EXPECT_EQ(body(get("/hello.txt")), "hello world\n");
    server_->reload(options_, sources_of(root_ / "folder"));
    while (status(get("/hello.txt")) != "404")  // the loops take it on one after another
        std::this_thread::yield();
    EXPECT_EQ(body(get("/inner")), "inner");
}

TEST_F(ServerTest, SaysInOneLineWhichTlsFileIsAtFault) {
    ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.tls_listen = {"127.0.0.1:0"};
    options.tls_files = {.certificate = "/nowhere/server.pem", .key = "/nowhere/server.key"};
    const auto make = sources_of(root_);
    Server server(options, make, log_);
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().text(), "cannot read /nowhere/server.pem: No such file or directory");
}

TEST_F(ServerTest, SendsTheFileThatItBeganWith) {
    start();
    auto socket = connect();
    asio::write(socket, asio::buffer(std::string("GET /large.iso HTTP/1.0\r\n\r\n")));
    std::string begin(1000, '\0');
    asio::read(socket, asio::buffer(begin));
    write("new", "short");
    fs::rename(root_ / "new", root_ / "large.iso");
    EXPECT_TRUE(read_all(socket).ends_with("xxend"));
    EXPECT_EQ(body(get("/large.iso")), "short");
}

TEST_F(ServerTest, LogsWhatItSent) {
    start();
    get("/hello.txt");
    stop();
    std::ifstream file(root_ / "access.log");
    std::string line;
    std::getline(file, line);
    EXPECT_NE(line.find("\"GET /hello.txt HTTP/1.1\" 200 12 "), std::string::npos) << line;
}

TEST_F(ServerTest, StoppingEndsIdleConnectionsAndLetsDownloadsFinish) {
    write("huge", std::string(64 << 20, 'h'));
    start();
    auto idle = connect();
    asio::write(idle, asio::buffer(std::string("HEAD /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")));
    std::string answer(12, '\0');
    asio::read(idle, asio::buffer(answer));
    auto busy = connect();
    asio::write(busy, asio::buffer(std::string("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n")));
    asio::read(busy, asio::buffer(answer));
    std::thread stopping([this] { server_->stop(); });
    read_all(idle);  // ends, long before the idle timeout
    EXPECT_EQ(body(read_all(busy)).size(), std::size_t{64} << 20);
    stopping.join();
    boost::system::error_code code;
    asio::ip::tcp::socket late(client_);
    late.connect({asio::ip::address_v4::loopback(), port_}, code);
    EXPECT_TRUE(code);
}

TEST_F(ServerTest, SaysInOneLineWhyItCannotListen) {
    start();
    ServerOptions options;
    options.listen = {"127.0.0.1:" + std::to_string(port_)};
    const auto make = sources_of(root_);
    Server second(options, make, log_);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().text(),
              "cannot listen on 127.0.0.1:" + std::to_string(port_) + ": Address already in use");
    options.listen = {"nonsense"};
    Server third(options, make, log_);
    EXPECT_FALSE(third.start());
}

TEST_F(ServerTest, KeepsNothingThatWasFoundBeforeAReload) {
    Saying before{.text = "old"}, after{.text = "new"};
    after.may.set_value();
    const auto says = [](Saying& saying) -> SourceFactory {
        return [&saying] { return std::make_unique<Says>(saying); };
    };
    const ServerOptions options{.listen = {"127.0.0.1:0"}, .threads = 1};
    server_.emplace(options, says(before), log_);
    ASSERT_TRUE(server_->start());
    port_ = server_->ports()[0];
    auto early = connect();
    asio::write(early, asio::buffer(std::string("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));
    while (!before.asked)
        std::this_thread::yield();
    server_->reload(options, says(after));
    EXPECT_EQ(body(get("/y")), "new");
    before.may.set_value();
    EXPECT_EQ(body(read_all(early)), "old");
    early.close();
    EXPECT_EQ(body(get("/x")), "new");
    stop();
}

TEST_F(ServerTest, SharesTheStatusWithNobodyWhoeverSpellsIt) {
    std::promise<void> may;
    std::atomic<bool> asked = false;
    start({.status =
               [&, allowed = may.get_future().share()](const Counts&) {
                   asked = true;
                   allowed.wait();
                   return std::string("the status");
               },
           .threads = 1});
    const auto ask = [this](const std::string& host) {
        auto socket = connect();
        asio::write(socket, asio::buffer("GET /%2D/status.json HTTP/1.1\r\nHost: " + host +
                                         "\r\nConnection: close\r\n\r\n"));
        return socket;
    };
    auto viewer = ask("localhost");
    while (!asked)
        std::this_thread::yield();
    auto stranger = ask("mirror.example.org");
    auto another = ask("localhost");
    EXPECT_EQ(status(get("/-/health")), "200");
    may.set_value();
    EXPECT_EQ(body(read_all(viewer)), "the status");
    EXPECT_EQ(body(read_all(another)), "the status");
    EXPECT_EQ(status(read_all(stranger)), "403");
}

// As a store where something is committed; only some commits change what is published.
struct Committing {
    std::atomic<int> commits = 0, seen = 0, epoch = 0, found = 0;
};

class Commits final : public Source {
public:
    explicit Commits(Committing& at) : at_(at) {}
    Found find(const RelPath&, Spelling) override { return found("text"); }
    Found find_own(const OwnPath&) override { return found("own"); }
    void catch_up() override { at_.seen = at_.commits.load(); }

private:
    Found found(const char* text) {
        ++at_.found;
        catch_up();
        const auto holds = [&at = at_, then = at_.epoch.load()] {
            if (at.epoch != then) return Holds::no;
            return at.seen == at.commits ? Holds::yes : Holds::unsure;
        };
        return TextFound{text, {}, holds};
    }
    Committing& at_;
};

TEST_F(ServerTest, MakesNothingAnewForACommitThatChangesNothingOfIt) {
    Committing store;
    server_.emplace(
        ServerOptions{.listen = {"127.0.0.1:0"}, .threads = 1},
        [&store] { return std::make_unique<Commits>(store); }, log_);
    ASSERT_TRUE(server_->start());
    port_ = server_->ports()[0];
    for (const auto* path : {"/x", "/-/releases.rss"}) {
        store.found = 0;
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(status(get(path)), "200");
            ++store.commits;
        }
        EXPECT_EQ(store.found, 1) << path;
        ++store.epoch;
        EXPECT_EQ(status(get(path)), "200");
        EXPECT_EQ(store.found, 2) << path;
    }
    stop();
}

TEST_F(ServerTest, SharesAFeedThatIsBeingMade) {
    Committing store;
    std::promise<void> may;
    auto allowed = may.get_future().share();
    class Slow final : public Source {
    public:
        Slow(Committing& at, std::shared_future<void> allowed) : at_(at), allowed_(std::move(allowed)) {}
        Found find(const RelPath&, Spelling) override { return Refused{}; }
        Found find_own(const OwnPath&) override {
            ++at_.found;
            allowed_.wait();
            return TextFound{"feed", {}, [] { return Holds::yes; }};
        }

    private:
        Committing& at_;
        std::shared_future<void> allowed_;
    };
    server_.emplace(
        ServerOptions{.listen = {"127.0.0.1:0"}, .threads = 1},
        [&store, allowed] { return std::make_unique<Slow>(store, allowed); }, log_);
    ASSERT_TRUE(server_->start());
    port_ = server_->ports()[0];
    std::vector<asio::ip::tcp::socket> pollers;
    for (int i = 0; i < 4; ++i) {
        pollers.push_back(connect());
        asio::write(pollers.back(),
                    asio::buffer(
                        std::string("GET /-/releases.rss HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));
    }
    while (store.found == 0)
        std::this_thread::yield();
    // Its own look-up waits for nobody, and the loop has read what the others asked for when it is answered.
    EXPECT_EQ(status(get("/-/health")), "200");
    may.set_value();
    for (auto& poller : pollers)
        EXPECT_EQ(body(read_all(poller)), "feed");
    pollers.clear();
    EXPECT_EQ(store.found, 1);
    stop();
}

}  // namespace
}  // namespace mirrorseed::httpd
