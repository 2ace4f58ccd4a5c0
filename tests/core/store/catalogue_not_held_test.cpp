#include "core/store/catalogue_not_held.hpp"

#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueNotHeld : public CatalogueTest {
protected:
    static NotHeldFile named(const std::string& name, const std::string& content) {
        return {path(name), content.size(), digest_of_text(content)};
    }
    NotHeld& not_held() { return catalogue_.not_held(); }
    using Files = std::vector<NotHeldFile>;
};

TEST_F(CatalogueNotHeld, AreAGenerationsOwn) {
    const auto a = named("a", "1"), b = named("pool/b", "2"), b2 = named("pool/b", "22");
    const NotHeldFile c{path("c"), 7, std::nullopt};
    not_held().replace(tree_, 1, {b, a, a});
    EXPECT_EQ(not_held().all(tree_, 1), (Files{a, b}));
    not_held().replace(tree_, 2, {b2, c});
    EXPECT_EQ(not_held().all(tree_, 1), (Files{a, b})) << "as it was";
    EXPECT_EQ(not_held().all(tree_, 2), (Files{c, b2}));
    EXPECT_EQ(not_held().find(tree_, 1, path("pool/b")), b);
    EXPECT_EQ(not_held().find(tree_, 2, path("pool/b")), b2);
    EXPECT_EQ(not_held().find(tree_, 2, path("a")), std::nullopt);
    EXPECT_EQ(not_held().find(tree_ + 1, 1, path("a")), std::nullopt);
    not_held().replace(tree_, 2, {b2});
    EXPECT_EQ(not_held().all(tree_, 2), Files{b2}) << "replaced within a generation";
    EXPECT_EQ(not_held().all(tree_, 1), (Files{a, b}));
}

TEST_F(CatalogueNotHeld, ACandidatesAreTakenBack) {
    const auto a = named("a", "1"), b = named("b", "2"), c = named("c", "3");
    not_held().replace(tree_, 1, {a, b});
    not_held().replace(tree_, 2, {b, c});
    not_held().abandon(tree_, 2);
    EXPECT_EQ(not_held().all(tree_, 1), (Files{a, b}));
    EXPECT_EQ(not_held().all(tree_, 2), (Files{a, b}));
    not_held().abandon(tree_, 1);
    EXPECT_TRUE(not_held().all(tree_, 1).empty());
}

TEST_F(CatalogueNotHeld, ThoseOfOldGenerationsAreForgotten) {
    const auto a = named("a", "1"), b = named("b", "2");
    not_held().replace(tree_, 1, {a, b});
    not_held().replace(tree_, 2, {b});
    not_held().replace(tree_, 3, {a});
    not_held().forget_before(tree_, 2);
    EXPECT_EQ(not_held().all(tree_, 1), Files{b}) << "a ended with the first";
    EXPECT_EQ(not_held().all(tree_, 2), Files{b});
    EXPECT_EQ(not_held().all(tree_, 3), Files{a});
}

}  // namespace
}  // namespace mirrorseed
