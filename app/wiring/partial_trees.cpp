#include "app/wiring/partial_trees.hpp"

#include "sync/debian/debian_listing.hpp"

#include <initializer_list>

namespace mirrorseed::app {
namespace {

namespace debian = sync::debian;

bool is_metadata_alone(const std::vector<Glob>& packages) {
    return packages.size() == 1 && packages.front().str() == "none";
}

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

class Terms {
public:
    void add(const char* name, const std::string& value) {
        text_.append(name).append("=").append(value).append(";");
    }
    void add(const char* name, unsigned value) { add(name, std::to_string(value)); }
    void add(const char* name, const std::vector<std::string>& values) {
        for (const auto& value : values)
            add(name, value);
    }
    void add(const char* name, const std::vector<Glob>& values) {
        for (const auto& value : values)
            add(name, value.str());
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

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

}  // namespace

bool is_partial(const TreeConfig& tree) {
    return tree.debian || tree.rpm || tree.arch || tree.images;
}

Result<sync::MetadataOfTree> metadata_of(const TreeConfig& tree) {
    if (!tree.debian) return sync::MetadataOfTree();
    auto wish = wish_of(*tree.debian, tree.keyring);
    if (!wish) return wish.error();
    return sync::MetadataOfTree([wish = std::move(*wish)](const sync::MetadataSurroundings& around) {
        return debian::debian_listing(wish, around);
    });
}

std::string terms_of_metadata(const TreeConfig& tree) {
    return tree.debian ? terms_of(*tree.debian) : std::string();
}

}  // namespace mirrorseed::app
