#include "app/config/config_keys.hpp"

#include "core/rel_path.hpp"
#include "core/text.hpp"
#include "core/tree_name.hpp"

#include <utility>

namespace mirrorseed::app {
namespace {

constexpr std::int64_t positive = 1;

// What a row says besides the type of its member.
struct Extra {
    std::string_view example{};
    Limits limits{};
    NotBuilt not_built{};
};

template <class S, class T>
Key<S> key(std::string_view name, T S::*member, std::string_view help, Extra extra = {}) {
    return {name,
            help,
            extra.example,
            extra.not_built,
            [member, limits = extra.limits](const Value& value, S& into, const Complain& complain) {
                read_value(value, into.*member, limits, complain);
            },
            [member](const S& from) { return show_value(from.*member); }};
}

// Of a part of the section that another room defines.
template <class S, class P, class T>
Key<S> key(std::string_view name, P S::*part, T P::*member, std::string_view help, Extra extra = {}) {
    const auto inner = key(name, member, help, extra);
    return {name,
            help,
            extra.example,
            extra.not_built,
            [part, read = inner.read](const Value& value, S& into, const Complain& complain) {
                read(value, into.*part, complain);
            },
            [part, show = inner.show](const S& from) { return show(from.*part); }};
}

Extra checked(Status (*check)(std::string_view)) {
    return {.limits = {.check = check}};
}
Extra between(std::int64_t low, std::int64_t high) {
    return {.limits = {.low = low, .high = high}};
}
Extra at_least(std::int64_t low) {
    return {.limits = {.low = low}};
}

Extra not_built(std::string_view instead, Extra extra = {}) {
    extra.not_built = {.instead = instead};
    return extra;
}

Status check_tree_name(std::string_view name) {
    if (is_tree_name(name)) return {};
    return Error(Fault::bad_input,
                 in_quotes(name) +
                     " is no name for a tree; it must match [a-z0-9][a-z0-9._+-]* and be no "
                     "longer than 100 characters");
}

Status check_path_in_tree(std::string_view path) {
    if (auto parsed = RelPath::parse(path); !parsed) return parsed.error();
    return {};
}

// As in a line of apt's sources.list, where the suite of a flat repository is a folder.
Status check_suite(std::string_view suite) {
    if (suite == "." || suite.ends_with('/'))
        return Error(Fault::bad_input, in_quotes(suite) +
                                           " is a flat repository, which [tree.debian] does not support; "
                                           "mirror it as a plain tree, without [tree.debian]");
    return check_path_in_tree(suite);
}

Status check_repo(std::string_view path) {
    return path == "." ? Status() : check_path_in_tree(path);
}

Status check_word(std::string_view word) {
    if (word.find_first_of(" \t\r\n/") == word.npos) return {};
    return Error(Fault::bad_input, in_quotes(word) + " holds a space or a slash");
}

}  // namespace

template <>
std::span<const Key<StoreConfig>> keys_of<StoreConfig>() {
    using S = StoreConfig;
    static const std::array keys{
        key("path", &S::path, "the store: catalogue, blobs, staging and checkouts",
            {.example = "\"/srv/mirrorseed\""}),
        key("catalogue", &S::catalogue,
            "another place for the database, on an SSD say; never on NFS (refused); empty: in the store"),
        key("min_free", &S::min_free,
            "a sync that would leave less than this fails before its first byte; what other syncs have still "
            "to fetch counts"),
        key("signing_key_file", &S::signing_key_file,
            "from `keygen`: signs the head of each generation; empty: unsigned"),
    };
    return keys;
}

template <>
std::span<const Key<ServerConfig>> keys_of<ServerConfig>() {
    using S = ServerConfig;
    using B = httpd::Behaviour;
    static const std::array keys{
        key("listen", &S::listen,
            "\"[::]\" takes IPv4 as well, unless another address of IPv4 names that port; "
            "\"unix:/run/mirrorseed.sock\" too; sockets from systemd are used if passed"),
        key("public_url", &S::public_url,
            "where strangers reach us, such as \"https://mirror.example.org\"; torrents name it as web seed",
            checked(check_web_url)),
        key("tls_listen", &S::tls_listen, "addresses for HTTPS, such as \"[::]:8443\""),
        key("tls_certificate", &S::tls_certificate,
            "PEM, the chain too; watched; replaced without a restart"),
        key("tls_key", &S::tls_key,
            "PEM; read with the rights that the program was started with, also when it changes"),
        key("access_log", &S::access_log,
            "a file such as \"/var/log/mirrorseed/access.log\"; empty: no access log"),
        key("access_log_format", &S::behaviour, &B::access_log_format, "\"combined\" or \"json\""),
        key("status_access", &S::behaviour, &B::status_access,
            "who may see /-/status.json and /-/metrics: \"local\", \"token\" or \"public\"; behind a proxy "
            "on "
            "this machine choose \"token\", see mirrorseed.toml(5)"),
        key("head_timeout", &S::behaviour, &B::head_timeout,
            "a request's head must have come within this time", at_least(positive)),
        key("idle_timeout", &S::behaviour, &B::idle_timeout,
            "how long a connection may wait between requests", at_least(positive)),
        key("min_send_rate", &S::behaviour, &B::min_send_rate,
            "a reader slower than this over a minute is let go"),
        key("proxy_protocol", &S::behaviour, &B::proxy_protocol,
            "expect the PROXY protocol, from trusted_proxies alone"),
        key("user", &S::user,
            "what root becomes after opening sockets and keys; its group may read the store; \"\", or "
            "unnamed and no such "
            "user: root stays, without its powers"),
        key("threads", &S::threads, "0: one for each core", between(0, 1024)),
        key("disk_readers", &S::disk_readers,
            "threads that read what is not in memory, two for each disk say; 0: by the machine",
            between(0, 1024)),
        key("max_connections", &S::behaviour, &B::max_connections, "over all clients", at_least(positive)),
        key("max_connections_per_client", &S::behaviour, &B::max_connections_per_client,
            "a client is an IPv4 address or an IPv6 /64; a /56 may have four times, a /48 sixteen times as "
            "many; at the default, those of this machine are not counted",
            at_least(positive)),
        key("rate_limit_per_client", &S::behaviour, &B::rate_limit_per_client,
            "over all of its connections; \"0\": no limit"),
        key("rate_limit", &S::behaviour, &B::rate_limit, "over everybody; \"0\": no limit"),
        key("trusted_proxies", &S::behaviour, &B::trusted_proxies,
            "addresses and networks whose word on the client's address is taken; \"unix:\" for those at Unix "
            "sockets",
            checked(check_network)),
        key("tracker", &S::tracker,
            "/-/announce and /-/scrape for our own torrents, named in them; needs public_url"),
        key("tracker_udp", &S::tracker_udp,
            "addresses of the same by UDP, such as [\"[::]:6969\"], named in them with the host of "
            "public_url"),
        key("admin_token_file", &S::admin_token_file,
            "holds the token that opens them where status_access is \"token\", sent as `Authorization: "
            "Bearer "
            "TOKEN`; empty: nothing does"),
        key("cors", &S::behaviour, &B::cors, "let pages of other sites read what is served"),
    };
    return keys;
}

template <>
std::span<const Key<SyncConfig>> keys_of<SyncConfig>() {
    using S = SyncConfig;
    static const std::array keys{
        key("max_syncs", &S::max_syncs, "trees at once; those of one upstream host share its connections",
            between(positive, 1000)),
        key("jitter", &S::jitter,
            "a scheduled sync waits a random part of this time, a tenth of its schedule at most"),
        key("nice", &S::nice,
            "of what syncs, reads again and frees, so that serving comes first; its I/O priority is idle",
            between(-20, 19)),
        key("scrub", &S::scrub,
            "every blob is re-read once in this time, a little every hour; \"never\"; what is damaged is "
            "fetched again",
            at_least(positive)),
        key("gc", &S::gc, "how often blobs that nothing needs are freed", at_least(positive)),
        key("seed_check", &S::seed_check, "how often each web seed elsewhere is asked for random pieces",
            at_least(positive)),
        key("allow_private", &S::allow_private,
            "may a public upstream or web seed redirect to a private address?"),
    };
    return keys;
}

template <>
std::span<const Key<LogConfig>> keys_of<LogConfig>() {
    using S = LogConfig;
    static const std::array keys{
        key("level", &S::level, "\"debug\", \"info\", \"warning\", \"error\" or \"off\""),
        key("file", &S::file, "empty: standard error"),
        key("format", &S::format, "\"text\" or \"json\""),
    };
    return keys;
}

template <>
std::span<const Key<TreeConfig>> keys_of<TreeConfig>() {
    using S = TreeConfig;
    using K = sync::Keeping;
    using M = sync::Manners;
    static const std::array keys{
        key("name", &S::name, "[a-z0-9][a-z0-9._+-]*",
            {.example = "\"archlinux\"", .limits = {.check = check_tree_name}}),
        key("upstreams", &S::upstreams,
            "rsync, http, https, or file:///path; the next is asked when one fails; with [tree.rpm] also a "
            "metalink, see mirrorseed.toml(5)",
            {.example =
                 "[\"rsync://rsync.example.org/archlinux/\", \"https://mirror.example.net/archlinux/\"]",
             .limits = {.check = check_upstream_url}}),
        key("listing", &S::listing,
            "auto and \"index\" read HTML or JSON pages; not built yet: \"node\" (another mirrorseed), a "
            "sync of which is refused"),
        key("trusted_keys", &S::trusted_keys, "a node upstream must sign with one of these",
            not_built("a tree with keys is not synced")),
        key("schedule", &S::schedule,
            "of `run`, which looks once at its start too: \"every 6h\", or cron \"17 */6 * * *\" in UTC, or "
            "\"manual\""),
        key("include", &S::include, "empty: everything"),
        key("exclude", &S::exclude, "such as \"**/*.part\", \"sources/**\"; wins over include"),
        key("max_delete", &S::max_delete,
            "of files or of bytes, what shrinks too; or a count (1000 or \"1000\"); more is held for "
            "`approve`"),
        key("keep_generations", &S::keeping, &K::generations, "with their bytes, for rollback",
            at_least(positive)),
        key("history", &S::keeping, &K::history,
            "how long older generations are told of, without bytes, by `history` and `diff`; the newest 1000 "
            "at most, and measured back from the newest"),
        key("grace", &S::keeping, &K::grace,
            "a file that the upstream dropped still answers 200 for this long, unlisted, and gc keeps its "
            "bytes"),
        key("keyring", &S::keyring,
            "for signed checksum files; empty: checksum files are believed as they are"),
        key("password_file", &S::password_file,
            "its first line is the password of the user that a URL names, for rsync modules and HTTP Basic"),
        key("connections", &S::manners, &M::connections,
            "at once, to one upstream host; 0: one to rsync, four to HTTP", between(0, 1000)),
        key("delta_min", &S::manners, &M::delta_min, "no delta below this size, with rsync; \"never\""),
        key("rate_limit", &S::manners, &M::rate_limit,
            "of what is fetched, over all connections; \"0\": no limit"),
        key("timeout", &S::manners, &M::timeout, "to connect, and without a byte; then it is tried again",
            at_least(positive)),
        key("min_rate", &S::manners, &M::min_rate, "slower than this over a minute counts as stalled"),
        key("retries", &S::manners, &M::retries, "of one file, before the sync goes on without it or fails",
            between(0, 1000)),
        key("ip", &S::manners, &M::family, "\"4\" or \"6\" to use one version of IP alone"),
        key("proxy", &S::manners, &M::proxy,
            "an HTTP proxy for rsync, http and https, such as \"http://proxy.example.org:3128\"",
            checked(check_proxy_url)),
        key("ca_file", &S::manners, &M::ca_file,
            "trusted besides the system's certificates, for private upstreams"),
        key("checkout", &S::keeping, &K::checkout,
            "keep trees/NAME, a plain folder of hard links, for rsyncd and people"),
        key("sandbox", &S::sandbox,
            "its HTML, SVG and XML run in browsers apart from the mirror's other pages, and may still run "
            "scripts, send forms, open windows and download; false for a tree that is trusted like the "
            "mirror"),
        key("missing", &S::missing,
            "files that we chose not to hold: 404, \"redirect\" to the upstream, or \"fetch\" on demand"),
        key("missing_budget", &S::missing_budget, "what \"fetch\" may keep, by last use"),
        key("on_bad_file", &S::on_bad_file,
            "or \"hold-back\": publish without what does not verify and whatever names it"),
        key("checksum_lists", &S::checksum_lists,
            "\"auto\": lists beside files decide when they are signed well, and others warn once the same "
            "bytes "
            "came twice and are a day old; \"require\": every list decides; \"ignore\": none"),
        key("upstream_torrents", &S::upstream_torrents,
            "\"adopt\": a .torrent beside a release whose every piece matches becomes the release's torrent, "
            "our web seeds added, and three are looked at whole at most; \"ignore\": ours are made"),
        key("on_publish", &S::on_publish,
            "programs, run one after the other: a path, or an array with arguments; MIRRORSEED_TREE, "
            "_GENERATION and _CHANGES are set, they may call mirrorseed, and one that fails runs again, see "
            "mirrorseed.toml(5)"),
        key("on_failure", &S::on_failure,
            "the same, after a sync that failed or was held; MIRRORSEED_ERROR says why"),
        key("notify", &S::notify,
            "downstream nodes to wake by POST, such as \"https://node.example.org/-/trees/NAME/sync\"; not "
            "built yet: a mirrorseed that takes it",
            checked(check_web_url)),
        key("notify_token_file", &S::notify_token_file,
            "its first line is the token that those nodes ask for; sent by https or to this machine alone"),
    };
    return keys;
}

template <>
std::span<const Key<ReleaseConfig>> keys_of<ReleaseConfig>() {
    using S = ReleaseConfig;
    static const std::array keys{
        key("match", &S::match, "a file; or a folder, when it ends in \"/\"; needs server.public_url",
            {.example = "\"iso/*/archlinux-*.iso\""}),
        key("title", &S::title,
            "what the pages and the feed call it; \"{name}\", \"{path}\" and \"{tree}\" stand for what they "
            "say"),
        key("format", &S::format, "\"v1\", \"v2\" or \"hybrid\""),
        key("piece_length", &S::piece_length, "or a power of two, such as \"1 MiB\""),
        key("trackers", &S::trackers, "URLs, a tier each; commas join one tier", checked(check_tracker_url)),
        key("web_seeds", &S::web_seeds,
            "URLs: roots of the same tree elsewhere, each offered while it gives good answers; our own is "
            "added",
            checked(check_web_url)),
        key("keep", &S::keep, "how long its bytes stay pinned after they leave the tree"),
        key("keep_versions", &S::keep_versions,
            "of how many such releases at most; names that differ in their numbers alone are versions of one "
            "thing"),
    };
    return keys;
}

template <>
std::span<const Key<DebianConfig>> keys_of<DebianConfig>() {
    using S = DebianConfig;
    static const std::array keys{
        key("suites", &S::suites, "folders of dists/",
            {.example = "[\"bookworm\", \"bookworm-updates\"]", .limits = {.check = check_suite}}),
        key("components", &S::components, "such as \"main\"; empty: all", checked(check_path_in_tree)),
        key("architectures", &S::architectures, "such as \"amd64\", \"source\"; empty: all",
            checked(check_word)),
        key("languages", &S::languages, "of translated descriptions, as patterns"),
        key("dep11", &S::dep11, "what software centres show of programs, with icons"),
        key("cnf", &S::cnf, "which package has a command, as Ubuntu's shells tell"),
        key("contents", &S::contents, "the Contents indices too, which apt-file reads"),
        key("installer", &S::installer,
            "the installer's own packages too, and the images that it begins from"),
        key("packages", &S::packages, "names, as patterns; empty: all; \"none\": metadata alone",
            {.limits = {.one_will_do = true}}),
        key("sections", &S::sections, "such as \"net\", \"lib*\"; empty: all"),
        key("newest", &S::newest, "versions of each package; 0: all"),
        key("dependencies", &S::dependencies, "also what the chosen packages need"),
        key("valid_until", &S::valid_until, "\"ignore\": for archives that are no longer renewed"),
        key("verify", &S::verify, "\"signature\", \"checksum\" or \"none\""),
        key("keyring", &S::keyring, "the archive's keys; empty: the tree's keyring"),
    };
    return keys;
}

template <>
std::span<const Key<RpmConfig>> keys_of<RpmConfig>() {
    using S = RpmConfig;
    static const std::array keys{
        key("repos", &S::repos, "folders that hold repodata/; \".\": the upstream itself",
            {.example = "[\"releases/44/Everything/x86_64/os\"]", .limits = {.check = check_repo}}),
        key("architectures", &S::architectures,
            "such as \"x86_64\", with which \"noarch\" comes, or \"src\"; empty: all", checked(check_word)),
        key("packages", &S::packages, "names, as patterns; empty: all; \"none\": metadata alone",
            {.limits = {.one_will_do = true}}),
        key("newest", &S::newest, "versions of each package, by name and architecture; 0: all"),
        key("treeinfo", &S::treeinfo,
            ".treeinfo too, and the images of an installer that it names, whose sums nobody signs"),
        key("verify", &S::verify,
            "\"signature\": repomd.xml.asc, by a key of the keyring; \"checksum\"; \"none\": an older "
            "repomd.xml is "
            "taken too; auto: signature where a keyring is given, else checksum"),
        key("keyring", &S::keyring, "the repositories' keys; empty: the tree's keyring"),
    };
    return keys;
}

template <>
std::span<const Key<ArchConfig>> keys_of<ArchConfig>() {
    using S = ArchConfig;
    static const std::array keys{
        key("repos", &S::repos, "folders REPO/os/ARCH",
            {.example = "[\"core\", \"extra\"]", .limits = {.check = check_path_in_tree}}),
        key("architectures", &S::architectures, "the ARCH in that", checked(check_word)),
        key("packages", &S::packages, "names, as patterns; empty: all; \"none\": metadata alone",
            {.limits = {.one_will_do = true}}),
        key("keyring", &S::keyring,
            "by whose keys packages must be signed; empty: the tree's keyring; without one nothing need be"),
    };
    return keys;
}

template <>
std::span<const Key<ImagesConfig>> keys_of<ImagesConfig>() {
    using S = ImagesConfig;
    static const std::array keys{
        key("match", &S::match, "the images; a pattern or several",
            {.example = "[\"releases/*/*.iso\"]", .limits = {.one_will_do = true}}),
        key("newest", &S::newest, "versions of each image; 0: all"),
        key("keyring", &S::keyring,
            "by whose keys checksum lists, or images, must be signed; empty: the tree's keyring; without one "
            "nothing need be"),
    };
    return keys;
}

}  // namespace mirrorseed::app
