#include "sync/generation/candidate_check.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace mirrorseed::sync {
namespace {

struct Count {
    std::uint64_t entries = 0, files = 0;
    Bytes bytes = 0;

    void add(const Entry& entry) {
        ++entries;
        files += entry.kind == EntryKind::file ? 1 : 0;
        bytes += entry.size;
    }
    void take(const Entry& entry) {
        --entries;
        files -= entry.kind == EntryKind::file ? 1 : 0;
        bytes -= entry.size;
    }
    bool is_of(const GenerationRow& row) const {
        return entries == row.entries && files == row.files && bytes == row.bytes;
    }
};

class Check {
public:
    Check(Store& store, const TreeRow& tree)
        : entries_(store.catalogue().entries()), tree_(tree), number_(tree.generation + 1) {}

    // All of it.
    Result<Count> whole() {
        Count count;
        const auto all = entries_.all(tree_.id, number_);
        std::string_view folder;
        std::string last;
        while (const auto* item = all->next(folder)) {
            count.add(item->entry);
            if (folder != last && !folders_.contains(std::string(folder))) return orphans_in(folder);
            last = folder;
            if (item->entry.kind == EntryKind::folder)
                folders_.insert(folder.empty() ? item->name : last + "/" + item->name);
        }
        return count;
    }

    // What is not as it was, on top of the count of what is published.
    Result<Count> changed(Count count) {
        for (const auto& [path, before, after] : entries_.touched(tree_.id, tree_.generation, number_)) {
            if (before) count.take(*before);
            if (after) count.add(*after);
            const bool is_folder = after && after->kind == EntryKind::folder;
            if (is_folder) folders_.insert(path.str());
            if (after && !is_in_a_folder(path)) return orphans_in(path.parent().str());
            const bool was_folder = before && before->kind == EntryKind::folder;
            if (was_folder && !is_folder && !entries_.in_folder(tree_.id, number_, path).empty())
                return orphans_in(path.str());
        }
        return count;
    }

private:
    // A folder sorts before what is in it, so it is known when it was touched.
    bool is_in_a_folder(const RelPath& path) {
        const auto above = path.parent();
        if (above.is_root() || folders_.contains(above.str())) return true;
        const auto entry = entries_.find(tree_.id, number_, above);
        if (!entry || entry->kind != EntryKind::folder) return false;
        folders_.insert(above.str());
        return true;
    }

    Error orphans_in(std::string_view folder) const {
        return {Fault::failed,
                fmt::format("what would be published of {} has entries in {}, which is no folder "
                            "there; nothing is published. Please report this, it is a fault of mirrorseed",
                            tree_.name, escape_text(folder))};
    }

    Entries& entries_;
    const TreeRow& tree_;
    Generation number_;
    std::unordered_set<std::string> folders_;  // that are there
};

}  // namespace

Status check_candidate(Store& store, const TreeRow& tree, const GenerationRow& facts) {
    const auto now = store.catalogue().trees().generation(tree.id, tree.generation);
    if (now) {
        const auto count = Check(store, tree).changed({now->entries, now->files, now->bytes});
        if (!count) return count.error();
        if (count->is_of(facts)) return {};
    }
    // There is nothing to count on, or what it was counted from is wrong.
    const auto count = Check(store, tree).whole();
    if (!count) return count.error();
    if (count->is_of(facts)) return {};
    return Error(
        Fault::failed,
        fmt::format("what would be published of {} has {} entries, {} files and {} bytes and says {}, {} "
                    "and {}; nothing is published. Please report this, it is a fault of mirrorseed",
                    tree.name, count->entries, count->files, count->bytes, facts.entries, facts.files,
                    facts.bytes));
}

}  // namespace mirrorseed::sync
