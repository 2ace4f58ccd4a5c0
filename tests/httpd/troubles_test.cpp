#include "httpd/troubles.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>
#include <vector>

namespace mirrorseed::httpd {
namespace {

using std::chrono::seconds;

Trouble trouble_of_errno(int number) {
    errno = number;
    return trouble_of(Error::last_system_error("file"));
}

TEST(TroubleOf, TellsWhatIsNotThereFromWhatThereIsNoRoomFor) {
    EXPECT_EQ(trouble_of_errno(EMFILE), Trouble::no_descriptors);
    EXPECT_EQ(trouble_of_errno(ENFILE), Trouble::no_descriptors);
    EXPECT_EQ(trouble_of_errno(ENOMEM), Trouble::no_memory);
    EXPECT_EQ(trouble_of_errno(ENOENT), Trouble::absent);
    EXPECT_EQ(trouble_of_errno(EACCES), Trouble::forbidden);
    for (const int number : {EIO, ELOOP, EUCLEAN, ESTALE})
        EXPECT_EQ(trouble_of_errno(number), Trouble::unreadable) << number;
    EXPECT_TRUE(passes_by_itself(Trouble::no_descriptors));
    EXPECT_FALSE(passes_by_itself(Trouble::absent));
    EXPECT_FALSE(passes_by_itself(Trouble::unreadable));
}

class TroublesTest : public testing::Test {
protected:
    Log log_ = Log::silent();
    Troubles troubles_{log_};
    Troubles::Time start_ = Troubles::Time(seconds(1'000'000));
};

TEST_F(TroublesTest, AreToldOnceAMinuteEach) {
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_), 0u);
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_ + seconds(1)), std::nullopt);
    EXPECT_EQ(troubles_.turn(Trouble::catalogue, start_ + seconds(1)), 0u) << "another kind";
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_ + seconds(59)), std::nullopt);
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_ + seconds(60)), 2u);
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_ + seconds(61)), std::nullopt);
    EXPECT_EQ(troubles_.turn(Trouble::damaged, start_ + seconds(1000)), 1u);
}

TEST_F(TroublesTest, AreToldOnceThoughManyThreadsMeetThem) {
    std::atomic<int> told = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 1000; ++j)
                if (troubles_.turn(Trouble::no_descriptors, start_)) ++told;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(told, 1);
    EXPECT_EQ(troubles_.turn(Trouble::no_descriptors, start_ + seconds(60)), 3999u);
}

}  // namespace
}  // namespace mirrorseed::httpd
