#include "httpd/published/published.hpp"

#include <utility>
#include <variant>

namespace mirrorseed::httpd {
namespace {

// What may be answered with again; a file perhaps not for ever where it came so.
Found keeping(Found found, StillHolds still_holds) {
    if (auto* file = std::get_if<FileFound>(&found))
        file->still_holds = file->still_holds && still_holds ? both(file->still_holds, std::move(still_holds))
                                                             : std::move(still_holds);
    else if (auto* folder = std::get_if<FolderFound>(&found))
        folder->still_holds = std::move(still_holds);
    else if (auto* text = std::get_if<TextFound>(&found))
        text->still_holds = text->still_holds && still_holds ? both(text->still_holds, std::move(still_holds))
                                                             : std::move(still_holds);
    return found;
}

}  // namespace

Result<std::unique_ptr<Published>> Published::open(Options options, std::shared_ptr<Troubles> troubles) {
    auto store = PublishedStore::open(options.store, options.catalogue, options.doubt, std::move(troubles));
    if (!store) return store.error();
    return std::unique_ptr<Published>(new Published(std::move(options), std::move(*store)));
}

Published::Published(Options options, PublishedStore store)
    : watch_(std::move(options.watch)),
      store_(std::move(store)),
      told_(store_, options.describing.public_url, options.describing.swarm),
      descriptions_(store_, told_, std::move(options.describing.metalink)),
      contents_(store_, std::move(options.describing.sandboxed)),
      releases_(store_, told_, descriptions_,
                options.describing.swarm ? PublishedReleases::Tells::swarms_too
                                         : PublishedReleases::Tells::what_is_committed),
      grace_(store_, std::move(options.grace), std::move(options.clock)),
      not_held_(store_, std::move(options.describing.elsewhere), std::move(options.describing.on_demand)),
      trees_(store_, descriptions_, contents_, grace_, not_held_),
      node_(store_, std::move(options.signing_key)) {}

StillHolds Published::holds_from_now() const {
    if (!watch_) return {};
    return [watch = watch_, then = watch_->epoch()] { return watch->holds_since(then); };
}

Found Published::find(const RelPath& path, Spelling spelling) {
    auto still_holds = holds_from_now();
    return keeping(trees_.find(path, spelling), std::move(still_holds));
}

Found Published::find_own(const OwnPath& own) {
    auto still_holds = holds_from_now();
    return keeping(find_own_now(own), std::move(still_holds));
}

void Published::catch_up() {
    if (watch_) watch_->epoch();
}

std::optional<FileFacts> Published::look_again(const Digest& digest, const Descriptor& file) {
    return store_.sound_inode(digest, file, digest.hex());
}

Found Published::find_own_now(const OwnPath& own) {
    switch (own.row.thing) {
        case OwnThing::blob:
            return contents_.blob(own.name);
        case OwnThing::seed:
            return contents_.seed(own.name, own.rest);
        case OwnThing::torrent:
            return releases_.by_hash(own.name);
        case OwnThing::releases:
            return releases_.listed(own.rest);
        case OwnThing::releases_json:
            return releases_.json();
        case OwnThing::releases_rss:
            return releases_.feed();
        case OwnThing::tree_head:
            return node_.head(own.name);
        case OwnThing::tree_manifest:
            return node_.manifest(own.name);
        case OwnThing::tree_changes:
            return node_.changes(own.name, own.query);
        case OwnThing::health:
        case OwnThing::status:
        case OwnThing::metrics:
        case OwnThing::tree_sync:
        case OwnThing::announce:
        case OwnThing::scrape:
            break;
    }
    return Refused{404, {}};
}

}  // namespace mirrorseed::httpd
