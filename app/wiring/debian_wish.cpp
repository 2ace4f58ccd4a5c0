#include "app/wiring/debian_wish.hpp"

#include "app/wiring/selection_words.hpp"

namespace mirrorseed::app {

namespace debian = sync::debian;

Result<debian::DebianWish> wish_of(const DebianConfig& config, const std::string& trees_keyring) {
    debian::DebianWish wish{.suites = config.suites,
                            .indices = {.components = config.components,
                                        .architectures = config.architectures,
                                        .languages = config.languages,
                                        .dep11 = config.dep11,
                                        .cnf = config.cnf,
                                        .contents = config.contents,
                                        .installer = config.installer},
                            .packages = {.none = is_metadata_alone(config.packages),
                                         .packages = config.packages,
                                         .sections = config.sections,
                                         .newest = config.newest,
                                         .dependencies = config.dependencies},
                            .is_signed = config.verify == MetadataCheck::signature,
                            .is_dated = config.verify != MetadataCheck::none,
                            .checks_valid_until = config.verify != MetadataCheck::none &&
                                                  config.valid_until == ValidUntil::check};
    if (!wish.is_signed) return wish;
    auto keyring = sync::Keyring::read(config.keyring.empty() ? trees_keyring : config.keyring);
    if (!keyring) return keyring.error().within("keyring");
    wish.keyring = std::move(*keyring);
    return wish;
}

std::string terms_of(const DebianConfig& config) {
    Terms terms;
    terms.add("suite", config.suites);
    terms.add("component", config.components);
    terms.add("architecture", config.architectures);
    terms.add("language", config.languages);
    terms.add("package", config.packages);
    terms.add("section", config.sections);
    terms.add("newest", config.newest);
    for (const bool flag : {config.dep11, config.cnf, config.contents, config.installer, config.dependencies})
        terms.add("flag", unsigned{flag});
    terms.add("verify", static_cast<unsigned>(config.verify));
    terms.add("keyring", config.keyring);
    return "debian " + terms.take();
}

}  // namespace mirrorseed::app
