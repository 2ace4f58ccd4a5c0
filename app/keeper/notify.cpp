#include "app/keeper/notify.hpp"

#include "app/config/secret_file.hpp"
#include "core/http/http_client.hpp"
#include "core/http/reach.hpp"

#include <string>

namespace mirrorseed::app {
namespace {

using namespace std::chrono_literals;

// Nobody on the way may read the token, and no node takes one that came in the open.
bool is_private_way(const HttpUrl& url) {
    if (url.is_https() || url.host() == "localhost") return true;
    boost::system::error_code code;
    const auto address = boost::asio::ip::make_address(url.host(), code);
    return !code && reach_of(address) == Reach::machine;
}

Status wake(BlockingHttpClient& client, const HttpUrl& url, const std::string& token,
            const std::stop_token& stop) {
    if (!token.empty() && !is_private_way(url))
        return Error(Fault::refused, url.shown() + " is not https, so the token is not sent there");
    HttpRequest request{.method = HttpMethod::post, .url = url};
    if (!token.empty()) request.fields.push_back({"Authorization", "Bearer " + token});
    request.limits.connect = 10s;
    request.limits.total = 30s;
    request.limits.body = 64 << 10;
    const auto response = client.fetch(std::move(request), nullptr, stop);
    if (!response) return response.error();
    if (!response->is_success())
        return Error(Fault::refused, url.shown() + " answered " + std::to_string(response->status));
    return {};
}

}  // namespace

Status wake_node(const TreeConfig& tree, const std::string& address, const std::stop_token& stop) {
    const auto url = HttpUrl::parse(address);
    if (!url) return url.error();
    const auto token = read_secret(tree.notify_token_file);
    if (!token) return token.error();
    // The operator named this address himself.
    auto client = BlockingHttpClient::make({.private_addresses = PrivateAddresses::allowed});
    if (!client) return client.error();
    const auto woken = wake(*client, *url, *token, stop);
    if (!woken) return woken.error().within("cannot wake a downstream node");
    return {};
}

}  // namespace mirrorseed::app
