#include "sync/http/folder_reader.hpp"

#include "core/http/http_fault.hpp"
#include "sync/http/http_answer.hpp"
#include "sync/http/index_page.hpp"

namespace mirrorseed::sync {
namespace {

// The validator of a page that stands for all that it says. Apache's, where there is one, is the folder's own
// time, which knows nothing of a file that was written in place.
std::string page_validator(const HttpResponse& response) {
    const auto server = response.field("server").value_or("");
    const auto validator = validator_of(response);
    return is_tag(validator) && !server.starts_with("Apache") ? validator : "";
}

// Nothing is written where nothing is new, so that a folder at rest costs no write.
bool is_news(const FolderMemory& now, FolderMemory before) {
    if (!is_of_use(now)) return before != FolderMemory();
    before.read_at = now.read_at;
    return !is_all_known(now) || before != now;
}

Error with_failures(const Error& error, unsigned failures) {
    if (failures < 2) return error;
    return {error.code(), error.text() + ", " + std::to_string(failures) + " times in a row"};
}

}  // namespace

FolderReader::FolderReader(const HttpSite& site, ListingMemory* memory, Progress& progress)
    : site_(site),
      memory_(memory),
      progress_(progress),
      throttle_(site.manners.rate_limit),
      root_(site.root) {}

Result<FolderPage> FolderReader::read(BlockingHttpClient& client, const RelPath& folder) {
    const auto before = recall(folder);
    auto [response, failures] =
        try_often<HttpResponse>(retrying_, [&] { return ask(client, request(folder, before.validator)); });
    if (!response) return with_failures(response.error(), failures);
    return understand(folder, *response, before);
}

void FolderReader::settle(const HttpUrl& root) {
    const std::lock_guard lock(mutex_);
    root_ = root;
}

HttpUrl FolderReader::root() {
    const std::lock_guard lock(mutex_);
    return root_;
}

void FolderReader::give_up() {
    over_.request_stop();
}

Attempt<HttpResponse> FolderReader::ask(BlockingHttpClient& client, const HttpRequest& request) {
    if (over_.stop_requested()) return {http_error(HttpFault::stopped, "stopped")};
    auto response = client.fetch(request, nullptr, over_.get_token());
    const bool is_good = response && (response->is_success() || response->status == 304);
    if (is_good) return {std::move(response)};
    auto trouble = response ? trouble_of(*response) : trouble_of(response.error());
    return {std::move(trouble.error), trouble.again, trouble.asked};
}

HttpRequest FolderReader::request(const RelPath& folder, const std::string& validator) {
    HttpRequest asked{.url = folder_url(root(), folder), .limits = site_.limits()};
    asked.limits.body = largest_index_page;
    asked.fields.push_back({"Accept", "application/json, text/html;q=0.9, */*;q=0.5"});
    if (!validator.empty()) asked.fields.push_back({"If-None-Match", validator});
    return asked;
}

Result<FolderPage> FolderReader::understand(const RelPath& folder, HttpResponse& response,
                                            const FolderMemory& before) {
    const auto is_there = stands_for(folder, response);
    if (!is_there) return is_there.error();
    if (response.status == 304 && before.validator.empty()) return trouble_of(response).error;
    if (response.status == 304) return FolderPage{before, std::move(response.url)};
    if (is_encoded(response))
        return Error(Fault::unsupported, response.url.shown() + ": the page came compressed, unasked");
    rest(throttle_.take(response.body_size));
    auto items = parse_index_page(response.url, response.field("content-type").value_or(""), response.body);
    if (!items) return items.error();
    auto now = remember(std::move(*items), before);
    now.validator = page_validator(response);
    now.read_at = date_of(response).value_or(0);
    keep(folder, now, before);
    return FolderPage{std::move(now), std::move(response.url)};
}

// A redirect may lead to another site, but not to another folder: what would be listed then is not what was
// asked for.
Status FolderReader::stands_for(const RelPath& folder, const HttpResponse& response) {
    const auto asked = folder_url(root(), folder);
    const auto& target = response.url.target();
    const auto below = folder_url(HttpUrl(), folder).target();
    const bool is_good = response.url.same_origin(asked)
                             ? target == asked.target()
                             : target.ends_with(below) && target.find('?') == target.npos;
    if (is_good) return {};
    return Error(Fault::refused,
                 asked.shown() + " redirects to " + response.url.shown() +
                     (folder.is_root() ? "; if that is where the tree is, name that as its upstream"
                                       : ", which is another folder"));
}

FolderMemory FolderReader::recall(const RelPath& folder) {
    if (memory_ == nullptr) return {};
    const std::lock_guard lock(memory_mutex_);
    return unpack(memory_->recall(folder)).value_or(FolderMemory());
}

void FolderReader::keep(const RelPath& folder, const FolderMemory& now, const FolderMemory& before) {
    if (memory_ == nullptr || !is_news(now, before)) return;
    const auto bytes = is_of_use(now) ? pack(now) : "";
    const std::lock_guard lock(memory_mutex_);
    memory_->keep(folder, bytes);
}

double FolderReader::chance() {
    const std::lock_guard lock(mutex_);
    return dice_();
}

// Shorter when somebody asks to stop, or there is nothing left to wait for.
void FolderReader::rest(std::chrono::steady_clock::duration time) {
    if (time <= std::chrono::steady_clock::duration(0)) return;
    std::unique_lock lock(mutex_);
    rested_.wait_for(lock, over_.get_token(), time, [] { return false; });
}

}  // namespace mirrorseed::sync
