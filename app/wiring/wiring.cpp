#include "app/wiring/wiring.hpp"

#include "app/config/secret_file.hpp"
#include "app/wiring/partial_trees.hpp"
#include "app/wiring/release_watch.hpp"
#include "core/http/http_url.hpp"
#include "core/http/shown_url.hpp"
#include "core/system/system_user.hpp"
#include "core/whole_number.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

namespace mirrorseed::app {
namespace {

// Globs of the command line come on top of the config's excludes, and in the place of its includes.
Result<std::vector<Glob>> globs_of(const Arguments& arguments, std::string_view option) {
    std::vector<Glob> globs;
    for (const auto& text : arguments.values(option)) {
        auto glob = Glob::parse(text);
        if (!glob) return glob.error();
        globs.push_back(std::move(*glob));
    }
    return globs;
}

// Where the server is another user than we are, which only root can bring about.
std::optional<gid_t> group_of_server(const std::string& name) {
    if (::geteuid() != 0 || name.empty()) return std::nullopt;
    const auto user = find_user(name);
    return user ? std::optional(user->gid) : std::nullopt;
}

std::string host_of(const std::string& public_url) {
    const auto url = HttpUrl::parse(public_url);
    return url ? url->host() : std::string();
}

bool notes_not_held(const TreeConfig& tree) {
    return tree.missing != MissingFiles::not_found;
}

// What a listing is compared by; text that differs whenever it does.
std::string terms_of(const std::vector<Glob>& include, const std::vector<Glob>& exclude,
                     const TreeConfig& tree, const std::string& host) {
    std::string terms = "terms of " + tree.name;
    const auto add = [&](char kind, const std::string& text) { terms += '\n' + (kind + text); };
    for (const auto& glob : include)
        add('+', glob.str());
    for (const auto& glob : exclude)
        add('-', glob.str());
    for (const auto& upstream : tree.upstreams)
        add('@', without_credentials(upstream));
    add('k', tree.keyring);
    add('l', std::to_string(static_cast<int>(tree.checksum_lists)));
    add('h', host);
    add('m', terms_of_metadata(tree));
    if (notes_not_held(tree)) add('n', "what is not held is noted");
    return terms;
}

// Whoever asks for a part must not get the whole, and whoever asks for signatures must not go without.
Status check_built(const TreeConfig& tree) {
    const auto refuse = [&](const char* what) -> Status {
        return Error(Fault::unsupported, std::string(what) + " is not built yet");
    };
    if (tree.listing == ListingKind::node) return refuse("listing = \"node\"");
    if (!tree.trusted_keys.empty()) return refuse("trusted_keys");
    return {};
}

}  // namespace

Result<sync::Manners> manners_for(const Config& config, const TreeConfig& tree, const Arguments& arguments) {
    auto password = read_secret(tree.password_file);
    if (!password) return password.error().within("password_file");
    auto manners = tree.manners;
    manners.password = std::move(*password);
    manners.allow_private = config.sync.allow_private;
    if (const auto connections = arguments.value("connections"))
        manners.connections = whole_number<unsigned>(*connections).value_or(0);
    if (const auto rate = arguments.value("rate-limit")) manners.rate_limit = parse_rate(*rate).value();
    return manners;
}

Result<sync::OneOff> one_off_for(const Arguments& arguments) {
    auto include = globs_of(arguments, "include");
    if (!include) return include.error();
    auto exclude = globs_of(arguments, "exclude");
    if (!exclude) return exclude.error();
    auto manners = manners_for(Config(), TreeConfig(), arguments);
    if (!manners) return manners.error();
    return sync::OneOff{
        .upstream = arguments.value("from").value_or(""),
        .folder = std::filesystem::absolute(arguments.value("to").value_or("")).string(),
        .manners = std::move(*manners),
        .selection = sync::without_our_names(std::move(*include), std::move(*exclude)),
        .deletes = arguments.has("delete") ? sync::Deletes::yes : sync::Deletes::no,
        .dry_run = arguments.has("dry-run"),
    };
}

Result<sync::Wish> wish_for(const Config& config, const TreeConfig& tree, const Arguments& arguments) {
    const auto built = check_built(tree);
    if (!built) return built.error();
    auto include = globs_of(arguments, "include");
    if (!include) return include.error();
    auto exclude = globs_of(arguments, "exclude");
    if (!exclude) return exclude.error();
    auto manners = manners_for(config, tree, arguments);
    if (!manners) return manners.error();
    auto metadata = metadata_of(tree);
    if (!metadata) return metadata.error();
    if (include->empty()) *include = tree.include;
    exclude->insert(exclude->end(), tree.exclude.begin(), tree.exclude.end());
    return sync::Wish{
        .tree = tree.name,
        .upstreams = tree.upstreams,
        .manners = std::move(*manners),
        .keyring = tree.keyring,
        .host = host_of(config.server.public_url),
        .terms = terms_of(*include, *exclude, tree, host_of(config.server.public_url)),
        .judged_by = std::move(metadata->judged_by),
        .full = arguments.has("full"),
        .metalinks = {.repo = repo_of_metalinks(tree)},
        .listed_by = std::move(metadata->listed_by),
        .selection = Selection(std::move(*include), std::move(*exclude)),
        .notes_not_held = notes_not_held(tree),
        .max_delete = tree.max_delete,
        .allow_deletes = arguments.has("allow-deletes"),
        .publish_without_bad_files = tree.on_bad_file == BadFilePolicy::hold_back,
        // Of images what they are is known already.
        .checksum_lists = tree.images ? sync::ListRule::ignore : tree.checksum_lists,
        .min_free = config.store.min_free,
        .keeping = keeping_of(tree),
        .watch_for = watch_releases(tree),
    };
}

// A client that has an older Release or repomd.xml asks for the indices of that.
std::chrono::seconds grace_of(const TreeConfig& tree) {
    constexpr std::chrono::seconds least_of_indices = std::chrono::hours(24);
    return tree.debian || tree.rpm ? std::max(tree.keeping.grace, least_of_indices) : tree.keeping.grace;
}

sync::Keeping keeping_of(const TreeConfig& tree) {
    auto keeping = tree.keeping;
    keeping.grace = grace_of(tree);
    if (!tree.on_publish.empty()) keeping.telling.push_back(Telling::hooks);
    if (!tree.notify.empty()) keeping.telling.push_back(Telling::notify);
    return keeping;
}

StorePlaces places_of(const Config& config) {
    auto store = config.store.path;
    while (store.size() > 1 && store.ends_with('/'))
        store.pop_back();
    return {.store = store,
            .catalogue = config.store.catalogue,
            .readers = group_of_server(config.server.user.name)};
}

}  // namespace mirrorseed::app
