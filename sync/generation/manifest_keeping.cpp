#include "sync/generation/manifest_keeping.hpp"

#include "core/store/difference_file.hpp"
#include "core/store/manifest.hpp"
#include "sync/generation/manifest_forms.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace mirrorseed::sync {
namespace {

constexpr int shortened_at_once = 4;

class ManifestKeeping {
public:
    ManifestKeeping(Store& store, const TreeRow& tree, const Folder& manifests)
        : store_(store), tree_(tree), manifests_(manifests) {}

    Status write(GenerationRow row) {
        const auto digest = write_manifest(manifests_, store_.catalogue(), tree_, row);
        if (!digest) return digest.error();
        if (row.manifest != *digest) store_.catalogue().trees().set_manifest(tree_.id, row.number, *digest);
        return {};
    }

    Status write_published() {
        const auto row = published();
        if (!row) return {};
        const auto files = manifest_files(manifests_);
        if (!files) return files.error();
        const auto& full = files->full;
        const bool is_there = std::find(full.begin(), full.end(), row->number) != full.end();
        if (!row->manifest || !is_there) return write(*row);
        if (read_head(manifests_, row->number)) return {};
        return mend_head(manifests_, {tree_.name, tree_.lineage, *row, tree_.paused});
    }

    // So that the published generation is there twice.
    Status write_difference_before() {
        const auto row = published();
        const auto files = manifest_files(manifests_);
        if (!files) return files.error();
        if (!row || has_difference(*files, *row)) return {};
        const auto older = head_before(*files);
        auto written = difference_from(older);
        if (written || !written.error().is(Fault::damaged)) return written;
        const auto mended = mend(older);
        if (!mended) return mended;
        written = difference_from(older ? head_of(older->generation.number) : std::nullopt);
        if (written || !written.error().is(Fault::damaged)) return written;
        return difference_from(std::nullopt);
    }

    Status remove(Generation oldest) {
        const auto files = manifest_files(manifests_);
        if (!files) return files.error();
        for (const auto number : manifests_to_remove(*files, oldest, tree_.generation))
            remove_manifest(manifests_, *files, number);
        for (const auto& pair : differences_to_remove(*files))
            remove_difference(manifests_, pair);
        for (const auto& name : files->unfinished)
            (void)manifests_.remove_file(RelPath::parse_name(name).value()).has_value();
        return {};
    }

    // False when there is nothing more to shorten.
    Result<bool> shorten() {
        auto files = manifest_files(manifests_);
        if (!files) return files.error();
        const auto step = next_to_shorten(*files, passed_over_);
        if (!step) return false;
        const auto shortened = shorten(*files, *step);
        if (shortened) return true;
        if (!shortened.error().is(Fault::damaged)) return shortened.error();
        // A difference that does not fit is made anew. Else the full one stays: it may be all that is left.
        if (step->has_difference && step->is_newer_full)
            remove_difference(manifests_, step->pair);
        else
            passed_over_.push_back(step->pair.older);
        return true;
    }

private:
    std::optional<GenerationRow> published() {
        return store_.catalogue().trees().generation(tree_.id, tree_.generation);
    }

    bool has_difference(const ManifestFiles& files, const GenerationRow& row) const {
        for (const auto& pair : files.pairs) {
            if (pair.newer != row.number) continue;
            const auto head = read_difference_head(manifests_, pair);
            // Another one may be left of a generation of this number that was lost.
            if (head && head->newer.generation.manifest == row.manifest) return true;
        }
        return false;
    }

    std::optional<ManifestHead> head_of(Generation number) const {
        auto head = read_head(manifests_, number);
        return head ? std::optional(std::move(*head)) : std::nullopt;
    }

    std::optional<ManifestHead> head_before(const ManifestFiles& files) const {
        for (const auto number : files.full)
            if (number < tree_.generation) return head_of(number);
        return std::nullopt;
    }

    Status shorten(ManifestFiles& files, const Shortening& step) {
        const auto older = read_head(manifests_, step.pair.older);
        const auto newer = read_head(manifests_, step.pair.newer);
        if (!older || !newer) return Error(Fault::damaged, (older ? newer : older).error().text());
        if (!step.has_difference) {
            const auto written = write_difference(manifests_, *older, *newer);
            if (!written) return written;
            files.pairs.push_back(step.pair);
        }
        const auto way = way_from_newer(files, step.pair.older);
        if (!way) return Error(Fault::damaged, "no difference leads to a newer generation");
        const auto read = read_back(manifests_, *way, *older->generation.manifest);
        return read ? remove_full(manifests_, step.pair.older) : read;
    }

    // From no generation at all where there is no older one.
    Status difference_from(const std::optional<ManifestHead>& older) {
        const auto newer = read_head(manifests_, tree_.generation);
        if (!newer) return newer.error();
        return write_difference(manifests_, older, *newer);
    }

    // Whichever of the two files is damaged is written again, from the catalogue.
    Status mend(const std::optional<ManifestHead>& older) {
        for (const auto number : {tree_.generation, older ? older->generation.number : 0}) {
            const auto row = store_.catalogue().trees().generation(tree_.id, number);
            const auto head = head_of(number);
            if (!row || (head && read_back(manifests_, {number}, *head->generation.manifest))) continue;
            const auto written = write(*row);
            if (!written) return written;
        }
        return {};
    }

    Store& store_;
    const TreeRow& tree_;
    const Folder& manifests_;
    std::vector<Generation> passed_over_;
};

// What is written into a new one is not lost with its name.
Result<Folder> folder_of(Store& store, const TreeRow& tree) {
    auto folder = Folder::open(store.places().manifests(tree.name));
    if (folder || !folder.error().is(boost::system::errc::no_such_file_or_directory)) return folder;
    folder = Folder::make(store.places().manifests(tree.name));
    if (!folder) return folder;
    const auto holder = Folder::open(store.places().store + "/manifests");
    const auto synced = holder ? holder->sync() : holder.error();
    if (!synced) return synced.error();
    return folder;
}

}  // namespace

Status write_manifests(Store& store, const TreeRow& tree) {
    const auto folder = folder_of(store, tree);
    if (!folder) return folder.error();
    ManifestKeeping keeping(store, tree, *folder);
    auto written = keeping.write_published();
    if (written) written = keeping.write_difference_before();
    if (!written) return written.error().within("cannot write the manifest of " + tree.name);
    return {};
}

Status thin_manifests(Store& store, const TreeRow& tree, Generation oldest) {
    const auto folder = Folder::open(store.places().manifests(tree.name));
    if (!folder) return folder.error();
    ManifestKeeping keeping(store, tree, *folder);
    auto removed = keeping.remove(oldest);
    for (int i = 0; removed && i < shortened_at_once; ++i) {
        const auto shortened = keeping.shorten();
        if (!shortened) removed = shortened.error();
        if (!shortened || !*shortened) break;
    }
    if (!removed) return removed.error().within("cannot thin the manifests of " + tree.name);
    return {};
}

}  // namespace mirrorseed::sync
