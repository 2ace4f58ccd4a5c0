// The config as the parts of the program want it: typed, checked, with its defaults.
//
// Where a room defines what its options are, its own struct stands here
// (httpd::Behaviour, sync::Manners, sync::Keeping). The member initializers, here
// and there, are the only place where a default is written; the documents show
// what a default-constructed struct holds. Names and help of the keys are in
// app/config/config_keys.cpp, whose order is that of the documents.
#pragma once

#include "app/config/addresses.hpp"
#include "app/config/schedule.hpp"
#include "core/glob.hpp"
#include "core/log.hpp"
#include "core/signing.hpp"
#include "core/units.hpp"
#include "httpd/behaviour.hpp"
#include "sync/delete_limit.hpp"
#include "sync/keeping.hpp"
#include "sync/list_rule.hpp"
#include "sync/manners.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

enum class ListingKind { automatic, index, node };
enum class MissingFiles { not_found, redirect, fetch };
enum class BadFilePolicy { strict, hold_back };
enum class ReleaseFormat { v1, v2, hybrid };
enum class UpstreamTorrents { ignore, adopt };
enum class MetadataCheck { signature, checksum, none };
enum class RepoCheck { automatic, signature, checksum, none };
enum class ValidUntil { check, ignore };

struct PieceLength {
    Bytes bytes = 0;  // 0: chosen by the content's size
    bool automatic() const noexcept { return bytes == 0; }
    bool operator==(const PieceLength&) const = default;
};

// A program and its arguments; no shell reads them.
struct HookCommand {
    std::vector<std::string> arguments;
    bool operator==(const HookCommand&) const = default;
};

struct StoreConfig {
    std::string path;
    std::string catalogue;
    Bytes min_free = Bytes{5} << 30;
    std::string signing_key_file;
};

// Whom root becomes to serve.
struct ServingUser {
    std::string name = "mirrorseed";
    bool is_named = false;  // by the config
    bool operator==(const ServingUser&) const = default;
};

struct ServerConfig {
    std::vector<ListenAddress> listen{ListenAddress{.host = "::", .port = 8080}};
    std::string public_url;
    std::vector<ListenAddress> tls_listen;
    std::string tls_certificate;
    std::string tls_key;
    std::string access_log;
    httpd::Behaviour behaviour;
    ServingUser user;
    unsigned threads = 0;
    unsigned disk_readers = 0;
    bool tracker = false;
    std::vector<ListenAddress> tracker_udp;

    bool tracks() const noexcept { return tracker || !tracker_udp.empty(); }
    std::string admin_token_file;
};

struct SyncConfig {
    unsigned max_syncs = 2;
    std::chrono::seconds jitter = std::chrono::minutes(5);
    int nice = 10;
    std::optional<std::chrono::seconds> scrub = std::chrono::days(30);  // nothing: never
    std::chrono::seconds gc = std::chrono::hours(24);
    std::chrono::seconds seed_check = std::chrono::hours(6);
    bool allow_private = false;
};

struct LogConfig {
    LogLevel level = LogLevel::info;
    std::string file;
    LogFormat format = LogFormat::text;
};

struct ReleaseConfig {
    Glob match;
    std::string title = "{name}";
    ReleaseFormat format = ReleaseFormat::v1;
    PieceLength piece_length;
    std::vector<std::string> trackers;  // a tier each; commas join one tier
    std::vector<std::string> web_seeds;
    std::chrono::seconds keep = std::chrono::days(365);
    unsigned keep_versions = 6;
};

struct DebianConfig {
    std::vector<std::string> suites;
    std::vector<std::string> components;
    std::vector<std::string> architectures;
    std::vector<Glob> languages{Glob::parse("en").value()};
    bool dep11 = true;
    bool cnf = true;
    bool contents = false;
    bool installer = false;
    std::vector<Glob> packages;
    std::vector<Glob> sections;
    unsigned newest = 0;
    bool dependencies = false;
    ValidUntil valid_until = ValidUntil::check;
    MetadataCheck verify = MetadataCheck::signature;
    std::string keyring;
};

struct RpmConfig {
    std::vector<std::string> repos;
    std::vector<std::string> architectures;
    std::vector<Glob> packages;
    unsigned newest = 0;
    bool treeinfo = false;
    RepoCheck verify = RepoCheck::automatic;
    std::string keyring;
};

struct ArchConfig {
    std::vector<std::string> repos;
    std::vector<std::string> architectures{"x86_64"};
    std::vector<Glob> packages;
    std::string keyring;
};

struct ImagesConfig {
    std::vector<Glob> match;
    unsigned newest = 0;
    std::string keyring;
};

struct TreeConfig {
    std::string name;
    bool sandbox = true;
    std::vector<std::string> upstreams;
    ListingKind listing = ListingKind::automatic;
    std::vector<PublicKey> trusted_keys;
    Schedule schedule = Every{std::chrono::hours(6)};
    std::vector<Glob> include;
    std::vector<Glob> exclude;
    sync::DeleteLimit max_delete;
    sync::Keeping keeping;
    std::string keyring;
    std::string password_file;
    sync::Manners manners;  // the password is read when it is wanted
    MissingFiles missing = MissingFiles::not_found;
    Bytes missing_budget = Bytes{50} << 30;
    BadFilePolicy on_bad_file = BadFilePolicy::strict;
    sync::ListRule checksum_lists = sync::ListRule::automatic;
    std::vector<HookCommand> on_publish;
    std::vector<HookCommand> on_failure;
    std::vector<std::string> notify;
    std::string notify_token_file;

    UpstreamTorrents upstream_torrents = UpstreamTorrents::ignore;
    std::vector<ReleaseConfig> releases;
    std::optional<DebianConfig> debian;  // at most one of these four
    std::optional<RpmConfig> rpm;
    std::optional<ArchConfig> arch;
    std::optional<ImagesConfig> images;
};

struct Config {
    StoreConfig store;
    ServerConfig server;
    SyncConfig sync;
    LogConfig log;
    std::vector<TreeConfig> trees;

    std::vector<std::string> not_built;  // what is set and does nothing yet: "sync.gc", "tree[0].schedule"
};

// Nothing when the config has no tree of that name.
const TreeConfig* find_tree(const Config& config, std::string_view name);

}  // namespace mirrorseed::app
