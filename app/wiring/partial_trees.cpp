#include "app/wiring/partial_trees.hpp"

#include "app/wiring/arch_wish.hpp"
#include "app/wiring/debian_wish.hpp"
#include "app/wiring/images_wish.hpp"

namespace mirrorseed::app {

namespace {

template <class Wish>
Result<sync::MetadataOfTree> listed_by(
    Result<Wish> wish,
    std::unique_ptr<sync::MetadataListing> (*listing)(const Wish&, const sync::MetadataSurroundings&)) {
    if (!wish) return wish.error();
    return sync::MetadataOfTree([wish = std::move(*wish), listing](const sync::MetadataSurroundings& around) {
        return listing(wish, around);
    });
}

}  // namespace

bool is_partial(const TreeConfig& tree) {
    return tree.debian || tree.rpm || tree.arch || tree.images;
}

Result<sync::MetadataOfTree> metadata_of(const TreeConfig& tree) {
    if (tree.debian) return listed_by(wish_of(*tree.debian, tree.keyring), sync::debian::debian_listing);
    if (tree.arch) return listed_by(wish_of(*tree.arch, tree.keyring), sync::arch::arch_listing);
    if (tree.images) return listed_by(wish_of(*tree.images, tree.keyring), sync::images::images_listing);
    return sync::MetadataOfTree();
}

std::string terms_of_metadata(const TreeConfig& tree) {
    if (tree.debian) return terms_of(*tree.debian);
    if (tree.arch) return terms_of(*tree.arch);
    return tree.images ? terms_of(*tree.images) : std::string();
}

}  // namespace mirrorseed::app
