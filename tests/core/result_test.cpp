#include "core/result.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace mirrorseed {
namespace {

Result<int> half_of(int number) {
    if (number % 2 != 0) return Error(Fault::bad_input, "an odd number");
    return number / 2;
}

TEST(Result, HoldsAValueOrAnError) {
    const auto good = half_of(8), bad = half_of(7);
    ASSERT_TRUE(good);
    EXPECT_EQ(*good, 4);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().text(), "an odd number");
}

TEST(Result, ValueOfAnErrorThrowsItAsAFailure) {
    try {
        (void)half_of(7).value();
        FAIL() << "nothing was thrown";
    } catch (const Failure& failure) {
        EXPECT_TRUE(failure.error().is(Fault::bad_input));
        EXPECT_STREQ(failure.what(), "an odd number");
    }
}

TEST(Result, AStatusIsGoodUntilItHoldsAnError) {
    EXPECT_TRUE(Status());
    EXPECT_FALSE(Status(Error(Fault::busy, "later")));
}

TEST(Error, LastSystemErrorKeepsTheCodeAndSaysWhatWasTried) {
    errno = ENOENT;
    const auto error = Error::last_system_error("cannot open the door");
    EXPECT_EQ(error.text(), "cannot open the door: No such file or directory");
    EXPECT_TRUE(error.is(boost::system::errc::no_such_file_or_directory));
    EXPECT_FALSE(error.is(boost::system::errc::permission_denied));
    EXPECT_FALSE(error.is(Fault::not_found));
}

TEST(Error, WithinAddsContextInFrontAndKeepsTheCode) {
    const auto error = Error(Fault::damaged, "cut short").within("the manifest").within("tree debian");
    EXPECT_EQ(error.text(), "tree debian: the manifest: cut short");
    EXPECT_TRUE(error.is(Fault::damaged));
}

TEST(Error, EveryFaultHasWordsOfItsOwn) {
    for (const auto fault :
         {Fault::bad_input, Fault::unsafe_path, Fault::not_found, Fault::changed, Fault::damaged,
          Fault::refused, Fault::busy, Fault::unsupported, Fault::no_space, Fault::failed}) {
        const auto code = make_error_code(fault);
        EXPECT_TRUE(code) << static_cast<int>(fault);
        EXPECT_NE(code.message(), "unknown fault") << static_cast<int>(fault);
    }
    EXPECT_EQ(make_error_code(static_cast<Fault>(999)).message(), "unknown fault");
}

}  // namespace
}  // namespace mirrorseed
