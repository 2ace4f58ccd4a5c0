#include "app/release/describer.hpp"

#include "app/release/late_describer.hpp"

#include "tests/support/sync_fixture.hpp"

#include <algorithm>
#include <functional>

namespace mirrorseed::app {
namespace {

using sync::Outcome;

// A tree of two images that a later rule asks for, and what happens while the second is looked at.
class LateRule : public test::SyncFixture {
protected:
    LateRule() {
        ReleaseConfig images;
        images.match = Glob::parse("*.iso").value();
        TreeConfig tree;
        tree.name = wish_.tree;
        before_.trees = {tree};
        tree.releases = {images};
        after_.trees = {tree};
        before_.server.public_url = after_.server.public_url = "http://m.example";
        upstream_has("a.iso", "an image");
        upstream_has("b.iso", "another");
        wish_.describe = describe_releases(before_, log_);
        sync();
    }

    std::vector<Error> describe(const std::function<void()>& meanwhile = {}) {
        int asked = 0;
        const Clock clock = [&] {
            if (++asked == 2 && meanwhile) meanwhile();
            return now_;
        };
        return describe_published(*store_, after_, after_.trees.front(), log_, clock, progress_);
    }
    // As a job beside that does it.
    void sync_by(const Config& config) {
        auto store = store_->again();
        wish_.describe = describe_releases(config, log_);
        EXPECT_TRUE(test::is(Outcome::published, sync::sync_tree(store, wish_, clock_, progress_)));
    }
    std::vector<std::string> released() {
        std::vector<std::string> paths;
        for (const auto& release : store_->catalogue().releases().of_tree(tree().id))
            if (!release.gone) paths.push_back(release.path.str());
        std::sort(paths.begin(), paths.end());
        return paths;
    }
    std::vector<std::string> undescribed() {
        std::vector<std::string> paths;
        for (const auto& item : store_->catalogue().releases().undescribed(tree().id))
            paths.push_back(item.path.str());
        return paths;
    }
    bool is_level() { return is_described(store_->catalogue(), after_, after_.trees.front(), tree().id); }

    Config before_, after_;
    Log log_ = Log::silent();
};

TEST_F(LateRule, DescribesWhatIsPublished) {
    EXPECT_FALSE(is_level());
    EXPECT_TRUE(describe().empty());
    EXPECT_EQ(released(), (Names{"a.iso", "b.iso"}));
    EXPECT_TRUE(is_level());
}

TEST_F(LateRule, LeavesWhatBecameEmptyMeanwhileToWhoBroughtIt) {
    describe([&] {
        upstream_has("a.iso", "", noon + 1);
        sync_by(after_);
    });
    EXPECT_EQ(released(), (Names{"b.iso"}));
    EXPECT_EQ(undescribed(), (Names{"a.iso"}));
    EXPECT_TRUE(is_level());
}

TEST_F(LateRule, TellsNoTroubleOfWhatBecameGoodMeanwhile) {
    upstream_has("a.iso", "", noon + 1);
    sync();
    const auto troubles = describe([&] {
        upstream_has("a.iso", "an image once more", noon + 2);
        sync_by(after_);
    });
    EXPECT_TRUE(troubles.empty());
    EXPECT_EQ(released(), (Names{"a.iso", "b.iso"}));
    EXPECT_EQ(undescribed(), Names{});
}

TEST_F(LateRule, IsDueAgainForWhatAnOlderConfigBroughtMeanwhile) {
    describe([&] {
        upstream_has("c.iso", "a third", noon + 1);
        sync_by(before_);
    });
    EXPECT_EQ(released(), (Names{"a.iso", "b.iso"}));
    EXPECT_FALSE(is_level());
    describe();
    EXPECT_EQ(released(), (Names{"a.iso", "b.iso", "c.iso"}));
    EXPECT_TRUE(is_level());
}

}  // namespace
}  // namespace mirrorseed::app
