#include "core/store/catalogue_sums.hpp"

#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueSums : public CatalogueTest {
protected:
    static Checksum sum(char digit) {
        return Checksum::from_hex(ChecksumKind::sha512, std::string(128, digit)).value();
    }
    Digest stored(const std::string& text) {
        const auto digest = digest_of_text(text);
        catalogue_.contents().add_blob(digest, text.size(), noon);
        return digest;
    }
};

TEST_F(CatalogueSums, TellsTheContentThatATreeKnowsByASum) {
    const auto content = stored("a");
    catalogue_.sums().keep(tree_, sum('1'), content);
    EXPECT_EQ(catalogue_.sums().content_of(tree_, sum('1')), content);
    EXPECT_EQ(catalogue_.sums().content_of(tree_, sum('2')), std::nullopt);
    EXPECT_EQ(catalogue_.sums().content_of(tree_ + 1, sum('1')), std::nullopt) << "another tree";
}

TEST_F(CatalogueSums, ForgetsThemWithTheirContent) {
    const auto content = stored("a");
    catalogue_.sums().keep(tree_, sum('1'), content);
    catalogue_.contents().forget_blob(content);
    EXPECT_EQ(catalogue_.sums().content_of(tree_, sum('1')), std::nullopt);
    stored("a");
    EXPECT_EQ(catalogue_.sums().content_of(tree_, sum('1')), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed
