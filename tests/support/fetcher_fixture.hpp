// The fetcher between an upstream that does what a test says and a landing that remembers.
#pragma once

#include "sync/fetcher.hpp"

#include "tests/support/listed.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// Does with each order what it is told, on as many lanes.
class FakeUpstream final : public Upstream {
public:
    using Deed = std::function<void(Orders&, Order&)>;
    explicit FakeUpstream(Deed deed, unsigned lanes = 1) : deed_(std::move(deed)), lanes_(lanes) {}

    const std::string& name() const override { return name_; }
    Result<Listing> list(const Selection&, Progress&) override { return Listing(); }
    Result<std::optional<Entry>> look(const RelPath&, Progress&) override { return std::optional<Entry>(); }
    unsigned lanes() const override { return lanes_; }
    HostGuest guest() const override { return host; }
    void bring(Orders& orders, Progress&) override {
        for (auto taken = orders.take(at_once, bytes_at_once); !taken.empty();
             taken = orders.take(at_once, bytes_at_once))
            for (auto* order : taken)
                deed_(orders, *order);
    }

    HostGuest host{};
    std::size_t at_once = 1;
    Bytes bytes_at_once = 1;

private:
    std::string name_ = "fake://upstream/";
    Deed deed_;
    unsigned lanes_;
};

class FakeLanding final : public Landing {
public:
    explicit FakeLanding(std::string folder) : folder_(std::move(folder)) {}

    Result<Folder> staging() override { return Folder::make(folder_ + "/staging"); }
    std::optional<Entry> current(const RelPath& path) override {
        return path.str().starts_with("current") ? std::optional(test::stored("current")) : std::nullopt;
    }
    Status show_current(const RelPath&, const Entry&, const Folder&, const RelPath&) override { return {}; }
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival,
                         Acquire acquire) override {
        const std::lock_guard lock(mutex_);
        if (arrival.item.path.str().starts_with("no-room")) return Error(Fault::no_space, "the disk is full");
        if (acquire == Acquire::move) (void)from.remove_file(name).value();
        if (arrival.item.path.str().starts_with("withdrawn")) return Verdict::withdrawn;
        return Verdict::taken;
    }
    Status commit(std::vector<Arrival>& batch) override {
        ++commits;
        if (on_commit) {
            const auto may = on_commit();
            if (!may) return may;
        }
        for (auto& arrival : batch)
            EXPECT_TRUE(kept.emplace(arrival.item.path.str(), std::move(arrival)).second);
        return {};
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, arrival] : kept)
            all.push_back(name);
        return all;
    }

    std::map<std::string, Arrival> kept;
    std::function<Status()> on_commit;
    int commits = 0;

private:
    std::string folder_;
    std::mutex mutex_;
};

class FetcherFixture : public testing::Test {
protected:
    // Files of which the content is their name, in the listing's order.
    void list(const std::vector<std::string>& names) {
        test::Tree tree;
        for (const auto& name : names)
            tree.emplace_back(name, test::file_of(name));
        set_listing(tree);
    }
    void set_listing(const test::Tree& tree, Sureness sureness = Sureness::exact) {
        listing_ = test::listing_of(tree, sureness);
        for (const auto& [name, entry] : tree)
            wanted_.push_back({listing_.place_of(test::path(name)).value(), name.starts_with("current")});
        std::sort(wanted_.begin(), wanted_.end(),
                  [](const auto& a, const auto& b) { return a.place < b.place; });
    }

    Result<FetchResult> fetch(FakeUpstream upstream) {
        return fetch_files(upstream, listing_, wanted_, wish_, landing_, progress_);
    }
    Result<FetchResult> fetch(FakeUpstream::Deed deed, unsigned lanes = 1) {
        return fetch(FakeUpstream(std::move(deed), lanes));
    }

    static void write(Orders& orders, Order& order, std::string_view content) {
        const auto intake = orders.intake(order);
        ASSERT_TRUE(test::ok(intake));
        ASSERT_TRUE(test::ok((*intake)->write(as_bytes(content))));
    }
    static void bring(Orders& orders, Order& order) {
        write(orders, order, order.item.path.str());
        orders.brought(order, {});
    }

    std::vector<std::string> paths(const std::vector<Listing::Place>& places) const {
        std::vector<std::string> all;
        for (const auto place : places)
            all.push_back(listing_.path_of(place).str());
        return all;
    }
    static std::vector<std::string> paths(const std::vector<LeftOut>& items) {
        std::vector<std::string> all;
        for (const auto& item : items)
            all.push_back(item.path.str());
        return all;
    }
    std::vector<std::string> staged() const {
        std::vector<std::string> names;
        for (const auto& item : Folder::open(temp_.at("staging")).value().items().value())
            names.push_back(item.name);
        return names;
    }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    Listing listing_;
    std::vector<Plan::Fetch> wanted_;
    FetchWish wish_{.retry = {.retries = 3,
                              .first = std::chrono::milliseconds(1),
                              .longest = std::chrono::milliseconds(2),
                              .longest_asked = std::chrono::milliseconds(1)}};
    FakeLanding landing_{temp_.path()};
    Progress progress_;
};

}  // namespace mirrorseed::sync
