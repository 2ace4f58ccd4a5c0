#include "httpd/debts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::httpd {
namespace {

using std::chrono::seconds;

PeerAddress client(int number) {
    return PeerAddress::parse("192.0.2." + std::to_string(number)).value();
}

class DebtsTest : public testing::Test {
protected:
    Pace::Time now_ = Pace::Time(seconds(1'000'000));
    Debts debts_{3};
};

TEST_F(DebtsTest, AddUpAndAreTakenOnce) {
    debts_.remember(client(1), now_ + seconds(5), now_);
    debts_.remember(client(1), now_ + seconds(3), now_);
    EXPECT_EQ(debts_.take(client(1)), now_ + seconds(8));
    EXPECT_EQ(debts_.take(client(1)), Pace::Time());
    EXPECT_EQ(debts_.size(), 0u);
}

TEST_F(DebtsTest, AreNoneWhenPaid) {
    debts_.remember(client(1), now_, now_);
    debts_.remember(client(2), now_ - seconds(1), now_);
    EXPECT_EQ(debts_.size(), 0u);
}

TEST_F(DebtsTest, MakeRoomForOthersWhenPaid) {
    for (int i = 1; i <= 3; ++i)
        debts_.remember(client(i), now_ + seconds(i), now_);
    debts_.remember(client(4), now_ + seconds(3), now_ + seconds(2));
    EXPECT_EQ(debts_.size(), 2u);
    EXPECT_NE(debts_.take(client(3)), Pace::Time());
    EXPECT_NE(debts_.take(client(4)), Pace::Time());
}

TEST_F(DebtsTest, AreForgivenFromTheSmallestWhereThereAreTooMany) {
    for (const int i : {7, 5, 9})
        debts_.remember(client(i), now_ + seconds(i), now_);
    debts_.remember(client(1), now_ + seconds(1), now_);
    EXPECT_EQ(debts_.take(client(1)), Pace::Time()) << "is the smallest itself";
    debts_.remember(client(8), now_ + seconds(8), now_);
    EXPECT_EQ(debts_.size(), 3u);
    EXPECT_EQ(debts_.take(client(5)), Pace::Time());
    EXPECT_NE(debts_.take(client(9)), Pace::Time());
}

}  // namespace
}  // namespace mirrorseed::httpd
