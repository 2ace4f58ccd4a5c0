#include "app/wiring/partial_trees.hpp"

#include "app/wiring/debian_wish.hpp"

namespace mirrorseed::app {

bool is_partial(const TreeConfig& tree) {
    return tree.debian || tree.rpm || tree.arch || tree.images;
}

Result<sync::MetadataOfTree> metadata_of(const TreeConfig& tree) {
    if (!tree.debian) return sync::MetadataOfTree();
    auto wish = wish_of(*tree.debian, tree.keyring);
    if (!wish) return wish.error();
    return sync::MetadataOfTree([wish = std::move(*wish)](const sync::MetadataSurroundings& around) {
        return sync::debian::debian_listing(wish, around);
    });
}

std::string terms_of_metadata(const TreeConfig& tree) {
    return tree.debian ? terms_of(*tree.debian) : std::string();
}

}  // namespace mirrorseed::app
