#include "core/store/manifest.hpp"

#include "core/store/difference_file.hpp"
#include "core/store/lines_file.hpp"
#include "core/store/manifest_line.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mirrorseed {
namespace {

constexpr const char* damaged_suffix = ".damaged";
constexpr std::size_t most_of_a_head = 1 << 20;

// Raw path order over a tree that is kept by folder. What is below "a" sorts as "a/...", which may lie behind
// a sibling such as "a-b"; so a folder's subtree is a second item beside the folder's own, sorted as "a/".
class OrderedWalk {
public:
    OrderedWalk(Entries& entries, TreeId tree, Generation generation, LinesFile& open, LinesFile& closed)
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
            const auto done = item.subtree ? walk(path) : add(path, item.entry->entry);
            if (!done) return done;
        }
        return {};
    }

private:
    Status add(const RelPath& path, const Entry& entry) {
        auto& file = entry.hidden ? closed_ : open_;
        append_manifest_line(file.pending(), path.str(), entry);
        return file.added();
    }

    Entries& entries_;
    TreeId tree_;
    Generation generation_;
    LinesFile& open_;
    LinesFile& closed_;
};

}  // namespace

struct ManifestReader::State {
    // The lines that everybody may see, and those of hidden entries.
    struct Source {
        std::unique_ptr<ManifestLines> lines;
        bool is_hidden = false;
        std::optional<PathEntry> head{};
    };
    std::vector<Source> sources;
    std::optional<RelPath> last;
    std::string shown;  // for messages

    Status advance(Source& source) const {
        ManifestText text;
        const auto more = source.lines->next(text);
        if (!more) return more.error();
        source.head.reset();
        if (!*more) return {};
        auto entry = parse_manifest_line(text.line);
        if (!entry) return entry.error().within(shown);
        entry->entry.hidden = source.is_hidden;
        source.head = std::move(*entry);
        return {};
    }
};

ManifestReader::ManifestReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ManifestReader::ManifestReader(ManifestReader&&) noexcept = default;
ManifestReader& ManifestReader::operator=(ManifestReader&&) noexcept = default;
ManifestReader::~ManifestReader() = default;

Result<ManifestReader> ManifestReader::open(const Folder& manifests, const ManifestWay& way) {
    auto state = std::make_unique<State>();
    state->shown = manifests.path();
    for (const auto part : {ManifestPart::open, ManifestPart::closed}) {
        auto lines = open_part(manifests, way, part);
        if (!lines) return lines.error();
        auto& source = state->sources.emplace_back();
        source.lines = std::move(*lines);
        source.is_hidden = part == ManifestPart::closed;
        const auto first = state->advance(source);
        if (!first) return first.error();
    }
    return ManifestReader(std::move(state));
}

Result<std::optional<PathEntry>> ManifestReader::next() {
    auto& state = *state_;
    State::Source* least = nullptr;
    for (auto& source : state.sources)
        if (source.head && (least == nullptr || source.head->path < least->head->path)) least = &source;
    if (least == nullptr) return std::optional<PathEntry>();
    auto entry = std::move(least->head);
    const auto following = state.advance(*least);
    if (!following) return following.error();
    if (state.last && !(*state.last < entry->path))
        return Error(Fault::damaged, "the manifest is out of order at " + escape_text(entry->path.str()));
    state.last = entry->path;
    return entry;
}

Digest ManifestReader::digest() {
    return state_->sources.front().lines->digest();
}

Result<Digest> write_manifest(const Folder& manifests, Catalogue& catalogue, const TreeRow& tree,
                              const GenerationRow& generation) {
    auto open = LinesFile::create(manifests, full_name(generation.number, ManifestPart::open), 0644);
    if (!open) return open.error();
    auto closed = LinesFile::create(manifests, full_name(generation.number, ManifestPart::closed), 0600);
    if (!closed) return closed.error();
    OrderedWalk walk(catalogue.entries(), tree.id, generation.number, *open, *closed);
    auto written = walk.walk(RelPath());
    if (written) written = open->finish();
    if (written && closed->count() > 0) written = closed->finish();
    if (!written || closed->count() == 0) closed->discard();
    // One of this number may be left of a generation that was lost.
    if (closed->count() == 0)
        (void)manifests.remove_file(manifest_name(generation.number, ".private.zst")).has_value();
    if (!written) {
        open->discard();
        return written.error();
    }
    ManifestHead head{tree.name, tree.lineage, generation, tree.paused};
    head.generation.manifest = open->digest();
    const auto replaced =
        replace_file(manifests, manifest_name(generation.number, ".json"), as_bytes(head.json()));
    if (!replaced) return replaced.error();
    return *head.generation.manifest;
}

Status note_end_of_pause(const Folder& manifests, Generation generation) {
    const auto name = manifest_name(generation, ".json");
    const auto text = read_file(manifests.path() + "/" + name.str(), most_of_a_head);
    if (!text && text.error().is(boost::system::errc::no_such_file_or_directory)) return {};
    if (!text) return text.error();
    auto head = ManifestHead::parse(*text);
    if (!head || !head->paused) return {};  // one that cannot be read tells nobody of a pause
    head->paused = false;
    return replace_file(manifests, name, as_bytes(head->json()));
}

Status mend_head(const Folder& manifests, const ManifestHead& head) {
    return replace_file(manifests, manifest_name(head.generation.number, ".json"), as_bytes(head.json()));
}

Result<ManifestHead> read_head(const Folder& manifests, Generation generation) {
    const auto path = manifests.path() + "/" + manifest_name(generation, ".json").str();
    const auto text = read_file(path, most_of_a_head);
    if (!text) return text.error();
    auto head = ManifestHead::parse(*text);
    if (!head) return head.error().within(path);
    return head;
}

Status remove_full(const Folder& manifests, Generation generation) {
    // Without the public lines the others are none; with them, and without the others, nothing were hidden.
    auto removed = manifests.remove_file(full_name(generation, ManifestPart::open));
    if (removed) removed = manifests.sync();
    if (!removed) return removed;
    (void)manifests.remove_file(full_name(generation, ManifestPart::closed)).has_value();
    return {};
}

void remove_manifest(const Folder& manifests, const ManifestFiles& files, Generation generation) {
    // The head goes first: without it the other files mean nothing.
    (void)manifests.remove_file(manifest_name(generation, ".json")).has_value();
    for (const auto& pair : files.pairs)
        if (pair.older == generation || pair.newer == generation) remove_difference(manifests, pair);
    for (const auto part : {ManifestPart::open, ManifestPart::closed})
        (void)manifests.remove_file(full_name(generation, part)).has_value();
}

void put_manifest_aside(const Folder& manifests, Generation generation) {
    std::vector<RelPath> names{manifest_name(generation, ".json")};
    const auto files = manifest_files(manifests);
    for (const auto part : {ManifestPart::open, ManifestPart::closed}) {
        names.push_back(full_name(generation, part));
        for (const auto& pair : files ? files->pairs : std::vector<ManifestPair>())
            if (pair.older == generation || pair.newer == generation) names.push_back(pair_name(pair, part));
    }
    for (const auto& name : names) {
        const auto aside = RelPath::parse_name(name.str() + damaged_suffix).value();
        (void)manifests.rename(name, manifests, aside).has_value();
    }
}

Result<NewestHead> newest_head(const Folder& manifests) {
    const auto files = manifest_files(manifests);
    if (!files) return files.error();
    NewestHead newest{.has_damaged = files->has_damaged};
    if (!files->heads.empty()) newest.generation = files->heads.front();
    if (!files->pairs.empty()) newest.generation = std::max(newest.generation, files->pairs.front().newer);
    return newest;
}

namespace {

// What a difference remembers of a head.
std::optional<ManifestHead> remembered_head(const Folder& manifests, const ManifestFiles& files,
                                            Generation generation) {
    for (const auto& pair : files.pairs) {
        if (pair.older != generation && pair.newer != generation) continue;
        const auto head = read_difference_head(manifests, pair);
        if (head) return pair.newer == generation ? head->newer : head->older;
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<ManifestHead>> manifest_heads(const Folder& manifests, std::vector<std::string>& troubles,
                                                 std::vector<std::string>& mended) {
    const auto files = manifest_files(manifests);
    if (!files) return files.error();
    std::set<Generation> numbers(files->heads.begin(), files->heads.end());
    for (const auto& pair : files->pairs)
        numbers.insert({pair.older, pair.newer});
    numbers.erase(0);
    std::vector<ManifestHead> heads;
    for (const auto number : numbers) {
        auto head = read_head(manifests, number);
        if (!head) {
            const auto remembered = remembered_head(manifests, *files, number);
            (remembered ? mended : troubles).push_back(head.error().text());
            if (!remembered) continue;
            head = *remembered;
        }
        heads.push_back(std::move(*head));
    }
    std::sort(heads.begin(), heads.end(),
              [](const auto& a, const auto& b) { return a.generation.number < b.generation.number; });
    return heads;
}

}  // namespace mirrorseed
