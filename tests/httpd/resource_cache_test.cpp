#include "httpd/resource_cache.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

namespace mirrorseed::httpd {
namespace {

class Cache : public testing::Test {
protected:
    ResourcePtr resource(const std::string& bytes) {
        Resource made{.kind = Resource::Kind::content, .bytes = bytes};
        made.still_holds = [this] { return holds_; };
        return std::make_shared<const Resource>(std::move(made));
    }
    ResourcePtr file() {
        Resource made{.kind = Resource::Kind::content};
        made.file = std::make_shared<const Descriptor>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        made.still_holds = [this] { return holds_; };
        return std::make_shared<const Resource>(std::move(made));
    }
    std::string found(std::string_view target, const AcceptFields& accept = {}) {
        const auto kept = cache_.find(target, accept, ++round_);
        return kept ? kept->bytes : "(none)";
    }

    std::uint64_t round_ = 0;
    Holds holds_ = Holds::yes;
    ResourceCache cache_{{.resources = 3, .files = 2, .bytes = 10'000}};
};

TEST_F(Cache, FindsWhatItKeeps) {
    cache_.keep({.target = "/a"}, resource("a"));
    EXPECT_EQ(found("/a"), "a");
    EXPECT_EQ(found("/b"), "(none)");
}

TEST_F(Cache, KeepsNothingThatIsForOneAnswerAlone) {
    cache_.keep({.target = "/a"},
                std::make_shared<const Resource>(Resource{.kind = Resource::Kind::content, .bytes = "a"}));
    EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(Cache, AnswersNothingThatMayHaveChanged) {
    cache_.keep({.target = "/a"}, resource("a"));
    holds_ = Holds::unsure;
    EXPECT_EQ(found("/a"), "(none)");
    holds_ = Holds::yes;
    EXPECT_EQ(found("/a"), "a");
    holds_ = Holds::no;
    EXPECT_EQ(found("/a"), "(none)");
    EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(Cache, ShowsWhatMayHaveChangedToWhoeverFindsOut) {
    EXPECT_FALSE(cache_.doubtful({.target = "/a"}));
    cache_.keep({.target = "/a"}, resource("a"));
    holds_ = Holds::unsure;
    EXPECT_EQ(found("/a"), "(none)");
    EXPECT_EQ(cache_.doubtful({.target = "/a"})->bytes, "a");
    holds_ = Holds::no;
    EXPECT_EQ(found("/a"), "(none)");
    EXPECT_FALSE(cache_.doubtful({.target = "/a"})) << "for it has not";
}

TEST_F(Cache, AsksOnceInEachRound) {
    int asked = 0;
    Resource made{.kind = Resource::Kind::content, .bytes = "a"};
    made.still_holds = [&asked] {
        ++asked;
        return Holds::yes;
    };
    cache_.keep({.target = "/a"}, std::make_shared<const Resource>(std::move(made)));
    for (const std::uint64_t round : {5, 5, 5, 6})
        EXPECT_NE(cache_.find("/a", {}, round), nullptr);
    EXPECT_EQ(asked, 2);
}

TEST_F(Cache, LetsGoOfWhatWasNotUsedForLongest) {
    for (const auto* target : {"/a", "/b", "/c"})
        cache_.keep({.target = target}, resource(target));
    found("/a");
    cache_.keep({.target = "/d"}, resource("/d"));
    EXPECT_EQ(found("/b"), "(none)");
    EXPECT_EQ(found("/a"), "/a");
}

TEST_F(Cache, IsBoundedInBytesAndInOpenFiles) {
    cache_.keep({.target = "/a"}, resource(std::string(4000, 'a')));
    cache_.keep({.target = "/b"}, resource(std::string(4900, 'b')));
    EXPECT_EQ(cache_.size(), 1u);
    cache_.keep({.target = "/large"}, resource(std::string(6000, 'x')));
    EXPECT_EQ(found("/large"), "(none)");
    for (const auto* target : {"/f", "/g", "/h"})
        cache_.keep({.target = target}, file());
    EXPECT_EQ(cache_.find("/f", {}, ++round_), nullptr);
    EXPECT_NE(cache_.find("/h", {}, ++round_), nullptr);
    cache_.shed_files();
    EXPECT_EQ(cache_.find("/g", {}, ++round_), nullptr);
    EXPECT_NE(cache_.find("/h", {}, ++round_), nullptr);
}

TEST_F(Cache, KeepsAnAnswerForEachThingThatIsLiked) {
    const auto listing = [this](const std::string& bytes) {
        Resource made{.kind = Resource::Kind::content, .bytes = bytes};
        made.still_holds = [this] { return holds_; };
        made.by_likes = true;
        return std::make_shared<const Resource>(std::move(made));
    };
    cache_.keep({.target = "/"}, listing("html"));
    cache_.keep({.target = "/", .likes = {.json = true}}, listing("json"));
    EXPECT_EQ(found("/"), "html");
    EXPECT_EQ(found("/", {.type = "application/json"}), "json");
    EXPECT_EQ(found("/", {.type = "text/html"}), "html");
    EXPECT_EQ(found("/", {.coding = "gzip"}), "(none)");
}

TEST_F(Cache, SweepsOutWhatNoLongerHolds) {
    for (const auto* target : {"/a", "/b", "/c"})
        cache_.keep({.target = target}, file());
    holds_ = Holds::unsure;
    cache_.sweep(100);
    EXPECT_EQ(cache_.size(), 2u);
    holds_ = Holds::no;
    cache_.sweep(1);
    EXPECT_EQ(cache_.size(), 1u);
    cache_.sweep(100);
    EXPECT_EQ(cache_.size(), 0u);
}

}  // namespace
}  // namespace mirrorseed::httpd
