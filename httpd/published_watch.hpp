// Knows, without asking the database, whether a store's published trees are as they were.
//
// Each commit changes a number in shared memory (core/store/commit_mark.hpp). While it
// is the one that was seen last, what was found in the present epoch is good. When
// it is another one, the next look-up checks whether readers see anything else, and
// moves the epoch on when they do: after a publish, a withdrawal, or when another
// catalogue has taken the place of the old. So no answer is older than the commit
// that came before its request. Safe from any thread.
#pragma once

#include "core/store/catalogue.hpp"
#include "core/store/commit_mark.hpp"
#include "httpd/still_holds.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mirrorseed::httpd {

class PublishedWatch {
public:
    explicit PublishedWatch(std::string catalogue_file);
    ~PublishedWatch();
    PublishedWatch(const PublishedWatch&) = delete;
    PublishedWatch& operator=(const PublishedWatch&) = delete;

    // The present epoch. May ask the database.
    std::uint64_t epoch();
    // At once.
    Holds holds_since(std::uint64_t epoch) const noexcept;

private:
    void start();  // a thread, not before it is wanted
    void look_again();
    void open_anew();
    std::string what_is_published();

    const std::string file_;
    std::mutex mutex_;  // over all but the atomics
    std::string identity_;
    std::string published_;  // a text that is another one when readers see something else
    // One for each time that the file was opened. Somebody may still look at the mark of the one before, so
    // it stays for a while.
    struct Opened {
        Catalogue catalogue;
        std::optional<CommitMark> mark{};
        std::chrono::steady_clock::time_point left{};
    };
    std::list<Opened> opened_;
    bool readable_ = false;  // the last one
    std::chrono::steady_clock::time_point tried_{};
    std::atomic<const CommitMark*> mark_ = nullptr;
    std::atomic<std::uint64_t> seen_ = 0;  // what the mark was before `published_` was read
    std::atomic<std::uint64_t> epoch_ = 0;
    std::condition_variable_any changed_;
    std::jthread looking_for_another_file_;
};

}  // namespace mirrorseed::httpd
