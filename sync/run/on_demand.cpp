#include "sync/run/on_demand.hpp"

#include "core/store/blob_trust.hpp"
#include "core/text.hpp"
#include "sync/fetcher.hpp"
#include "sync/generation/on_demand_budget.hpp"
#include "sync/run/enough_room.hpp"
#include "sync/run/mirrors_of_metalinks.hpp"
#include "sync/run/open_upstream.hpp"

#include <optional>
#include <utility>

namespace mirrorseed::sync {
namespace {

// The file lies in a folder of its own until it has its row.
class OnDemandLanding final : public Landing {
public:
    OnDemandLanding(Folder folder, RelPath name) : folder_(std::move(folder)), name_(std::move(name)) {}

    Result<Folder> staging() override { return folder_.make_folder(part()); }
    Status begin_anew() const { return folder_.remove_tree(part()); }
    std::optional<Entry> current(const RelPath&) override { return std::nullopt; }
    Status show_current(const RelPath& path, const Entry&, const Folder&, const RelPath&) override {
        return Error(Fault::not_found, path.str() + ": the tree does not hold it");
    }
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival&, Acquire acquire) override {
        const auto placed = acquire == Acquire::move ? from.rename(name, folder_, name_)
                                                     : from.hard_link(name, folder_, name_);
        if (!placed) return placed.error();
        return Verdict::taken;
    }
    Status commit(std::vector<Arrival>&) override { return {}; }

    const Folder& folder() const noexcept { return folder_; }
    const RelPath& name() const noexcept { return name_; }

private:
    static RelPath part() { return RelPath::parse_name("part").value(); }

    Folder folder_;
    RelPath name_;
};

constexpr Bytes largest_quick = Bytes{1} << 20;

class OnDemandFetch {
public:
    OnDemandFetch(Store& store, const Wish& wish, NotHeldFile file, TreeId tree, const OnDemandTerms& terms,
                  const Clock& clock, Progress& progress)
        : store_(store),
          wish_(wish),
          file_(std::move(file)),
          tree_(tree),
          terms_(terms),
          clock_(clock),
          progress_(progress) {}

    Result<BroughtOnDemand> run() {
        BroughtOnDemand done;
        // What everybody may have is here already.
        const bool is_here =
            store_.holds_sound(*file_.digest) && store_.catalogue().entries().is_served(*file_.digest);
        if (is_here) return done;
        if (file_.size > terms_.budget)
            return Error(Fault::refused, "it is larger than missing_budget, " + format_size(terms_.budget));
        const auto budget = room_for(file_.size, store_.catalogue().on_demand().all(tree_), terms_.budget);
        if (budget == OnDemandRoom::none) return BroughtOnDemand{.is_full = true};
        done.wants_gc = budget == OnDemandRoom::gc_is_wanted;
        const auto room = enough_room(store_, file_.size, wish_.min_free, "fetched", "fetched");
        if (!room) return room.error();
        const auto place = store_.blobs().staging(on_demand_staging);
        if (!place) return place.error();
        const auto name = RelPath::parse_name(file_.digest->hex() + "-" + terms_.place);
        if (!name) return name.error();
        auto folder = place->make_folder(*name);
        if (!folder) return folder.error();
        // What was taken before a stop or a crash would be in the way of a link.
        (void)folder->remove_file(*name).has_value();
        OnDemandLanding landing(std::move(*folder), *name);
        const auto came = fetch(landing, done);
        auto kept = came ? keep(landing, done) : Result<BroughtOnDemand>(came.error());
        // Whoever made room goes on from there.
        if (!kept && progress_.stop_requested()) return kept;
        const auto cleared = place->remove_tree(*name);
        return kept && !cleared ? cleared.error() : std::move(kept);
    }

private:
    Status fetch(OnDemandLanding& landing, BroughtOnDemand& done) {
        std::optional<Error> why;
        const auto wish = with_mirrors(wish_, progress_);
        for (const auto& url : wish.upstreams) {
            // What another sent may be anything, and would spoil the rest.
            const auto begun = why ? landing.begin_anew() : Status();
            if (!begun) return begun;
            const auto upstream = open_upstream(url, wish);
            auto fetched = upstream ? fetch_from(**upstream, landing) : upstream.error();
            if (fetched) done.transferred += fetched->transferred;
            if (fetched && fetched->missing.empty()) return {};
            const auto may_go_on = progress_.go_on();
            if (!may_go_on) return may_go_on;
            // That one lacks it tells less than that another could not be asked.
            if (!fetched && (!why || why->is(Fault::not_found))) why = fetched.error();
            if (fetched && !why) why = reason_of(*fetched);
        }
        return *why;
    }

    Result<FetchResult> fetch_from(Upstream& upstream, Landing& landing) {
        Listing listing;
        listing.append(file_.path.parent(), {.name = std::string(file_.path.name()),
                                             .entry = {.size = file_.size, .digest = file_.digest},
                                             .sureness = {Sure::exact, Sure::none}});
        listing.name_folders_above({});
        const auto finished = listing.finish();
        if (!finished) return finished.error();
        const std::vector<Plan::Fetch> wanted{{listing.place_of(file_.path).value(), false}};
        const bool is_shown = terms_.shown && file_.size > largest_waited_for;
        const auto show = [this](const Folder& staging, const RelPath& name) {
            auto part = staging.open_file(name);
            const auto facts = part ? facts_of(*part, name.str()) : Result<FileFacts>(part.error());
            if (!facts) return;
            shown_ = *facts;
            terms_.shown(std::move(*part));
        };
        return fetch_files(upstream, listing, wanted,
                           {.retry = {.retries = 1},
                            .by_digest = true,
                            .shown = is_shown ? show : std::function<void(const Folder&, const RelPath&)>()},
                           landing, progress_);
    }

    static Error reason_of(const FetchResult& fetched) {
        if (!fetched.gone.empty()) return {Fault::not_found, "the upstream does not have it"};
        if (!fetched.quarantined.empty()) return {Fault::damaged, fetched.quarantined.front().reason};
        return {Fault::changed, "it is not what the upstream's metadata says"};
    }

    Result<BroughtOnDemand> keep(const OnDemandLanding& landing, BroughtOnDemand done) {
        const auto verified = landing.folder().facts(landing.name());
        if (!verified) return verified.error();
        done.is_what_was_shown = shown_ && shown_->same_inode(*verified);
        auto& contents = store_.catalogue().contents();
        const Placements::Claim claim(store_.placements(), *file_.digest);
        const auto naming = contents.begin_naming();
        const Entry entry{
            .size = file_.size, .mtime = FileTime::from_seconds(clock_()), .digest = file_.digest};
        const auto put = store_.blobs().put(landing.folder(), landing.name(), *file_.digest, entry, [&] {
            return store_.holds_sound(*file_.digest) ? Existing::keep : Existing::replace;
        });
        if (!put) return put.error();
        const auto synced = store_.blobs().sync();
        if (!synced) return synced.error();
        const auto inode = store_.blobs().facts(*file_.digest);
        if (!inode) return inode.error();
        return note({naming, *put, dress_of(*inode)}, done);
    }

    struct Placed {
        Contents::Naming naming{};
        bool is_stored = false;
        std::optional<Dress> dress{};
    };

    Result<BroughtOnDemand> note(const Placed& placed, BroughtOnDemand done) {
        auto& catalogue = store_.catalogue();
        auto& contents = catalogue.contents();
        const auto now = clock_();
        auto transaction = catalogue.begin();
        if (!contents.add_blob(*file_.digest, file_.size, now, placed.dress) && placed.is_stored) {
            contents.note_mended();
            contents.mark_checked(*file_.digest, now, false);
            catalogue.dresses().wears(*file_.digest, *placed.dress);
        }
        catalogue.on_demand().keep(tree_, *file_.digest, now);
        contents.end_naming(placed.naming);
        transaction.commit();
        return done;
    }

    Store& store_;
    const Wish& wish_;
    const NotHeldFile file_;
    TreeId tree_;
    const OnDemandTerms& terms_;
    const Clock& clock_;
    Progress& progress_;
    std::optional<FileFacts> shown_{};  // last
};

std::optional<NotHeldFile> find(Catalogue& catalogue, const std::optional<TreeRow>& tree,
                                const WantedOnDemand& wanted) {
    auto file = tree ? catalogue.not_held().find(tree->id, tree->generation, wanted.path) : std::nullopt;
    return file && file->digest == wanted.content ? file : std::nullopt;
}

}  // namespace

bool takes_long(Store& store, const std::string& tree, const WantedOnDemand& wanted) {
    auto& catalogue = store.catalogue();
    const auto file = find(catalogue, catalogue.trees().find(tree), wanted);
    return file && file->size > largest_quick;
}

Result<BroughtOnDemand> bring_on_demand(Store& store, const Wish& wish, const WantedOnDemand& wanted,
                                        const OnDemandTerms& terms, const Clock& clock, Progress& progress) {
    auto& catalogue = store.catalogue();
    const auto tree = catalogue.trees().find(wish.tree);
    const auto& path = wanted.path;
    auto file = find(catalogue, tree, wanted);
    if (!file) return Error(Fault::not_found, escape_text(path.str()) + ": no published metadata names it");
    // Nobody learns here what is under embargo elsewhere.
    if (catalogue.entries().is_only_hidden(*file->digest))
        return Error(Fault::refused, escape_text(path.str()) + ": its content is not open to everybody here");
    if (catalogue.contents().is_withdrawn(*file->digest))
        return Error(Fault::refused, escape_text(path.str()) + ": its content was withdrawn");
    if (store.holds_sound(*file->digest) && catalogue.on_demand().use(tree->id, *file->digest, clock()))
        return BroughtOnDemand();
    auto brought = OnDemandFetch(store, wish, std::move(*file), tree->id, terms, clock, progress).run();
    return brought ? brought : brought.error().within(escape_text(path.str()));
}

}  // namespace mirrorseed::sync
