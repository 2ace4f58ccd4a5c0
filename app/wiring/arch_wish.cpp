#include "app/wiring/arch_wish.hpp"

#include "app/wiring/selection_words.hpp"

namespace mirrorseed::app {
Result<sync::arch::ArchWish> wish_of(const ArchConfig& config, const std::string& trees_keyring) {
    sync::arch::ArchWish wish{.repos = config.repos,
                              .architectures = config.architectures,
                              .packages = config.packages,
                              .none = is_metadata_alone(config.packages)};
    const auto& path = config.keyring.empty() ? trees_keyring : config.keyring;
    if (!path.empty()) {
        auto keyring = sync::Keyring::read(path);
        if (!keyring) return keyring.error().within("keyring");
        wish.keyring = std::move(*keyring);
    }
    return wish;
}

std::string terms_of(const ArchConfig& config) {
    Terms terms;
    terms.add("repo", config.repos);
    terms.add("architecture", config.architectures);
    terms.add("package", config.packages);
    terms.add("keyring", config.keyring);
    return "arch " + terms.take();
}

}  // namespace mirrorseed::app
