#include "core/http/shown_url.hpp"
#include "core/text.hpp"
#include "torrentgen/url_parts.hpp"
#include "torrentgen/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace mirrorseed::torrentgen {
namespace {

using Text = std::optional<std::string>;

// A path's part that names other bytes tomorrow.
constexpr std::array<std::string_view, 6> mutable_words{"latest",  "current", "stable",
                                                        "testing", "daily",   "nightly"};
// These have been gone for years, and still make clients wait.
constexpr std::array<std::string_view, 6> dead_trackers{"tracker.publicbt.com",     "tracker.istole.it",
                                                        "tracker.ccc.de",           "open.demonii.com",
                                                        "tracker.thepiratebay.org", "denis.stalker.h3q.com"};

std::string quoted(std::string_view url) {
    return "\"" + without_credentials(url.substr(0, 200)) + "\"";
}

bool is_web(const UrlParts& url) {
    return (url.scheme == "http" || url.scheme == "https") && !url.host.empty();
}

std::vector<std::string> all_trackers(const Torrent& torrent) {
    std::vector<std::string> all;
    for (const auto& tier : torrent.trackers)
        all.insert(all.end(), tier.begin(), tier.end());
    return all;
}

Text first_url(const std::vector<std::string>& urls, const std::function<bool(const UrlParts&)>& is_bad) {
    for (const auto& url : urls)
        if (is_bad(split_url(url))) return url;
    return std::nullopt;
}

Text about(std::string_view kind, const Text& url, std::string_view what) {
    if (!url) return std::nullopt;
    return fmt::format("the {} {} {}", kind, quoted(*url), what);
}

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const auto part = path.substr(0, end);
        const auto decoded = percent_decode(part);
        if (!part.empty()) parts.push_back(decoded ? *decoded : std::string(part));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

Text seed_without_slash(const Torrent& torrent) {
    if (!torrent.is_folder) return std::nullopt;
    return about("web seed", first_url(torrent.web_seeds, [](auto& url) { return !url.path.ends_with('/'); }),
                 "needs a \"/\" at its end, as the torrent is a folder");
}

Text seed_with_slash(const Torrent& torrent) {
    if (torrent.is_folder || torrent.format == Format::v2) return std::nullopt;
    return about("web seed", first_url(torrent.web_seeds, [](auto& url) { return url.path.ends_with('/'); }),
                 "ends in \"/\", and some clients then ask for the folder instead of the file");
}

Text v2_seed_without_slash(const Torrent& torrent) {
    if (torrent.is_folder || torrent.format != Format::v2) return std::nullopt;
    return about("web seed", first_url(torrent.web_seeds, [](auto& url) { return !url.path.ends_with('/'); }),
                 "should be the folder, with a \"/\" at its end: libtorrent 2.0 adds the name of a v2 file "
                 "in any case");
}

Text seed_repeats_name(const Torrent& torrent) {
    if (!torrent.is_folder) return std::nullopt;
    const auto is_bad = [&](const UrlParts& url) {
        const auto parts = parts_of(url.path);
        return !parts.empty() && parts.back() == torrent.name;
    };
    return about("web seed", first_url(torrent.web_seeds, is_bad),
                 "ends in the torrent's own name, which clients add once more");
}

Text seed_of_other_name(const Torrent& torrent) {
    if (torrent.is_folder) return std::nullopt;
    const auto is_bad = [&](const UrlParts& url) {
        const auto parts = parts_of(url.path);
        return url.query.empty() && !url.path.ends_with('/') &&
               (parts.empty() || parts.back() != torrent.name);
    };
    return about("web seed", first_url(torrent.web_seeds, is_bad), "names another file than the torrent");
}

Text seed_not_on_the_web(const Torrent& torrent) {
    return about("web seed", first_url(torrent.web_seeds, [](auto& url) { return !is_web(url); }),
                 "is no http or https URL");
}

Text seed_without_tls(const Torrent& torrent) {
    const auto has = [&](std::string_view scheme) {
        return first_url(torrent.web_seeds, [&](auto& url) { return url.scheme == scheme; });
    };
    if (!has("https")) return std::nullopt;
    return about("web seed", has("http"), "is plain http beside others that are https");
}

Text seed_that_changes(const Torrent& torrent) {
    const auto is_bad = [&](const UrlParts& url) {
        auto parts = parts_of(url.path);
        // A file's own name is no place.
        if (!torrent.is_folder && !parts.empty() && !url.path.ends_with('/')) parts.pop_back();
        return std::ranges::any_of(parts, [](const std::string& part) {
            return std::ranges::find(mutable_words, part) != mutable_words.end();
        });
    };
    return about("web seed", first_url(torrent.web_seeds, is_bad),
                 "goes through a name such as \"latest\" that will lead to other bytes");
}

Text seed_with_query(const Torrent& torrent) {
    return about(
        "web seed",
        first_url(torrent.web_seeds, [](auto& url) { return !url.query.empty() || !url.fragment.empty(); }),
        "has a query or fragment, behind which clients cannot add names");
}

Text seed_unescaped(const Torrent& torrent) {
    for (const auto& url : torrent.web_seeds) {
        const bool is_bad = std::ranges::any_of(url, [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte <= 0x20 || byte >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>';
        });
        if (is_bad || !percent_decode(url)) return about("web seed", url, "is not escaped as a URL must be");
    }
    return std::nullopt;
}

bool is_local(const UrlParts& url) {
    const auto& host = url.host;
    const auto starts = [&](std::string_view prefix) { return host.starts_with(prefix); };
    if (host == "localhost" || host.ends_with(".local") || host.ends_with(".internal") || host == "::1")
        return true;
    if (host.find(':') != host.npos) return starts("fc") || starts("fd") || starts("fe80:");
    if (host.find_first_not_of("0123456789.") != host.npos) return false;
    if (starts("172.")) {
        const auto second = host.substr(4, host.find('.', 4) - 4);
        return second.size() == 2 && second >= "16" && second <= "31";
    }
    return starts("127.") || starts("10.") || starts("192.168.") || starts("169.254.");
}

Text local_address(const Torrent& torrent) {
    if (auto text = about("web seed", first_url(torrent.web_seeds, is_local), "is a local address"))
        return text;
    return about("tracker", first_url(all_trackers(torrent), is_local), "is a local address");
}

Text credentials(const Torrent& torrent) {
    const auto has = [](const UrlParts& url) { return !url.user.empty(); };
    if (auto text =
            about("web seed", first_url(torrent.web_seeds, has), "shows everybody a user or password"))
        return text;
    return about("tracker", first_url(all_trackers(torrent), has), "shows everybody a user or password");
}

Text private_with_seeds(const Torrent& torrent) {
    if (!torrent.is_private || torrent.web_seeds.empty()) return std::nullopt;
    return "it is private, and yet its web seeds give the data to everybody";
}

Text private_with_nodes(const Torrent& torrent) {
    if (!torrent.is_private || torrent.nodes.empty()) return std::nullopt;
    return "it is private, so its DHT nodes are of no use";
}

Text private_without_trackers(const Torrent& torrent) {
    if (!torrent.is_private || !torrent.trackers.empty()) return std::nullopt;
    return "it is private and has no tracker, so nobody finds a peer";
}

Text no_source(const Torrent& torrent) {
    if (torrent.is_private) return std::nullopt;
    if (!torrent.trackers.empty() || !torrent.web_seeds.empty() || !torrent.nodes.empty())
        return std::nullopt;
    return "it has no tracker, no web seed and no node; only DHT can find peers";
}

Text http_seeds(const Torrent& torrent) {
    if (torrent.http_seeds.empty()) return std::nullopt;
    return "\"httpseeds\" (BEP 17) is obsolete and most clients ignore it; \"url-list\" is for web seeds";
}

Text strange_tracker(const Torrent& torrent) {
    static constexpr std::array<std::string_view, 5> schemes{"http", "https", "udp", "ws", "wss"};
    const auto is_bad = [](const UrlParts& url) {
        return url.host.empty() || std::ranges::find(schemes, url.scheme) == schemes.end();
    };
    return about("tracker", first_url(all_trackers(torrent), is_bad),
                 "is no URL that clients can announce to");
}

Text repeated_tracker(const Torrent& torrent) {
    std::set<std::string> seen;
    for (const auto& url : all_trackers(torrent))
        if (!seen.insert(url).second) return about("tracker", url, "is named twice");
    return std::nullopt;
}

Text dead_tracker(const Torrent& torrent) {
    const auto is_dead = [](const UrlParts& url) {
        return std::ranges::find(dead_trackers, url.host) != dead_trackers.end();
    };
    return about("tracker", first_url(all_trackers(torrent), is_dead), "has been gone for years");
}

constexpr std::array checks{
    WarningCheck{"web-seed-without-slash", seed_without_slash},
    WarningCheck{"web-seed-with-slash", seed_with_slash},
    WarningCheck{"v2-web-seed-without-slash", v2_seed_without_slash},
    WarningCheck{"web-seed-repeats-name", seed_repeats_name},
    WarningCheck{"web-seed-of-other-name", seed_of_other_name},
    WarningCheck{"web-seed-scheme", seed_not_on_the_web},
    WarningCheck{"web-seed-without-tls", seed_without_tls},
    WarningCheck{"mutable-web-seed", seed_that_changes},
    WarningCheck{"web-seed-query", seed_with_query},
    WarningCheck{"web-seed-unescaped", seed_unescaped},
    WarningCheck{"local-address", local_address},
    WarningCheck{"credentials-in-url", credentials},
    WarningCheck{"private-with-web-seeds", private_with_seeds},
    WarningCheck{"private-with-nodes", private_with_nodes},
    WarningCheck{"private-without-trackers", private_without_trackers},
    WarningCheck{"no-source", no_source},
    WarningCheck{"http-seeds", http_seeds},
    WarningCheck{"strange-tracker", strange_tracker},
    WarningCheck{"repeated-tracker", repeated_tracker},
    WarningCheck{"dead-tracker", dead_tracker},
};

}  // namespace

std::span<const WarningCheck> source_checks() {
    return checks;
}

}  // namespace mirrorseed::torrentgen
