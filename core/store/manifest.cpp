#include "core/store/manifest.hpp"

#include "core/store/manifest_line.hpp"
#include "core/store/manifest_stream.hpp"
#include "core/store/zstd.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mirrorseed {
namespace {

constexpr const char* damaged_suffix = ".damaged";
constexpr std::size_t flush_at = 256 * 1024;
constexpr std::size_t most_of_a_head = 1 << 20;

RelPath file_name(Generation generation, const char* suffix) {
    return RelPath::parse_name(std::to_string(generation) + suffix).value();
}

// A manifest file under another name until it is whole.
class ManifestFile {
public:
    static Result<ManifestFile> create(const Folder& folder, const RelPath& name, std::uint32_t mode) {
        auto fresh = RelPath::parse_name(name.str() + ".new").value();
        (void)folder.remove_file(fresh).has_value();
        auto file = folder.create_file(fresh, mode);
        if (!file) return file.error();
        return ManifestFile(folder, name, std::move(fresh), std::move(*file));
    }

    Status add(std::string_view path, const Entry& entry) {
        append_manifest_line(lines_, path, entry);
        ++count_;
        return lines_.size() < flush_at ? Status() : flush();
    }

    Status finish() {
        auto done = flush();
        if (done) done = writer_->finish();
        if (done) done = sync_file(*file_, name_.str());
        if (done) done = folder_->rename(fresh_, *folder_, name_);
        return done;
    }

    void discard() { (void)folder_->remove_file(fresh_).has_value(); }
    std::uint64_t count() const { return count_; }
    Digest digest() { return hash_.finish(); }

private:
    ManifestFile(const Folder& folder, RelPath name, RelPath fresh, Descriptor file)
        : folder_(&folder),
          name_(std::move(name)),
          fresh_(std::move(fresh)),
          file_(std::make_unique<Descriptor>(std::move(file))),
          writer_(std::make_unique<ZstdWriter>(*file_, name_.str())) {}

    Status flush() {
        hash_.see(as_bytes(lines_));
        const auto written = writer_->write(as_bytes(lines_));
        lines_.clear();
        return written;
    }

    const Folder* folder_;
    RelPath name_, fresh_;
    std::unique_ptr<Descriptor> file_;
    std::unique_ptr<ZstdWriter> writer_;
    std::string lines_;
    Sha256 hash_;
    std::uint64_t count_ = 0;
};

// Raw path order over a tree that is kept by folder. What is below "a" sorts as "a/...", which may lie behind
// a sibling such as "a-b"; so a folder's subtree is a second item beside the folder's own, sorted as "a/".
class OrderedWalk {
public:
    OrderedWalk(Entries& entries, TreeId tree, Generation generation, ManifestFile& open,
                ManifestFile& closed)
        : entries_(entries), tree_(tree), generation_(generation), open_(open), closed_(closed) {}

    Status walk(const RelPath& folder) {
        const auto inside = entries_.in_folder(tree_, generation_, folder);
        struct Item {
            std::string key;
            const NamedEntry* entry;
            bool subtree;
        };
        std::vector<Item> items;
        items.reserve(inside.size());
        for (const auto& entry : inside) {
            items.push_back({entry.name, &entry, false});
            if (entry.entry.kind == EntryKind::folder) items.push_back({entry.name + "/", &entry, true});
        }
        std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.key < b.key; });
        for (const auto& item : items) {
            const auto path = folder / RelPath::parse_name(item.entry->name).value();
            auto& file = item.entry->entry.hidden ? closed_ : open_;
            const auto done = item.subtree ? walk(path) : file.add(path.str(), item.entry->entry);
            if (!done) return done;
        }
        return {};
    }

private:
    Entries& entries_;
    TreeId tree_;
    Generation generation_;
    ManifestFile& open_;
    ManifestFile& closed_;
};

}  // namespace

struct ManifestReader::State {
    std::vector<ManifestStream> sources;  // the public lines, then the private ones where there are any
    std::vector<std::optional<PathEntry>> heads;
    std::optional<RelPath> last;
};

ManifestReader::ManifestReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ManifestReader::ManifestReader(ManifestReader&&) noexcept = default;
ManifestReader& ManifestReader::operator=(ManifestReader&&) noexcept = default;
ManifestReader::~ManifestReader() = default;

Result<ManifestReader> ManifestReader::open(const Folder& manifests, Generation generation) {
    auto state = std::make_unique<State>();
    for (const auto* suffix : {".zst", ".private.zst"}) {
        const auto name = file_name(generation, suffix);
        auto file = manifests.open_file(name);
        const bool may_miss = suffix[1] == 'p';
        if (!file && may_miss && file.error().is(boost::system::errc::no_such_file_or_directory)) continue;
        if (!file) return file.error();
        const auto shown = manifests.path() + "/" + name.str();
        state->sources.emplace_back(bytes_of(std::move(*file), shown), shown);
        auto first = state->sources.back().next();
        if (!first) return first.error();
        if (may_miss && *first) (*first)->entry.hidden = true;
        state->heads.push_back(std::move(*first));
    }
    return ManifestReader(std::move(state));
}

Result<std::optional<PathEntry>> ManifestReader::next() {
    auto& state = *state_;
    std::optional<std::size_t> least;
    for (std::size_t i = 0; i < state.heads.size(); ++i)
        if (state.heads[i] && (!least || state.heads[i]->path < state.heads[*least]->path)) least = i;
    if (!least) return std::optional<PathEntry>();
    auto entry = std::move(state.heads[*least]);
    auto following = state.sources[*least].next();
    if (!following) return following.error();
    if (*least == 1 && *following) (*following)->entry.hidden = true;
    state.heads[*least] = std::move(*following);
    if (state.last && !(*state.last < entry->path))
        return Error(Fault::damaged, "the manifest is out of order at " + escape_text(entry->path.str()));
    state.last = entry->path;
    return entry;
}

Digest ManifestReader::digest() {
    return state_->sources.front().digest();
}

Result<Digest> write_manifest(const Folder& manifests, Catalogue& catalogue, const TreeRow& tree,
                              const GenerationRow& generation) {
    auto open = ManifestFile::create(manifests, file_name(generation.number, ".zst"), 0644);
    if (!open) return open.error();
    auto closed = ManifestFile::create(manifests, file_name(generation.number, ".private.zst"), 0600);
    if (!closed) return closed.error();
    OrderedWalk walk(catalogue.entries(), tree.id, generation.number, *open, *closed);
    auto written = walk.walk(RelPath());
    if (written) written = open->finish();
    if (written && closed->count() > 0) written = closed->finish();
    if (!written || closed->count() == 0) closed->discard();
    // One of this number may be left of a generation that was lost.
    if (closed->count() == 0)
        (void)manifests.remove_file(file_name(generation.number, ".private.zst")).has_value();
    if (!written) {
        open->discard();
        return written.error();
    }
    ManifestHead head{tree.name, tree.lineage, generation, tree.paused};
    head.generation.manifest = open->digest();
    const auto replaced =
        replace_file(manifests, file_name(generation.number, ".json"), as_bytes(head.json()));
    if (!replaced) return replaced.error();
    return *head.generation.manifest;
}

Status note_end_of_pause(const Folder& manifests, Generation generation) {
    const auto name = file_name(generation, ".json");
    const auto text = read_file(manifests.path() + "/" + name.str(), most_of_a_head);
    if (!text && text.error().is(boost::system::errc::no_such_file_or_directory)) return {};
    if (!text) return text.error();
    auto head = ManifestHead::parse(*text);
    if (!head || !head->paused) return {};  // one that cannot be read tells nobody of a pause
    head->paused = false;
    return replace_file(manifests, name, as_bytes(head->json()));
}

void remove_manifest(const Folder& manifests, Generation generation) {
    // The head goes first: without it the other files mean nothing.
    for (const auto* suffix : {".json", ".zst", ".private.zst"})
        (void)manifests.remove_file(file_name(generation, suffix)).has_value();
}

void put_manifest_aside(const Folder& manifests, Generation generation) {
    for (const auto* suffix : {".json", ".zst", ".private.zst"}) {
        const auto name = file_name(generation, suffix);
        const auto aside = RelPath::parse_name(name.str() + damaged_suffix).value();
        (void)manifests.rename(name, manifests, aside).has_value();
    }
}

Result<NewestHead> newest_head(const Folder& manifests) {
    const auto items = manifests.items();
    if (!items) return items.error();
    NewestHead newest;
    for (const auto& item : *items) {
        Generation number = 0;
        const auto* end = item.name.data() + item.name.size();
        const auto [stop, error] = std::from_chars(item.name.data(), end, number);
        const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
        if (error != std::errc()) continue;
        if (suffix == ".json") newest.generation = std::max(newest.generation, number);
        if (suffix.ends_with(damaged_suffix)) newest.has_damaged = true;
    }
    return newest;
}

Result<std::vector<ManifestHead>> manifest_heads(const Folder& manifests,
                                                 std::vector<std::string>& troubles) {
    const auto items = manifests.items();
    if (!items) return items.error();
    std::vector<ManifestHead> heads;
    for (const auto& item : *items) {
        if (!item.name.ends_with(".json")) continue;
        const auto path = manifests.path() + "/" + item.name;
        const auto text = read_file(path, most_of_a_head);
        auto head = text ? ManifestHead::parse(*text) : Result<ManifestHead>(text.error());
        if (head)
            heads.push_back(std::move(*head));
        else
            troubles.push_back(head.error().within(path).text());
    }
    std::sort(heads.begin(), heads.end(),
              [](const auto& a, const auto& b) { return a.generation.number < b.generation.number; });
    return heads;
}

}  // namespace mirrorseed
