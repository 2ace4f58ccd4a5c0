// A single file that is wanted from an upstream, and what became of it.
#pragma once

#include "sync/upstream.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace mirrorseed::test {

class OneOrder final : public sync::Orders {
public:
    // Bytes go to `staged`, of which the first `from` are there already.
    OneOrder(Folder staging, RelPath staged, sync::Order order, Bytes from = 0)
        : staging_(std::move(staging)), staged_(std::move(staged)), order_(std::move(order)), from_(from) {}

    std::vector<sync::Order*> take(std::size_t, Bytes) override {
        if (given_) return {};
        given_ = true;
        return {&order_};
    }
    Result<Intake*> intake(sync::Order&) override {
        auto opened = Intake::open(staging_, staged_, from_, {});
        if (!opened) return opened.error();
        return &intake_.emplace(std::move(*opened));
    }
    Result<Intake*> start_over(sync::Order& order) override {
        intake_.reset();
        from_ = 0;
        return intake(order);
    }
    const Folder& staging() const override { return staging_; }
    Status show_current(const sync::Order&, const Folder&, const RelPath&) override {
        return Error(Fault::not_found, "nothing is here");
    }
    void give_up(const Error& why) override { end(why); }
    void brought(sync::Order&, const sync::Told& answer) override {
        end({});
        told = answer;
    }
    void landed(sync::Order&, const Folder& folder, const RelPath& name, sync::Acquire) override {
        end({});
        landed_at = folder.path() + "/" + name.str();
    }
    void still_same(sync::Order&) override {
        end({});
        was_same = true;
    }
    void failed(sync::Order&, const Error& why, sync::Again when,
                std::optional<std::chrono::milliseconds> asked) override {
        end(why);
        again = when;
        asked_wait = asked;
    }

    std::optional<Status> outcome;  // nothing: it did not end
    std::optional<sync::Told> told;
    std::optional<sync::Again> again;
    std::optional<std::chrono::milliseconds> asked_wait;
    std::string landed_at;
    bool was_same = false;

private:
    void end(Status how) {
        EXPECT_FALSE(outcome) << "an order ends once";
        outcome = std::move(how);
        intake_.reset();
    }

    Folder staging_;
    RelPath staged_;
    sync::Order order_;
    Bytes from_;
    std::optional<Intake> intake_;
    bool given_ = false;
};

}  // namespace mirrorseed::test
