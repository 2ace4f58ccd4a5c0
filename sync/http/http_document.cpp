#include "sync/http/http_document.hpp"

#include "sync/http/http_answer.hpp"
#include "sync/http/http_site.hpp"
#include "sync/retrying.hpp"

namespace mirrorseed::sync {
namespace {

Attempt<HttpResponse> ask(BlockingHttpClient& client, const HttpRequest& request, const Progress& progress) {
    auto response = client.fetch(request, nullptr, progress.stop_token());
    if (!response) {
        const auto trouble = trouble_of(response.error());
        return {trouble.error, trouble.again, trouble.asked};
    }
    if (response->status == 200 && !is_encoded(*response)) return {std::move(response)};
    if (response->is_success())
        return {Error(Fault::unsupported, response->url.shown() + ": the answer is no whole document")};
    const auto trouble = trouble_of(*response);
    return {trouble.error, trouble.again, trouble.asked};
}

}  // namespace

Result<std::string> http_document(const std::string& url, const Manners& manners, Bytes most,
                                  Progress& progress) {
    const auto parsed = HttpUrl::parse(url);
    if (!parsed) return parsed.error();
    const auto asked = with_password(*parsed, manners.password);
    if (!asked) return asked.error();
    const auto options = client_options(manners);
    if (!options) return options.error();
    auto client = BlockingHttpClient::make(*options);
    if (!client) return client.error();
    const auto guest = HostPlaces::enter(manners.places, upstream_host(url), 1, manners.haste);
    const auto place = guest.take_while([&] { return !progress.stop_requested(); });
    if (!place) return progress.go_on().error();
    HttpRequest request{.url = *asked,
                        .limits = {.connect = manners.timeout,
                                   .silence = manners.timeout,
                                   .slowest = manners.min_rate,
                                   .body = most}};
    Dice dice;
    const auto retrying = Retrying::with(manners.retries, dice, progress);
    auto answer = try_often<HttpResponse>(retrying, [&] { return ask(*client, request, progress); }).outcome;
    if (!answer) return answer.error();
    return std::move(answer->body);
}

}  // namespace mirrorseed::sync
