#include "sync/generation/approval.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

const HeldCandidate small{.name = "1a2b3c4d", .reason = "too much goes", .files = 1};
const HeldCandidate empty{.name = "00aa11bb", .reason = "all goes", .files = 0};

std::string question(const std::optional<HeldCandidate>& held,
                     const std::optional<std::string>& wanted = {}) {
    return question_before_approval("debian", held, wanted);
}

TEST(Approval, WhoNamesWhatIsHeldOrNothingIsNotAsked) {
    EXPECT_EQ(question(small), "");
    EXPECT_EQ(question(small, "1a2b3c4d"), "");
    EXPECT_EQ(question(empty, "00aa11bb"), "");
    EXPECT_EQ(question(std::nullopt), "") << "it may be a pause that is to end";
}

TEST(Approval, WhoNamesAnotherOneIsToldWhatIsHeld) {
    for (const auto* wanted : {"00aa11bb", "1a2b", "1A2B3C4D", "", "\x1b[31m"}) {
        const auto told = question(small, wanted);
        EXPECT_NE(told.find("1a2b3c4d is held back: too much goes"), std::string::npos) << told;
        EXPECT_EQ(told.find('\x1b'), std::string::npos);
    }
    EXPECT_NE(question(std::nullopt, "1a2b3c4d").find("1a2b3c4d is not held back"), std::string::npos);
}

TEST(Approval, WhatLeavesNoFileHasToBeNamed) {
    EXPECT_NE(question(empty).find("`mirrorseed approve debian 00aa11bb`"), std::string::npos);
}

}  // namespace
}  // namespace mirrorseed::sync
