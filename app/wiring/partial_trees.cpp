#include "app/wiring/partial_trees.hpp"

#include "app/wiring/arch_wish.hpp"
#include "app/wiring/debian_wish.hpp"
#include "app/wiring/images_wish.hpp"
#include "app/wiring/rpm_wish.hpp"

#include <utility>

namespace mirrorseed::app {
namespace {

// `list`: by the section's wish, which lives as long as what is answered.
template <class Section, class List>
Result<PartialListing> listed_by(const Section& section, const TreeConfig& tree, List list) {
    auto wish = wish_of(section, tree.keyring);
    if (!wish) return wish.error();
    auto judged_by = wish->keyring ? Sha256::of(as_bytes(wish->keyring->bytes())).hex() : std::string();
    return PartialListing{
        .listed_by = [wish = std::move(*wish),
                      list](const sync::MetadataSurroundings& around) { return list(wish, around); },
        .judged_by = std::move(judged_by)};
}

}  // namespace

bool is_partial(const TreeConfig& tree) {
    return tree.debian || tree.rpm || tree.arch || tree.images;
}

Result<PartialListing> metadata_of(const TreeConfig& tree) {
    if (tree.debian) return listed_by(*tree.debian, tree, sync::debian::debian_listing);
    if (tree.rpm) return listed_by(*tree.rpm, tree, sync::rpm::rpm_listing);
    if (tree.arch) return listed_by(*tree.arch, tree, sync::arch::arch_listing);
    if (tree.images) return listed_by(*tree.images, tree, sync::images::images_listing);
    return PartialListing();
}

RelPath repo_of_metalinks(const TreeConfig& tree) {
    return tree.rpm && tree.rpm->repos.size() == 1 ? folder_of_repo(tree.rpm->repos.front()) : RelPath();
}

std::string terms_of_metadata(const TreeConfig& tree) {
    if (tree.debian) return terms_of(*tree.debian);
    if (tree.rpm) return terms_of(*tree.rpm);
    if (tree.arch) return terms_of(*tree.arch);
    return tree.images ? terms_of(*tree.images) : std::string();
}

}  // namespace mirrorseed::app
