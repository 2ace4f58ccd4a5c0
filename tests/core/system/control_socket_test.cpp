#include "core/system/control_socket.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace mirrorseed {
namespace {

using namespace std::chrono_literals;
using test::fails_with;
using test::ok;

class ControlSocketTest : public testing::Test {
protected:
    void listen() {
        folder_ = Folder::make(store_).value();
        listener_ = ControlListener::listen(*folder_).value();
    }
    ControlChannel connect() const { return ControlChannel::connect(store_).value().value(); }
    ControlChannel accept() { return listener_->accept(5s).value().value(); }

    test::TempFolder temp_;
    std::string store_ = temp_.at("store");
    std::optional<Folder> folder_;
    std::optional<ControlListener> listener_;
};

TEST_F(ControlSocketTest, CarriesLinesBothWays) {
    listen();
    auto command = connect();
    auto keeper = accept();
    ASSERT_TRUE(ok(command.send(R"({"do":"sync"})")));
    ASSERT_TRUE(ok(command.send("second")));
    EXPECT_EQ(keeper.receive(5s).value(), R"({"do":"sync"})");
    EXPECT_EQ(keeper.receive(5s).value(), "second");
    ASSERT_TRUE(ok(keeper.send("answer")));
    EXPECT_EQ(command.receive(5s).value(), "answer");
}

TEST_F(ControlSocketTest, WorksOnAPathThatIsLongerThanASocketsNameCanBe) {
    store_ = temp_.at(std::string(100, 'a') + "/" + std::string(100, 'b'));
    listen();
    auto command = connect();
    auto keeper = accept();
    ASSERT_TRUE(ok(command.send("hello")));
    EXPECT_EQ(keeper.receive(5s).value(), "hello");
}

TEST_F(ControlSocketTest, NobodyListensWhereThereIsNoStoreNoSocketOrADeadOne) {
    EXPECT_EQ(ok(ControlChannel::connect(store_)), true);
    EXPECT_FALSE(ControlChannel::connect(store_).value());
    folder_ = Folder::make(store_).value();
    EXPECT_FALSE(ControlChannel::connect(store_).value());
    listen();
    listener_.reset();
    ASSERT_TRUE(temp_.has("store/control.sock"));
    EXPECT_FALSE(ControlChannel::connect(store_).value());
}

TEST_F(ControlSocketTest, TakesThePlaceOfADeadSocket) {
    listen();
    listener_.reset();
    listen();
    EXPECT_TRUE(ControlChannel::connect(store_).value());
}

TEST_F(ControlSocketTest, IsForItsUserAlone) {
    listen();
    EXPECT_EQ(folder_->facts(test::path("control.sock")).value().mode & 0077, 0u);
}

TEST_F(ControlSocketTest, SaysNothingWhenNothingComesInTime) {
    listen();
    EXPECT_FALSE(listener_->accept(0ms).value());
    auto command = connect();
    auto keeper = accept();
    EXPECT_FALSE(keeper.receive(0ms).value());
}

TEST_F(ControlSocketTest, ReadsWhatCameBeforeThePeerLeftAndThenSaysThatItLeft) {
    listen();
    auto keeper = [&] {
        auto command = connect();
        auto other = accept();
        (void)command.send("last words").has_value();
        return other;
    }();
    EXPECT_EQ(keeper.receive(5s).value(), "last words");
    EXPECT_TRUE(fails_with(Fault::failed, keeper.receive(5s)));
    EXPECT_FALSE(keeper.send("too late"));
}

}  // namespace
}  // namespace mirrorseed
