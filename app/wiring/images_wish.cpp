#include "app/wiring/images_wish.hpp"

#include "app/wiring/selection_words.hpp"

namespace mirrorseed::app {

Result<sync::images::ImagesWish> wish_of(const ImagesConfig& config, const std::string& trees_keyring) {
    sync::images::ImagesWish wish{.match = config.match, .newest = config.newest};
    const auto& path = config.keyring.empty() ? trees_keyring : config.keyring;
    if (path.empty()) return wish;
    auto keyring = sync::Keyring::read(path);
    if (!keyring) return keyring.error().within("keyring");
    wish.keyring = std::move(*keyring);
    return wish;
}

std::string terms_of(const ImagesConfig& config) {
    Terms terms;
    terms.add("match", config.match);
    terms.add("newest", config.newest);
    terms.add("keyring", config.keyring);
    return "images " + terms.take();
}

}  // namespace mirrorseed::app
