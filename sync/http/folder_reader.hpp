// Reads one folder's index page at a time, for the walk over all of them (sync/http/http_lister.hpp).
//
// What is passing trouble (sync/http/http_answer.hpp) is tried again. What is remembered of a folder is
// written when its page says something new.
#pragma once

#include "core/http/http_client.hpp"
#include "core/progress.hpp"
#include "sync/dice.hpp"
#include "sync/http/http_site.hpp"
#include "sync/http/page_memory.hpp"
#include "sync/listing_memory.hpp"
#include "sync/retrying.hpp"
#include "sync/throttle.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace mirrorseed::sync {

// What a page stands for now, and where it was in the end.
struct FolderPage {
    FolderMemory memory;
    HttpUrl url;
};

// Used by several threads, each with a client of its own.
class FolderReader {
public:
    // All of them outlive it. Nothing is remembered without a memory.
    FolderReader(const HttpSite& site, ListingMemory* memory, Progress& progress);

    Result<FolderPage> read(BlockingHttpClient& client, const RelPath& folder);
    // The tree is there, and not where the config says; from now on the others are looked for beside it.
    void settle(const HttpUrl& root);
    HttpUrl root();
    // Nothing that is still to come is of use: requests that are under way are given up.
    void give_up();

private:
    HttpRequest request(const RelPath& folder, const std::string& validator);
    Attempt<HttpResponse> ask(BlockingHttpClient& client, const HttpRequest& request);
    Result<FolderPage> understand(const RelPath& folder, HttpResponse& response, const FolderMemory& before);
    Status stands_for(const RelPath& folder, const HttpResponse& response);
    FolderMemory recall(const RelPath& folder);
    void keep(const RelPath& folder, const FolderMemory& now, const FolderMemory& before);
    double chance();
    void rest(std::chrono::steady_clock::duration time);

    const HttpSite& site_;
    ListingMemory* memory_;
    Progress& progress_;
    Throttle throttle_;
    const Retrying retrying_{{.retries = site_.manners.retries},
                             [this] { return chance(); },
                             [this](RetryPolicy::Time time) { return rest(time), Status(); }};
    std::stop_source over_;
    std::stop_callback<std::function<void()>> on_stop_{progress_.stop_token(),
                                                       [this] { over_.request_stop(); }};
    std::mutex memory_mutex_;  // of the memory; never locked together with the other
    std::mutex mutex_;         // of all that follows
    std::condition_variable_any rested_;
    HttpUrl root_;
    Dice dice_;
};

}  // namespace mirrorseed::sync
