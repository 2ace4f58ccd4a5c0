#include "sync/http/http_upstream.hpp"

#include "sync/http/http_answer.hpp"
#include "sync/http/http_bringer.hpp"
#include "sync/http/http_lister.hpp"
#include "sync/http/moved_folders.hpp"
#include "sync/retrying.hpp"

namespace mirrorseed::sync {
namespace {

// What was not there twice, although it was listed again in between, is a link to nothing. Once, it may have
// gone between the listing and the question.
constexpr unsigned enough = 2;

std::optional<Entry> entry_of(const HttpResponse& head) {
    const auto mtime = last_modified(head).value_or(FileTime());
    if (head.url.target().ends_with('/'))
        return Entry{.kind = EntryKind::folder, .mode = 0755, .mtime = mtime};
    return Entry{.size = content_length(head).value_or(0), .mtime = mtime};
}

}  // namespace

Result<std::unique_ptr<Upstream>> HttpUpstream::open(const std::string& url, const Manners& manners,
                                                     ListingMemory* memory) {
    auto site = HttpSite::make(url, manners);
    if (!site) return site.error();
    return std::unique_ptr<Upstream>(new HttpUpstream(std::move(*site), memory));
}

Result<Listing> HttpUpstream::list(const Selection& selection, Progress& progress) {
    std::set<RelPath> absent;
    for (const auto& [path, times] : absent_)
        if (times >= enough) absent.insert(path);
    auto listed = list_site({site_, selection, memory_, absent}, progress);
    if (!listed) return listed.error();
    root_ = std::move(listed->root);
    said_ = std::move(listed->said);
    selection_ = selection;
    return std::move(listed->listing);
}

Result<std::vector<MovedFolder>> HttpUpstream::moved(const std::vector<RelPath>& folders,
                                                     Progress& progress) {
    std::vector<RelPath> to_read;
    for (const auto& folder : folders)
        if (said_.contains(folder)) to_read.push_back(folder);
    return moved_folders({site_, root_, said_, selection_}, to_read, progress);
}

Result<std::optional<Entry>> HttpUpstream::look(const RelPath& path, Progress& progress) {
    const auto place = site_.guest.take_while([&] { return !progress.stop_requested(); });
    if (!place) return progress.go_on().error();
    auto client = BlockingHttpClient::make(site_.client);
    if (!client) return client.error();
    Dice dice;
    const auto ask = [&]() -> Attempt<std::optional<Entry>> {
        const auto response = client->fetch(
            {.method = HttpMethod::head, .url = file_url(root_, path), .limits = site_.limits()}, nullptr,
            progress.stop_token());
        if (response && response->is_success()) return {entry_of(*response)};
        const auto trouble = response ? trouble_of(*response) : trouble_of(response.error());
        if (trouble.error.is(Fault::not_found)) return {std::optional<Entry>()};
        return {trouble.error, trouble.again, trouble.asked};
    };
    const auto retrying = Retrying::with(site_.manners.retries, dice, progress);
    return try_often<std::optional<Entry>>(retrying, ask).outcome;
}

void HttpUpstream::bring(Orders& orders, Progress& progress) {
    const auto note_absent = [this](const RelPath& path) {
        const std::lock_guard lock(absent_mutex_);
        ++absent_[path];
    };
    bring_from_site({site_, root_, throttle_, note_absent}, orders, progress);
}

}  // namespace mirrorseed::sync
