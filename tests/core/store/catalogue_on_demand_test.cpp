#include "core/store/catalogue_on_demand.hpp"

#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueOnDemand : public CatalogueTest {
protected:
    Digest stored(const std::string& text) {
        const auto digest = digest_of_text(text);
        catalogue_.contents().add_blob(digest, text.size(), noon);
        return digest;
    }
    std::vector<Digest> kept() {
        std::vector<Digest> contents;
        for (const auto& one : catalogue_.on_demand().all(tree_))
            contents.push_back(one.content);
        return contents;
    }
    bool is_unneeded(const Digest& content) {
        for (const auto& row : catalogue_.contents().unneeded({}, noon))
            if (row.digest == content) return true;
        return false;
    }
};

TEST_F(CatalogueOnDemand, KnowsWhoWasUsedLast) {
    const auto a = stored("a"), b = stored("b");
    auto& on_demand = catalogue_.on_demand();
    on_demand.keep(tree_, a, noon);
    on_demand.keep(tree_, b, noon + 1);
    EXPECT_EQ(kept(), (std::vector<Digest>{a, b}));
    EXPECT_TRUE(on_demand.use(tree_, a, noon + 2));
    EXPECT_FALSE(on_demand.use(tree_, digest_of_text("c"), noon + 2));
    EXPECT_EQ(kept(), (std::vector<Digest>{b, a}));
    EXPECT_FALSE(on_demand.has(tree_ + 1, a));
    on_demand.let_go(tree_, b);
    EXPECT_EQ(kept(), std::vector<Digest>{a});
}

TEST_F(CatalogueOnDemand, KeepsTheirContents) {
    const auto a = stored("a");
    EXPECT_TRUE(is_unneeded(a));
    catalogue_.on_demand().keep(tree_, a, noon);
    EXPECT_FALSE(is_unneeded(a));
    catalogue_.contents().forget_blob(a);
    EXPECT_TRUE(kept().empty()) << "it was withdrawn, say";
}

}  // namespace
}  // namespace mirrorseed
