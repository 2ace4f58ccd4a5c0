#include "sync/images/images_listing.hpp"

#include "core/text.hpp"
#include "sync/checksum_names.hpp"
#include "sync/checksums/list_text.hpp"
#include "sync/images/copied_folder.hpp"
#include "sync/images/image_choice.hpp"
#include "sync/images/image_files.hpp"
#include "sync/images/image_names.hpp"
#include "sync/images/image_set.hpp"
#include "sync/images/told_folders.hpp"
#include "sync/link_target.hpp"
#include "sync/selected_files.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mirrorseed::sync::images {
namespace {

// After so many of which some were not good, the lists of all folders are read at once.
constexpr int patience = 6;

// One whose lists were asked for.
struct ImageFolder {
    std::vector<ChecksumSet> sets{};
    std::optional<std::vector<ReadSet>> lists{};
    SetVerdict verdict{};  // of the images that are chosen there
};

class ImagesListing final : public MetadataListing {
public:
    ImagesListing(const ImagesWish& wish, const MetadataSurroundings& around)
        : wish_(wish), around_(around), told_(around_.held) {
        if (wish.keyring) verifier_ = verifier_with(*wish.keyring, around.stop);
    }

    std::vector<NamedFile> wants() override {
        if (rounds_ == 0) list();
        for (++rounds_; !fault_; ++rounds_) {
            read_lists();
            choose();
            bool is_any_new = false;
            auto files = lists_of_new_folders(is_any_new);
            if (!files.empty() || !is_any_new) return files;
        }
        return {};
    }

    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        auto text =
            content ? read_list_text(*content, file.path.str()) : Result<std::string>(content.error());
        if (!text && text.error().is(Fault::changed)) return text.error();
        texts_.insert_or_assign(file.path, std::move(text));
        return {};
    }

    Result<Selected> select() override {
        if (fault_) return *fault_;
        Selected selected;
        files_.emplace(FileTime());
        for (const auto& [folder, known] : folders_) {
            if (bad_.contains(folder)) {
                leave_as_it_is(folder, known.verdict.fault);
                selected.is_whole = false;
            } else if (const auto images = told_in(folder); !images.empty()) {
                list_folder(folder, images, known.verdict, selected);
            }
        }
        for (const auto& image : untold_)
            if (!bad_.contains(image.parent())) leave_as_it_is(image);
        for (const auto& folder : staying_)
            if (!chosen_in(folder).empty()) keep_what_is_held(folder);
        // Nothing is no set of images, whatever the reason.
        if (selected.sets.empty() && held_listing().files() == 0)
            return Error(Fault::bad_input, first_fault());
        if (around_.tells_not_held) selected.not_held = not_held();
        auto listing = files_->finish();
        if (!listing) return listing.error();
        listing->set_tells(upstream_.tells());
        tell_what_goes(*listing, selected);
        selected.listing = std::move(*listing);
        if (selected.to_be_signed.files.empty()) return selected;
        auto judge = SignatureJudge::make(*wish_.keyring, around_.stop);
        if (!judge) return judge.error();
        selected.to_be_signed.judge = [judge = *judge](const Descriptor& content,
                                                       std::string_view signature) {
            return judge->judge(content, signature);
        };
        return selected;
    }

private:
    // ---- which images there are

    void list() {
        auto listed = around_.list(Selection(to_be_listed(wish_.match), {}));
        if (!listed) {
            fault_ = listed.error();
            return;
        }
        upstream_ = std::move(*listed);
        images_ = images_of(upstream_, may_be_image_);
        if (images_.empty()) fault_ = Error(Fault::bad_input, "the upstream has no image that match names");
    }

    bool may_be_image(const RelPath& path) const {
        return !is_of_a_checksum_set(path) && !around_.is_excluded(path) &&
               std::any_of(wish_.match.begin(), wish_.match.end(),
                           [&](const Glob& glob) { return glob.matches(path); });
    }

    // ---- what their lists say

    std::vector<NamedFile> lists_of_new_folders(bool& is_any_new) {
        std::vector<NamedFile> files;
        auto images = rounds_ > patience ? images_ : chosen_;
        images.insert(images.end(), twins_.begin(), twins_.end());
        for (const auto& image : images) {
            const auto folder = image.parent();
            const auto [at, is_new] = folders_.try_emplace(folder);
            if (!is_new) continue;
            is_any_new = true;
            SetNames names{.upstream = {}, .current = {}, .fresh = {image}};
            for (auto& file : files_in(upstream_, folder))
                if (is_of_a_checksum_set(file) && !around_.is_excluded(file))
                    names.upstream.push_back(std::move(file));
            at->second.sets = sets_to_read(names);
            for (const auto& set : at->second.sets) {
                files.push_back({.path = set.list, .most = longest_checksum_list});
                for (const auto& signature : set.signatures)
                    files.push_back({.path = signature, .most = longest_checksum_list});
            }
        }
        return files;
    }

    void read_lists() {
        for (auto& [folder, known] : folders_) {
            if (known.lists) continue;
            known.lists.emplace();
            for (const auto& names : known.sets) {
                auto list = read_one(names);
                if (!list) {
                    fault_ = list.error();
                    return;
                }
                known.lists->push_back(std::move(*list));
            }
        }
    }

    // Where a folder is not good, older versions than its images may be chosen elsewhere.
    void choose() {
        for (bool is_other = true; is_other;) {
            is_other = false;
            chosen_ = newest_of(candidates(), wish_.newest);
            for (auto& [folder, known] : folders_) {
                if (bad_.contains(folder)) continue;
                known.verdict = judge(folder, known);
                if (known.verdict.fault.empty()) known.verdict.fault = fault_of_a_copy(folder);
                if (!known.verdict.fault.empty()) is_other = bad_.insert(folder).second;
                for (const auto& image : known.verdict.untold)
                    is_other = untold_.insert(image).second || is_other;
                if (is_other) break;
            }
        }
    }

    // What the tree has counts where it stays: of a folder that is not good, say.
    std::vector<RelPath> candidates() {
        std::vector<RelPath> fit;
        std::copy_if(images_.begin(), images_.end(), std::back_inserter(fit), [&](const RelPath& image) {
            return !bad_.contains(image.parent()) && !untold_.contains(image);
        });
        if (bad_.empty() && untold_.empty()) return fit;
        for (auto& image : images_of(held_listing(), may_be_image_))
            if (bad_.contains(image.parent()) || staying_.contains(image.parent()) || untold_.contains(image))
                fit.push_back(std::move(image));
        return fit;
    }

    // Empty for one that is none. What may be the same is asked for, and told of in the next round.
    std::string fault_of_a_copy(const RelPath& folder) {
        const auto images = told_in(folder);
        if (wish_.newest == 0 || images.empty()) return {};
        const auto told = of_images(told_of(folder), images);
        if (!is_news(told)) return {};
        std::set<RelPath> folders;
        for (auto& twin : twins_of(images, images_)) {
            folders.insert(twin.parent());
            twins_.insert(std::move(twin));
        }
        for (const auto& twin : twins_of(images, images_of(held_listing(), may_be_image_)))
            folders.insert(twin.parent());
        std::vector<const ToldFolder*> others;
        others.reserve(folders.size());
        for (const auto& other : folders)
            others.push_back(&told_of(other));
        const auto originals = copied_from(told, others);
        if (originals.empty()) return {};
        for (const auto& original : originals)
            if (std::none_of(images_.begin(), images_.end(),
                             [&](const RelPath& image) { return image.parent() == original; }))
                staying_.insert(original);
        return is_copy_of(originals);
    }

    const ToldFolder& told_of(const RelPath& folder) {
        const auto known = folders_.find(folder);
        const auto* lists = known != folders_.end() && known->second.lists ? &*known->second.lists : nullptr;
        return told_.of(folder, lists, held_listing());
    }

    SetVerdict judge(const RelPath& folder, const ImageFolder& known) const {
        const ImageSet set{.images = told_in(folder),
                           .lists = known.lists.value(),
                           .must_be_signed = wish_.keyring.has_value()};
        if (set.images.empty()) return {};
        if (known.sets.empty()) return {.fault = "there is no checksum list"};
        return judge_set(set, [&](const RelPath& image) { return signature_of(image).has_value(); });
    }

    Result<ReadSet> read_one(const ChecksumSet& set) const {
        SetTexts texts;
        const auto& list = texts_.at(set.list);
        const auto without = [&](const RelPath& path, const Error& why) {
            return ReadSet{.set = set, .fault = escape_text(path.str()) + " cannot be had: " + why.text()};
        };
        if (!list) return without(set.list, list.error());
        texts.list = *list;
        for (const auto& path : set.signatures) {
            const auto& signature = texts_.at(path);
            if (!signature) return without(path, signature.error());
            texts.signatures.push_back(*signature);
        }
        return read_set(set, texts, verifier_, ListRule::require);
    }

    std::vector<RelPath> chosen_in(const RelPath& folder) const {
        std::vector<RelPath> images;
        std::copy_if(chosen_.begin(), chosen_.end(), std::back_inserter(images),
                     [&](const RelPath& image) { return image.parent() == folder; });
        return images;
    }

    std::vector<RelPath> told_in(const RelPath& folder) const {
        auto images = chosen_in(folder);
        std::erase_if(images, [&](const RelPath& image) { return untold_.contains(image); });
        return images;
    }

    std::optional<RelPath> signature_of(const RelPath& image) const {
        for (auto& file : files_in(upstream_, image.parent()))
            if (is_signature_of(file.name(), image.name())) return std::move(file);
        return std::nullopt;
    }

    // ---- what is selected

    void list_folder(const RelPath& folder, const std::vector<RelPath>& images, const SetVerdict& verdict,
                     Selected& selected) {
        FileSet set{.folder = folder};
        auto& part = selected.parts.emplace_back(SelectedPart{.name = shown(folder)});
        for (const auto& image : images) {
            add_file(image, verdict, set, selected);
            ++part.files;
            part.bytes += upstream_.find(image)->size;
        }
        for (const auto& file : files_in(upstream_, folder))
            if (belongs_to(file, images) && !around_.is_excluded(file))
                add_file(file, verdict, set, selected);
        for (const auto& list : verdict.held)
            add_file(list, verdict, set, selected);
        for (const auto& image : verdict.need_signature)
            selected.to_be_signed.files.push_back({.path = image, .signature = signature_of(image).value()});
        for (const auto& link : files_in(upstream_, folder, EntryKind::link))
            if (leads_to_one_of(link, images)) add_file(link, verdict, set, selected);
        for (auto at = folder; !at.is_root(); at = at.parent())
            if (const auto place = upstream_.place_of(at); place && !files_->has(at))
                files_->add(at.parent(), upstream_.at(*place));
        selected.sets.push_back(std::move(set));
    }

    bool leads_to_one_of(const RelPath& link, const std::vector<RelPath>& images) const {
        if (!may_be_image(link)) return false;
        const auto entry = upstream_.find(link);
        const auto end = end_of_link(link, entry->target, [](std::string_view) { return nullptr; }).path;
        return end && std::any_of(images.begin(), images.end(),
                                  [&](const RelPath& image) { return image.str() == *end; });
    }

    void add_file(const RelPath& path, const SetVerdict& verdict, FileSet& set, Selected& selected) {
        if (files_->has(path)) return;
        auto listed = upstream_.at(upstream_.place_of(path).value());
        const auto sum = verdict.sums.find(path);
        if (sum != verdict.sums.end() && listed.entry.kind == EntryKind::file) {
            listed.entry.digest = sum->second.digest();
            if (!listed.entry.digest) selected.sums.emplace(path, sum->second);
            // What is as large and as old as before may be what an older list told of.
            if (!listed.entry.digest) listed.sureness.time = Sure::none;
        }
        files_->add(path.parent(), listed);
        set.files.push_back(path);
    }

    // What the lists that are held tell of besides.
    std::vector<NotHeldFile> not_held() const {
        std::vector<NotHeldFile> files;
        for (const auto& [folder, known] : folders_) {
            if (bad_.contains(folder) || told_in(folder).empty()) continue;
            for (const auto& [path, sum] : known.verdict.sums) {
                const auto entry = upstream_.find(path);
                if (files_->has(path) || (entry && entry->hidden)) continue;
                // Of what was not listed nobody knows whether it is open, nor how large it is.
                if (entry)
                    files.push_back({path, entry->size, sum.digest()});
                else
                    files.push_back({path, 0, std::nullopt});
            }
        }
        return files;
    }

    std::string first_fault() const {
        for (const auto& [folder, known] : folders_)
            if (bad_.contains(folder)) return escape_text(shown(folder)) + ": " + known.verdict.fault;
        return "no folder has images that are chosen";
    }

    // What the tree has of a folder that is not good.
    void leave_as_it_is(const RelPath& folder, const std::string& why) {
        files_->leave_out(folder, why);
        if (!chosen_in(folder).empty()) keep_what_is_held(folder);
    }

    void keep_what_is_held(const RelPath& folder) {
        const auto& held = held_listing();
        const auto* names = held.folder(folder);
        for (std::size_t at = 0; names != nullptr && at < names->size(); ++at)
            if (names->kind(at) != EntryKind::folder) files_->add(folder, names->at(at));
    }

    // The same of one image of which no list tells, with what belongs to it.
    void leave_as_it_is(const RelPath& image) {
        files_->leave_out(image, nobody_tells_of(image));
        const auto& held = held_listing();
        if (std::find(chosen_.begin(), chosen_.end(), image) == chosen_.end()) return;
        for (const auto& file : files_in(held, image.parent()))
            if (file == image || is_companion(file.name(), image.name()))
                files_->add(file.parent(), held.at(held.place_of(file).value()));
    }

    const Listing& held_listing() {
        if (!held_) {
            held_ = around_.held_listing ? around_.held_listing() : Listing();
            if (!held_->finish()) held_ = Listing();
        }
        return *held_;
    }

    void tell_what_goes(const Listing& listing, Selected& selected) {
        const auto& held = held_listing();
        const auto files = files_that_go(held, listing);
        if (files.empty()) return;
        auto images = images_of(held, may_be_image_);
        if (wish_.newest > 0) selected.superseded = superseded_by(chosen_, images, files);
        std::erase_if(images, [&](const RelPath& image) { return is_file(listing, image); });
        if (wish_.newest > 0) selected.held_reason = went_back(chosen_, images);
        for (auto& set : selected.sets)
            set.replaced = replaced_by(set.files, images, files);
    }

    const ImagesWish& wish_;
    MetadataSurroundings around_;
    Verifier verifier_;
    std::optional<Error> fault_;
    int rounds_ = 0;
    Listing upstream_;
    std::vector<RelPath> images_, chosen_;
    std::map<RelPath, ImageFolder> folders_;
    std::unordered_set<RelPath> bad_;  // folders
    std::unordered_set<RelPath>
        staying_;                       // that the tree has, and the upstream shows under other names alone
    std::set<RelPath> twins_, untold_;  // images: that may be others again, and of which no list tells
    ToldFolders told_;
    const std::function<bool(const RelPath&)> may_be_image_ = [this](const RelPath& path) {
        return may_be_image(path);
    };
    std::unordered_map<RelPath, Result<std::string>> texts_;
    std::optional<Listing> held_;
    std::optional<SelectedFiles> files_;
};

}  // namespace

std::unique_ptr<MetadataListing> images_listing(const ImagesWish& wish, const MetadataSurroundings& around) {
    return std::make_unique<ImagesListing>(wish, around);
}

}  // namespace mirrorseed::sync::images
