#include "app/wiring/rpm_wish.hpp"

#include "app/wiring/selection_words.hpp"

namespace mirrorseed::app {
namespace {

namespace rpm = sync::rpm;

// Not everybody signs repomd.xml, so a keyring is what asks for it.
bool asks_for_signatures(RepoCheck verify, const std::string& keyring) {
    return verify == RepoCheck::signature || (verify == RepoCheck::automatic && !keyring.empty());
}

}  // namespace

RelPath folder_of_repo(const std::string& repo) {
    return repo == "." ? RelPath() : RelPath::parse(repo).value();
}

Result<rpm::RpmWish> wish_of(const RpmConfig& config, const std::string& trees_keyring) {
    rpm::RpmWish wish{.packages = {.none = is_metadata_alone(config.packages),
                                   .packages = config.packages,
                                   .architectures = config.architectures,
                                   .newest = config.newest},
                      .images = config.treeinfo,
                      .is_dated = config.verify != RepoCheck::none};
    for (const auto& repo : config.repos)
        wish.repos.push_back(folder_of_repo(repo));
    const auto& path = config.keyring.empty() ? trees_keyring : config.keyring;
    if (!asks_for_signatures(config.verify, path)) return wish;
    auto keyring = sync::Keyring::read(path);
    if (!keyring) return keyring.error().within("keyring");
    wish.keyring = std::move(*keyring);
    return wish;
}

std::string terms_of(const RpmConfig& config) {
    Terms terms;
    terms.add("repo", config.repos);
    terms.add("architecture", config.architectures);
    terms.add("package", config.packages);
    terms.add("newest", config.newest);
    terms.add("treeinfo", unsigned{config.treeinfo});
    terms.add("verify", static_cast<unsigned>(config.verify));
    terms.add("keyring", config.keyring);
    return "rpm " + terms.take();
}

}  // namespace mirrorseed::app
