#include "app/release/http_seed_asker.hpp"

#include "core/http/http_fault.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::app {
namespace {

using torrentgen::SeedAnswer;
using torrentgen::SeedQuestion;

// As long as libtorrent waits for a byte.
constexpr std::chrono::seconds longest_silence{20};

// Takes the part that was asked for, and nothing of a whole file that comes in its place.
class PartSink final : public HttpSink {
public:
    explicit PartSink(Progress& progress) : progress_(progress) {}

    Result<Use> begin(const HttpResponse& head) override {
        status = head.status;
        const bool encoded = head.field("content-encoding").value_or("identity") != "identity";
        return head.status == 206 && !encoded ? Use::take : Use::leave;
    }
    boost::asio::awaitable<Status> take(ByteSpan piece) override {
        body.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        progress_.bytes_done(piece.size());
        co_return Status();
    }

    std::string body;
    unsigned status = 0;  // of the last head that came

private:
    Progress& progress_;
};

HttpRequest request_for(const SeedQuestion& question, std::chrono::steady_clock::duration at_most) {
    HttpRequest request;
    request.url = question.url;
    request.fields = {{"Range", fmt::format("bytes={}-{}", question.begin, question.end - 1)}};
    request.limits.silence = std::min<std::chrono::steady_clock::duration>(longest_silence, at_most);
    request.limits.connect = request.limits.silence;
    request.limits.total = at_most;
    request.limits.body = question.end - question.begin;
    return request;
}

// A whole file in place of a range is larger than it may be, and no fault but an answer.
SeedAnswer answer_of(const HttpResponse& response, std::string body) {
    SeedAnswer answer;
    answer.status = response.status;
    answer.content_range = response.field("content-range").value_or("");
    answer.content_encoding = response.field("content-encoding").value_or("");
    if (response.redirects > 0) answer.redirected_to = response.url.host();
    answer.body = std::move(body);
    return answer;
}

}  // namespace

HttpSeedAsker::HttpSeedAsker(BlockingHttpClient client, std::chrono::seconds at_most, Progress& progress)
    : client_(std::move(client)), at_most_(at_most), progress_(progress) {}

HttpSeedAsker::~HttpSeedAsker() {
    progress_.file_done();
}

SeedAnswer HttpSeedAsker::ask(const SeedQuestion& question, std::chrono::steady_clock::duration at_most) {
    const auto limit = std::min<std::chrono::steady_clock::duration>(at_most, at_most_);
    PartSink sink(progress_);
    const auto response = client_.fetch(request_for(question, limit), &sink, progress_.stop_token());
    if (response) return answer_of(*response, std::move(sink.body));
    const auto error = response.error();
    SeedAnswer answer;
    answer.fault = http_fault_of(error).value_or(HttpFault::malformed);
    answer.fault_text = error.text();
    answer.status = sink.status;
    if (answer.fault == HttpFault::too_private) answer.fault_text += "; --allow-private asks it";
    answer.body = std::move(sink.body);  // what came before the time was over tells of the speed
    return answer;
}

}  // namespace mirrorseed::app
