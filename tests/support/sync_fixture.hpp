// A store and an upstream in a temporary folder, a clock that is wound by hand, and words for what happens to
// them.
#pragma once

#include "sync/generation/operator_jobs.hpp"
#include "sync/generation/recover.hpp"
#include "sync/generation/upkeep.hpp"
#include "sync/run/sync_job.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::test {

class SyncFixture : public testing::Test {
protected:
    using Names = std::vector<std::string>;

    static constexpr UnixTime noon = 1'700'000'000;

    SyncFixture() {
        temp_.write("up/.keep", "", noon);  // an upstream is never without a folder
        reopen();
        wish_.tree = "debian";
        wish_.upstreams = {"file://" + temp_.at("up")};
        wish_.max_delete = {true, 100, 0};
        wish_.rest_between_listings = {};
        wish_.keeping.grace = {};
    }

    void reopen() {
        store_.reset();
        store_.emplace(Store::open(places_, "a test").value());
    }

    void upstream_has(std::string_view name, std::string_view content, UnixTime time = noon) const {
        temp_.write("up/" + std::string(name), content, time);
    }
    void upstream_drops(std::string_view name) const { temp_.remove("up/" + std::string(name)); }

    // Each run begins a minute after the one before.
    sync::SyncResult sync() {
        now_ += 60;
        return sync::sync_tree(*store_, wish_, clock_, progress_);
    }

    sync::Publisher publisher_of_wish() {
        return {*store_, [this](const std::string&) { return wish_.keeping; }, wish_.describe, clock_,
                progress_};
    }

    TreeRow tree() { return store_->catalogue().trees().find(wish_.tree).value(); }
    GenerationRow generation(Generation number) {
        return store_->catalogue().trees().generation(tree().id, number).value();
    }
    std::optional<Entry> find(std::string_view name, std::optional<Generation> generation = {}) {
        return store_->catalogue().entries().find(tree().id, generation.value_or(tree().generation),
                                                  path(name));
    }
    // Every path of a generation but .keep, with what it holds.
    std::map<std::string, Entry> everything(Generation generation) {
        std::map<std::string, Entry> all;
        const auto source = store_->catalogue().entries().all(tree().id, generation);
        std::string_view folder;
        while (const auto* item = source->next(folder))
            if (item->name != ".keep") all[(path(folder) / path(item->name)).str()] = item->entry;
        return all;
    }
    Names paths() {
        Names names;
        for (const auto& [name, entry] : everything(tree().generation))
            names.push_back(name);
        return names;
    }
    bool has_blob(std::string_view content) const { return store_->blobs().has(digest_of_text(content)); }
    std::string blob_place(std::string_view content) const {
        const auto hex = digest_of_text(content).hex();
        return "store/blobs/sha256/" + hex.substr(0, 2) + "/" + hex;
    }
    std::vector<std::string> manifests() const {
        std::vector<std::string> names;
        const auto folder = Folder::open(temp_.at("store/manifests/debian")).value();
        for (const auto& item : folder.items().value())
            names.push_back(item.name);
        return names;
    }
    std::string shown(std::string_view name) const {
        return temp_.read("store/trees/debian/" + std::string(name));
    }
    bool is_shown(std::string_view name) const {
        return temp_.has("store/trees/debian/" + std::string(name));
    }

    // A generation's numbers are those of its rows.
    void expect_true_numbers() {
        const auto row = generation(tree().generation);
        std::uint64_t entries = 0, files = 0;
        Bytes bytes = 0;
        const auto source = store_->catalogue().entries().all(tree().id, tree().generation);
        std::string_view folder;
        while (const auto* item = source->next(folder)) {
            ++entries;
            files += item->entry.kind == EntryKind::file ? 1 : 0;
            bytes += item->entry.size;
        }
        EXPECT_EQ(row.entries, entries);
        EXPECT_EQ(row.files, files);
        EXPECT_EQ(row.bytes, bytes);
    }

    TempFolder temp_ = TempFolder::in_memory();
    UnixTime now_ = noon;
    Clock clock_ = [this] { return now_; };
    StorePlaces places_{temp_.at("store"), ""};
    std::optional<Store> store_;
    sync::Wish wish_;
    Progress progress_;
};

inline testing::AssertionResult is(sync::Outcome wanted, const sync::SyncResult& result) {
    if (result.outcome == wanted) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "it was " << sync::outcome_name(result.outcome) << " and not " << sync::outcome_name(wanted)
           << "; held: \"" << result.held_reason << "\"; error: \""
           << (result.error ? result.error->text() : "") << '"';
}

}  // namespace mirrorseed::test
