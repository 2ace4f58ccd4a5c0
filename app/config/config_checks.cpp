#include "app/config/config_checks.hpp"

#include "app/config/config_keys.hpp"
#include "app/config/missing_files.hpp"
#include "core/http/shown_url.hpp"
#include "core/text.hpp"
#include "httpd/tls_context.hpp"
#include "sync/upstream_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <tuple>

#include <sys/stat.h>
#include <unistd.h>

namespace mirrorseed::app {
namespace {

std::string tree_path(std::size_t i) {
    return fmt::format("tree[{}]", i);
}

void check_tls(LoadedConfig& loaded) {
    const auto& server = loaded.config.server;
    if (server.tls_listen.empty()) return;
    const auto at = loaded.position_of("server.tls_listen");
    if (server.tls_certificate.empty()) loaded.add_fault(at, "tls_listen: needs a tls_certificate");
    if (server.tls_key.empty()) loaded.add_fault(at, "tls_listen: needs a tls_key");
}

// Whoever reads a torrent finds its tracker by public_url.
void check_tracker(LoadedConfig& loaded) {
    const auto& server = loaded.config.server;
    const auto udp = loaded.position_of("server.tracker_udp");
    for (const auto& address : server.tracker_udp)
        if (address.is_unix() || address.fd)
            loaded.add_fault(udp, fmt::format("tracker_udp: \"{}\" is no address for UDP; write it like "
                                              "\"[::]:6969\" or \"192.0.2.1:6969\"",
                                              escape_text(address.str())));
    if (!server.public_url.empty()) return;
    if (server.tracker)
        loaded.add_fault(loaded.position_of("server.tracker"),
                         "tracker: needs a public_url, by which torrents name it");
    if (!server.tracker_udp.empty())
        loaded.add_fault(udp, "tracker_udp: needs a public_url, by whose host torrents name it");
}

void check_names(LoadedConfig& loaded) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < loaded.config.trees.size(); ++i) {
        const auto& name = loaded.config.trees[i].name;
        if (name.empty()) continue;
        const auto [seen, is_new] = first.emplace(name, i);
        if (is_new) continue;
        loaded.add_fault(
            loaded.position_of(tree_path(i) + ".name"),
            fmt::format("name: there are two trees \"{}\"; the first is on line {}", escape_text(name),
                        loaded.position_of(tree_path(seen->second) + ".name").line));
    }
}

// All of a selection's values as one text, so that two can be compared.
template <class S>
std::string text_of(const std::optional<S>& selection) {
    std::string text;
    if (selection)
        for (const auto& key : keys_of<S>())
            text += fmt::format("{}={}\n", key.name, key.show(*selection));
    return text + "--\n";
}

// What a tree mirrors: where from, and which part.
std::string wish_of(const TreeConfig& tree) {
    auto upstreams = tree.upstreams;
    for (auto& url : upstreams)
        if (!url.ends_with('/')) url += '/';
    std::ranges::sort(upstreams);
    return show_value(upstreams) + show_value(tree.include) + show_value(tree.exclude) +
           text_of(tree.debian) + text_of(tree.rpm) + text_of(tree.arch) + text_of(tree.images);
}

void check_wishes(LoadedConfig& loaded) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < loaded.config.trees.size(); ++i) {
        const auto& tree = loaded.config.trees[i];
        if (tree.upstreams.empty()) continue;
        const auto [seen, is_new] = first.emplace(wish_of(tree), i);
        if (is_new) continue;
        loaded.add_fault(loaded.position_of(tree_path(i) + ".upstreams"),
                         fmt::format("upstreams: the tree \"{}\" on line {} mirrors the very same",
                                     escape_text(loaded.config.trees[seen->second].name),
                                     loaded.position_of(tree_path(seen->second)).line));
    }
}

void check_releases(LoadedConfig& loaded, std::size_t tree) {
    const auto& releases = loaded.config.trees[tree].releases;
    const auto place = [&](std::size_t i) {
        return loaded.position_of(fmt::format("{}.release[{}].match", tree_path(tree), i));
    };
    for (std::size_t later = 1; later < releases.size(); ++later) {
        for (std::size_t i = 0; i < later; ++i) {
            const auto& [a, b] = std::tie(releases[i].match, releases[later].match);
            if (a.str().empty() || b.str().empty() || !Glob::overlap(a, b)) continue;
            loaded.add_fault(
                place(later),
                fmt::format("match: the release on line {} can match the same paths", place(i).line));
            break;
        }
    }
}

// Torrents, magnets and feeds go out into the world, and must lead back.
void check_public_url(LoadedConfig& loaded, std::size_t tree) {
    if (!loaded.config.server.public_url.empty() || loaded.config.trees[tree].releases.empty()) return;
    loaded.add_fault(loaded.position_of(fmt::format("{}.release[0]", tree_path(tree))),
                     "release: needs [server] public_url, which its torrents name as web seed");
}

void check_selections(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    const int count = int{tree.debian.has_value()} + int{tree.rpm.has_value()} + int{tree.arch.has_value()} +
                      int{tree.images.has_value()};
    if (count > 1)
        loaded.add_fault(loaded.position_of(tree_path(i)),
                         "a tree may have one of debian, rpm, arch and images at most");
}

void check_rpm(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    if (!tree.rpm || tree.rpm->verify != RepoCheck::signature) return;
    if (!tree.rpm->keyring.empty() || !tree.keyring.empty()) return;
    loaded.add_fault(loaded.position_of(tree_path(i) + ".rpm.verify"),
                     "verify: needs a keyring for the repositories' signatures");
}

// It is a web server's word, of one repository.
void check_metalinks(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    const auto place = loaded.position_of(tree_path(i) + ".upstreams");
    const auto refuse = [&](const std::string& url, const char* why) {
        loaded.add_fault(place,
                         fmt::format("upstreams: the metalink \"{}\" {}", without_credentials(url), why));
    };
    for (const auto& url : tree.upstreams) {
        if (!sync::is_metalink(url)) continue;
        if (url.starts_with("http://"))
            refuse(url,
                   "is believed over https alone; a folder of that name is written with a slash behind it");
        else if (!tree.rpm)
            refuse(url, "tells of an RPM repository, and needs [tree.rpm]");
        else if (tree.rpm->repos.size() != 1)
            refuse(url, "tells of one repository, and repos must have that one");
    }
}

// Whoever asks for signatures, which is everybody who does not say otherwise, has a keyring.
void check_keyrings(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    if (!tree.debian || tree.debian->verify != MetadataCheck::signature) return;
    if (!tree.debian->keyring.empty() || !tree.keyring.empty()) return;
    loaded.add_fault(loaded.position_of(tree_path(i) + ".debian"),
                     "debian: needs a keyring for its signatures, or verify = \"checksum\"");
}

void check_selects_something(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    if (tree.arch && tree.arch->architectures.empty())
        loaded.add_fault(loaded.position_of(tree_path(i) + ".arch.architectures"),
                         "architectures: names none, so that nothing would be held");
}

// Readers are sent nowhere where they would not arrive, or not as safely as they came.
void check_missing(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    const auto at = loaded.position_of(tree_path(i) + ".missing");
    if (tree.missing != MissingFiles::redirect || upstream_for_readers(tree, loaded.config.server)) return;
    loaded.add_fault(
        at, "missing: \"redirect\" needs an upstream by https, or by http where nobody comes by https");
}

void check_readable(LoadedConfig& loaded, const std::string& path, const std::string& file) {
    if (file.empty()) return;
    struct stat facts {};
    std::string trouble;
    if (::stat(file.c_str(), &facts) != 0 || ::access(file.c_str(), R_OK) != 0)
        trouble = std::strerror(errno);
    else if (S_ISDIR(facts.st_mode))
        trouble = "it is a folder";
    if (trouble.empty()) return;
    loaded.add_fault(
        loaded.position_of(path),
        fmt::format("{}: cannot read {}: {}", path.substr(path.rfind('.') + 1), escape_text(file), trouble));
}

// That both can be used, and with each other; what cannot be read at all was told before.
void check_tls_files(LoadedConfig& loaded) {
    const auto& server = loaded.config.server;
    if (server.tls_listen.empty()) return;
    const auto before = loaded.faults.size();
    check_readable(loaded, "server.tls_certificate", server.tls_certificate);
    check_readable(loaded, "server.tls_key", server.tls_key);
    if (server.tls_certificate.empty() || server.tls_key.empty() || loaded.faults.size() > before) return;
    const auto usable =
        httpd::load_tls_context({.certificate = server.tls_certificate, .key = server.tls_key});
    if (!usable)
        loaded.add_fault(loaded.position_of("server.tls_certificate"),
                         "tls_certificate: " + usable.error().text());
}

void check_tree_paths(LoadedConfig& loaded, std::size_t i) {
    const auto& tree = loaded.config.trees[i];
    const auto path = tree_path(i);
    check_readable(loaded, path + ".keyring", tree.keyring);
    check_readable(loaded, path + ".password_file", tree.password_file);
    check_readable(loaded, path + ".ca_file", tree.manners.ca_file);
    check_readable(loaded, path + ".notify_token_file", tree.notify_token_file);
    if (tree.debian) check_readable(loaded, path + ".debian.keyring", tree.debian->keyring);
    if (tree.rpm) check_readable(loaded, path + ".rpm.keyring", tree.rpm->keyring);
    if (tree.arch) check_readable(loaded, path + ".arch.keyring", tree.arch->keyring);
    if (tree.images) check_readable(loaded, path + ".images.keyring", tree.images->keyring);
}

}  // namespace

void check_whole(LoadedConfig& loaded) {
    check_tls(loaded);
    check_tracker(loaded);
    check_names(loaded);
    check_wishes(loaded);
    for (std::size_t i = 0; i < loaded.config.trees.size(); ++i) {
        check_releases(loaded, i);
        check_public_url(loaded, i);
        check_selections(loaded, i);
        check_keyrings(loaded, i);
        check_rpm(loaded, i);
        check_metalinks(loaded, i);
        check_missing(loaded, i);
        check_selects_something(loaded, i);
    }
}

void check_paths(LoadedConfig& loaded) {
    const auto& config = loaded.config;
    check_readable(loaded, "store.signing_key_file", config.store.signing_key_file);
    check_readable(loaded, "server.admin_token_file", config.server.admin_token_file);
    check_tls_files(loaded);
    for (std::size_t i = 0; i < config.trees.size(); ++i)
        check_tree_paths(loaded, i);
    loaded.sort_faults();
}

}  // namespace mirrorseed::app
