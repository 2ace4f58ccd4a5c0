#include "sync/generation/fresh_checkout.hpp"

#include "sync/generation/checkout_order.hpp"

#include <optional>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

RelPath joined(std::string_view folder, std::string_view name) {
    return RelPath::parse(folder).value() / RelPath::parse_name(name).value();
}

class Builder {
public:
    Builder(Store& store, const TreeRow& tree, const Folder& fresh, Progress& progress)
        : store_(store),
          tree_(tree),
          fresh_(fresh),
          progress_(progress),
          damaged_(store.catalogue().contents().damaged()) {}

    Status fill() {
        const auto all = store_.catalogue().entries().all(tree_.id, tree_.generation);
        std::string_view folder;
        while (const auto* item = all->next(folder)) {
            auto may_go_on = progress_.go_on();
            if (!may_go_on) return may_go_on;
            auto entered = enter(folder);
            if (entered) entered = show(*item);
            if (!entered) return entered;
            progress_.file_done();
        }
        return {};
    }

    // Whatever is put into a folder disturbs its time, so this comes last.
    Status dress_folders() {
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
            folder->entry.mode |= 0700;  // we must be able to change what is in it
            const auto dressed = fresh_.set_mode_and_time(folder->path, folder->entry);
            if (!dressed) return dressed;
        }
        return {};
    }

private:
    Status enter(std::string_view folder) {
        if (here_ && folder == here_path_) return {};
        progress_.at(folder);
        auto opened = fresh_.folder(RelPath::parse(folder).value());
        if (!opened) return opened.error();
        here_ = std::move(*opened);
        here_path_ = folder;
        return {};
    }

    Status show(const NamedEntry& item) {
        const auto& [text, entry] = item;
        const auto name = RelPath::parse_name(text).value();
        if (entry.kind == EntryKind::folder) {
            const auto made = here_->make_folder(name, mode_while_filled(entry));
            if (!made) return made.error();
            folders_.push_back({joined(here_path_, text), entry});
            return {};
        }
        if (entry.kind == EntryKind::link) {
            const auto made = here_->make_link(name, entry.target);
            return made ? here_->set_mode_and_time(name, entry) : made;
        }
        if (!entry.digest) return {};                     // withdrawn, and so is its name
        if (damaged_.contains(*entry.digest)) return {};  // shown when it was fetched again
        const auto shown = store_.blobs().show_at(*entry.digest, entry, *here_, name);
        // A damaged store must not keep everything else from being shown; verify tells of it.
        const bool lost = !shown && !store_.blobs().has(*entry.digest);
        return lost ? Status() : shown;
    }

    Store& store_;
    const TreeRow& tree_;
    const Folder& fresh_;
    Progress& progress_;
    std::unordered_set<Digest> damaged_;
    std::optional<Folder> here_;
    std::string here_path_;
    std::vector<PathEntry> folders_;
};

}  // namespace

bool shows_nothing(const Folder& trees, const RelPath& name) {
    const auto there = trees.folder(name);
    if (!there) return there.error().is(errc::no_such_file_or_directory);
    const auto items = there->items();
    return items && items->empty();
}

Result<bool> build_fresh_checkout(Store& store, const TreeRow& tree, Progress& progress) {
    const auto trees = store.folder().make_folder(RelPath::parse("trees").value());
    if (!trees) return trees.error();
    const auto name = RelPath::parse_name(tree.name).value();
    if (!shows_nothing(*trees, name)) return false;
    const auto waiting = RelPath::parse_name("." + tree.name + ".new").value();
    const auto cleared = trees->remove_tree(waiting);
    if (!cleared) return cleared.error();
    const auto fresh = trees->make_folder(waiting);
    if (!fresh) return fresh.error();

    const auto row = store.catalogue().trees().generation(tree.id, tree.generation);
    progress.start("checkout", row ? row->entries : 0);
    Builder builder(store, tree, *fresh, progress);
    auto built = builder.fill();
    if (built) built = builder.dress_folders();
    if (built && trees->facts(name)) built = trees->remove_empty_folder(name);
    if (built) built = trees->rename(waiting, *trees, name);
    if (!built) return built.error().within("the checkout of " + tree.name);
    return true;
}

}  // namespace mirrorseed::sync
