#include "torrentgen/seed_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace mirrorseed::torrentgen {
namespace {

using Clock = std::chrono::steady_clock;

bool contains(const std::vector<SeedClient>& clients, SeedClient client) {
    return std::ranges::find(clients, client) != clients.end();
}

class SeedCheck {
public:
    SeedCheck(const Torrent& torrent, const std::string& seed, SeedAsker& asker,
              const SeedCheckOptions& options)
        : torrent_(torrent),
          map_(torrent),
          asker_(asker),
          options_(options),
          end_(Clock::now() + options.time) {
        report_.url = seed;
        for (const auto client : clients_of(torrent.format))
            report_.clients.push_back({client, {}});
    }

    SeedReport run(std::span<const std::uint64_t> pieces) {
        if (pieces.empty())
            fail(living(), {SeedTrouble::malformed, "the torrent has no piece that could be asked for"});
        for (const auto piece : pieces)
            if (!living().empty()) check_piece(piece);
        fail(living(), judge_rate(came_, took_, options_.slowest));
        report_.verdict = conclude(report_.clients, report_.redirects_to);
        return std::move(report_);
    }

private:
    // Clients that have asked for the same URLs so far, and what these gave.
    struct Group {
        std::vector<SeedClient> clients;
        std::string bytes;
    };

    std::vector<SeedClient> living() const {
        std::vector<SeedClient> found;
        for (const auto& client : report_.clients)
            if (client.verdict.is_ok()) found.push_back(client.client);
        return found;
    }

    void fail(const std::vector<SeedClient>& clients, const SeedVerdict& verdict) {
        for (auto& client : report_.clients)
            if (client.verdict.is_ok() && contains(clients, client.client)) client.verdict = verdict;
    }

    void check_piece(std::uint64_t piece) {
        std::vector<Group> groups{{living(), {}}};
        for (const auto& slice : map_.slices(piece)) {
            if (torrent_.files[slice.file].pad)
                for (auto& group : groups)
                    group.bytes.append(slice.length, '\0');
            else
                groups = split(std::move(groups), slice);
        }
        for (const auto& group : groups) {
            if (!map_.matches(piece, as_bytes(group.bytes)))
                fail(group.clients,
                     {SeedTrouble::wrong_bytes, fmt::format("wrong bytes: piece {} does not match", piece)});
            else if (contains(group.clients, report_.clients.front().client))
                report_.checked_bytes += asked_size(piece);
        }
    }

    Bytes asked_size(std::uint64_t piece) const {
        Bytes size = 0;
        for (const auto& slice : map_.slices(piece))
            if (!torrent_.files[slice.file].pad) size += slice.length;
        return size;
    }

    // Each group goes on with what its clients' URLs give; those for whom they give nothing drop out.
    std::vector<Group> split(std::vector<Group> groups, const Slice& slice) {
        const auto wishes = seed_wishes(report_.url, torrent_, slice.file);
        if (!wishes) {
            fail(living(), {SeedTrouble::bad_url, wishes.error().text()});
            return {};
        }
        std::vector<Group> after;
        for (const auto& wish : wishes->wishes) {
            std::optional<std::string> bytes;
            for (auto& group : groups) {
                Group part{{}, {}};
                for (const auto client : group.clients)
                    if (contains(wish.clients, client)) part.clients.push_back(client);
                if (part.clients.empty()) continue;
                if (!bytes) bytes = ask(wish, slice);
                if (!bytes) break;
                const bool all = part.clients.size() == group.clients.size();
                part.bytes = all ? std::move(group.bytes) : group.bytes;
                part.bytes += *bytes;
                after.push_back(std::move(part));
            }
        }
        return after;
    }

    // Nothing when the answer was bad; then its clients have failed.
    std::optional<std::string> ask(const SeedWish& wish, const Slice& slice) {
        const auto begun = Clock::now();
        if (begun >= end_) {
            fail(wish.clients, {SeedTrouble::timed_out, "not done within the time for one seed"});
            return std::nullopt;
        }
        const SeedQuestion question{wish.url, slice.offset, slice.offset + slice.length,
                                    torrent_.files[slice.file].length};
        auto answer = asker_.ask(question, end_ - begun);
        took_ += Clock::now() - begun;
        came_ += answer.body.size();
        if (const auto verdict = judge(question, answer); !verdict.is_ok()) {
            fail(wish.clients, verdict);
            return std::nullopt;
        }
        if (!answer.redirected_to.empty()) report_.redirects_to = answer.redirected_to;
        return std::move(answer.body);
    }

    const Torrent& torrent_;
    PieceMap map_;
    SeedAsker& asker_;
    const SeedCheckOptions& options_;
    Clock::time_point end_;
    Clock::duration took_{};
    Bytes came_ = 0;
    SeedReport report_;
};

}  // namespace

SeedReport check_seed(const Torrent& torrent, const std::string& seed, std::span<const std::uint64_t> pieces,
                      SeedAsker& asker, const SeedCheckOptions& options) {
    return SeedCheck(torrent, seed, asker, options).run(pieces);
}

std::vector<SeedReport> check_seeds(const Torrent& torrent, std::span<const std::string> seeds,
                                    const MakeSeedAsker& make_asker, const SeedCheckOptions& options,
                                    const Dice& dice) {
    const auto pieces = choose_pieces(torrent, PieceMap(torrent), options.budget, dice);
    std::vector<SeedReport> reports(seeds.size());
    std::atomic<std::size_t> next = 0;
    std::exception_ptr escaped;
    std::mutex escaped_mutex;
    const auto work = [&] {
        try {
            for (std::size_t at = next++; at < seeds.size(); at = next++)
                reports[at] = check_seed(torrent, seeds[at], pieces, *make_asker(seeds[at]), options);
        } catch (...) {
            const std::lock_guard lock(escaped_mutex);
            escaped = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < std::min(options.at_once, seeds.size()); ++i)
            threads.emplace_back(work);
    }
    if (escaped) std::rethrow_exception(escaped);
    return reports;
}

}  // namespace mirrorseed::torrentgen
