#include "app/command_line/config_manual.hpp"

#include "app/command_line/roff.hpp"
#include "app/config/config_keys.hpp"
#include "app/config/config_text.hpp"

#include <fmt/format.h>

#include <array>

namespace mirrorseed::app {
namespace {

// The notes on form, without the comment marks.
std::string plain_form() {
    std::string out;
    const auto form = notes_on_form();
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '#')
            ++i;
        else
            out += form[i];
    return roff_text(out);
}

template <class S>
std::string manual_section(const SectionHelp& section) {
    auto out = roff_section(section.title) + roff_text(section.help) + ".\n";
    for (const auto& key : keys_of<S>()) {
        const auto value = roff_text(documented_value(key));
        const auto term = key.required()
                              ? fmt::format("\\fB{}\\fR (required), such as {}", roff_text(key.name), value)
                              : fmt::format("\\fB{}\\fR = {}", roff_text(key.name), value);
        out += roff_term(term, documented_help(key));
    }
    return out;
}

constexpr std::array hook_variables{
    Term{"MIRRORSEED_TREE", "the tree's name"},
    Term{"MIRRORSEED_GENERATION",
         "the number of the generation that is told of; one that was told of before, when it runs again; for "
         "on_failure, of the one that is published now"},
    Term{
        "MIRRORSEED_CHANGES",
        "a file of names, each with a NUL behind it: \"+path\" for what came, \"~path\" for what changed and "
        "\"-path\" for what went, files and links; it is gone when the programs have ended"},
    Term{"MIRRORSEED_ERROR", "for on_failure alone: what went wrong, or why the sync was held back"},
};

std::string push_section() {
    return roff_section("PUSHES") +
           roff_text(
               "An upstream that wants its tree looked at now asks by POST to /-/trees/NAME/sync with the "
               "token of admin_token_file, or by ssh. For ssh the user's authorized_keys has a line such "
               "as") +
           "\n.PP\n.nf\n" +
           roff_text(
               "command=\"mirrorseed -c /etc/mirrorseed/mirrorseed.toml push debian\",restrict ssh-ed25519 "
               "KEY") +
           "\n.fi\n.PP\n" +
           roff_text(
               "and the user may use the store's control socket. The words of Debian's ftpsync are known: "
               "sync:stage1, sync:stage2 and sync:all each lead to one look, sync:archive:NAME says that "
               "they "
               "are of the tree NAME alone, others are passed over. A push while the tree is synced leads to "
               "exactly one more look; one of a tree that is paused leads to none.") +
           "\n";
}

std::string partial_section() {
    return roff_section("PARTS OF AN ARCHIVE") +
           roff_text(
               "With [tree.debian] nothing is crawled: the archive's own metadata is the listing. InRelease, "
               "or "
               "Release with Release.gpg, must be signed by a key of the keyring; indices come by the sums "
               "that it tells, packages by those that the indices tell. What apt asks for by itself is held "
               "for "
               "the chosen components and architectures, and every index that is packed in several ways in "
               "all of "
               "them. Differences of indices (pdiffs) are not held, so clients take whole ones. The pool is "
               "shared, so what is held is what any of the suites selects.") +
           "\n.PP\n" +
           roff_text(
               "With [tree.rpm] repomd.xml is what all else is believed by, and repomd.xml.asc must be its "
               "signature where a keyring is given; Fedora signs none. Every file that repomd.xml names is "
               "held, and of the packages that its primary index names those that are chosen, in each "
               "repository for itself. Without a primary index nothing is published; another file that the "
               "upstream lacks is left out and told. With treeinfo = true the images that a repository's "
               ".treeinfo "
               "names are held too, for installers that come by the network. They are checked by the sums in "
               "it, "
               "which no key signs, so nobody gets them without having asked.") +
           "\n.PP\n" +
           roff_text(
               "An upstream of [tree.rpm] may be a metalink, such as "
               "\"https://mirrors.example.org/metalink?repo=fedora-44&arch=x86_64\": a URL whose path ends "
               "in "
               "/metalink, .metalink or .meta4. It is read before each sync, by https or from a file:// URL "
               "alone, and what it says repomd.xml is, by size and SHA-256 or SHA-512, is believed before "
               "any "
               "mirror. The mirrors that it names are asked by http or https in its order, twenty at most, "
               "until one has that; one that has a former state which the metalink still tells of will do "
               "where it is not older than what is held. repos has the one repository that it is of, as it "
               "stands in the mirrors' URLs before /repodata/repomd.xml: \".\" where that is to be the whole "
               "tree. Its mirrors are never sent a password, and those at private addresses are asked only "
               "with allow_private.") +
           "\n.PP\n" +
           roff_text(
               "A Release or repomd.xml that is older than what is held waits for `approve`. What is not "
               "signed, is over, "
               "or does "
               "not fit together changes nothing: the reason is one line, and what was published stays. A "
               "package that is not what its index says holds the whole back, or with on_bad_file = "
               "\"hold-back\" itself alone. Indices of earlier states answer for a day at least, whatever "
               "grace "
               "is. include adds files beside the selection, exclude takes packages out of it. `estimate` "
               "and "
               "`sync --dry-run` read the metadata alone, and tell how large the selection is by suite "
               "or repository, component and architecture.") +
           "\n.PP\n" +
           roff_text(
               "With [tree.arch] the databases are the listing: REPO/os/ARCH/REPO.db, beside which "
               "REPO.files "
               "is held; one that names other packages stays as it was. A package must be what its database "
               "says, by "
               "SHA-256; one that tells MD5 alone is refused. Packages that are links into pool/ stay links, "
               "and what they lead to comes along; over HTTP, which shows no links, contents stand in their "
               "place, unless the tree has the links already. With a keyring each package must have a good "
               "signature, in NAME.sig or in the database, and a database that has one a good one; what is "
               "held is judged again when the selection or the keyring changes, and by `sync --full`. "
               "Over HTTP a signature that is here is asked for again when it was not good, when the "
               "database "
               "tells another, and by `sync --full`. "
               "lastupdate is asked first: while it stands and the tree has all, nothing else is read, but "
               "for "
               "once a day. lastsync is taken over and never written. A state older than what is held, by "
               "lastupdate, by a database's time or by when it was signed, waits for `approve`.") +
           "\n.PP\n" +
           roff_text(
               "With [tree.images] the upstream is listed where match can match, and the checksum lists in "
               "an "
               "image's folder say what it is, signed or not: SHA256SUMS and kin, *-CHECKSUM, x.iso.sha256. "
               "With a keyring lists must be signed; where none that is tells of an image, its own signature "
               "(x.iso.sig) will do. A folder appears when its lists tell of its chosen images, and all of "
               "these came as told. An "
               "image that no list tells of is left out, or stays as it is; what lists name and the upstream "
               "does not have is not waited for. Until "
               "then what the tree has of the folder stays, and what it may take the place of; other folders "
               "go on, and one line tells why. "
               "newest "
               "counts versions: paths that differ in their numbers alone are versions of one image, "
               "unless these are of machines (i686, arm64, 32bit) or of discs (DVD-2.iso); the number in a "
               "name counts before that "
               "of its folder. A folder whose lists say nothing but what those of another version say is no "
               "version: the one that is held stays, or else that of the lower number. An older one goes "
               "once the newer is held, and does not count for max_delete. What stands beside an "
               "image "
               "under its name with .zsync, .jigdo, .template, .torrent, .manifest and the like comes "
               "along.") +
           "\n.PP\n" +
           roff_text(
               "With missing = \"redirect\" readers of what the published metadata names and the tree does "
               "not "
               "hold, and of what exclude kept out of the last listing, are sent to the first upstream by "
               "https, or "
               "by http where nobody comes by https; every other name is 404. To know what is excluded, all "
               "is "
               "listed. With packages = \"none\" the tree is signed metadata alone, and its clients take the "
               "packages from the upstream.") +
           "\n.PP\n" +
           roff_text(
               "With missing = \"fetch\" a \"run\" brings what the published metadata names with its digest, "
               "when "
               "somebody asks for it: from the first upstream that has it, once for all who ask, and nothing "
               "else. "
               "It is sent when it is verified. Who asked waits up to 30 seconds and is then told to come "
               "again "
               "(503); 404 where no upstream has it, and from a \"serve\" alone, which brings nothing. HEAD "
               "brings "
               "nothing either. What came is kept, as long as it is used, within missing_budget; the tree, "
               "its "
               "checkout and its generations are as they were.") +
           "\n";
}

std::string hooks_section() {
    auto out =
        roff_section("HOOKS") +
        roff_text(
            "The programs of on_publish run after a sync, an adopt, a rollback, an approve or a withdraw has "
            "published; those of on_failure after one that failed or was held back. No shell reads them. "
            "They "
            "see PATH, HOME, LANG and what follows, and nothing else of the environment; what they print "
            "goes "
            "to the log. One fails that ends with another status than 0 or takes longer than ten minutes; "
            "what is published stays published. They may call mirrorseed itself: nobody holds the store "
            "while "
            "they run.") +
        "\n.PP\n" +
        roff_text(
            "Each program of on_publish, and each node of notify, is told of every generation at least once, "
            "in their order, whatever ends mirrorseed or the machine between. That it is owed is written "
            "down "
            "with the publish, where on_publish or notify names anybody then; who is told, and how, is what "
            "the config names when it is told, and what it names no longer is owed nothing. One that fails, "
            "or is killed half-way, is told again by \"run\" after a minute, then after pauses that double "
            "up to an "
            "hour, and by the next run of a command that writes to the tree, "
            "a sync before anything else, and without the others; later generations wait for it. It is given "
            "up after "
            "ten tries, or after three when the first is a day old, or when twenty later generations wait: "
            "\"status\" tells of what is owed, and of what was given up until a later generation was told. A "
            "catalogue that was rebuilt tells of the newest generation again.") +
        "\n";
    return out + roff_terms(hook_variables);
}

constexpr std::string_view behind_nginx = R"([server]
listen = ["unix:/run/mirrorseed/http.sock"]
trusted_proxies = ["unix:"]
status_access = "token"
admin_token_file = "/etc/mirrorseed/token"

# nginx
location / {
    proxy_pass http://unix:/run/mirrorseed/http.sock;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_max_temp_file_size 0;
}
)";
constexpr std::string_view behind_caddy = R"([server]
listen = ["127.0.0.1:8080"]
trusted_proxies = ["127.0.0.1"]
status_access = "token"
admin_token_file = "/etc/mirrorseed/token"

# Caddy
mirror.example.org {
    reverse_proxy 127.0.0.1:8080
}
)";

std::string proxies_section() {
    return roff_section("BEHIND A PROXY") +
           roff_text(
               "Clients are told apart, in logs and limits, by what those say whom trusted_proxies names. "
               "With "
               "status_access = \"local\" the status is told to a peer on this machine that is no trusted "
               "proxy, and says nothing of having passed the request on (X-Forwarded-For, Forwarded, Via and "
               "their like): over loopback to one that asks for \"localhost\" or an address, and by a Unix "
               "socket to root and to the user that the server runs as. A proxy on this machine that is not "
               "named, passes an address as Host and says nothing else cannot be told from a person: so "
               "behind any proxy let the status ask for the token.") +
           "\n" + roff_example(behind_nginx) + roff_example(behind_caddy);
}

}  // namespace

std::string config_manual() {
    std::string out = roff_title("MIRRORSEED.TOML", 5);
    out += roff_section("NAME") + "mirrorseed.toml \\- config of mirrorseed\n";
    out += roff_section("DESCRIPTION") +
           "A TOML file: \\fI./mirrorseed.toml\\fR, else \\fI/etc/mirrorseed/mirrorseed.toml\\fR, or what "
           "\\fB\\-\\-config\\fR names. Unknown keys and wrong types are errors; \\fBmirrorseed "
           "check\\-config\\fR "
           "names every one with line and column.\n.PP\n" +
           plain_form();
    out += manual_section<StoreConfig>(store_section) + manual_section<ServerConfig>(server_section);
    out += manual_section<SyncConfig>(sync_section) + manual_section<LogConfig>(log_section);
    out += manual_section<TreeConfig>(tree_section) + manual_section<ReleaseConfig>(release_section);
    out += manual_section<DebianConfig>(debian_section) + manual_section<RpmConfig>(rpm_section);
    out += manual_section<ArchConfig>(arch_section) + manual_section<ImagesConfig>(images_section);
    out += proxies_section();
    out += partial_section() + push_section() + hooks_section();
    out += roff_section("SEE ALSO") + ".BR mirrorseed (1)\n";
    return out;
}

}  // namespace mirrorseed::app
