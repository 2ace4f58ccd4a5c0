#include "httpd/handle.hpp"

#include "httpd/listing_page.hpp"
#include "httpd/request_target.hpp"

#include "core/text.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <variant>

namespace mirrorseed::httpd {
namespace {

std::string random_boundary() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return to_hex(bytes);
}

Circumstances circumstances(const Request& request, const Site& site, UnixTime now) {
    const bool many = request.range && request.range->find(',') != std::string::npos;
    return {.now = now, .boundary = many ? random_boundary() : std::string(), .cors = site.cors};
}

// One reply for each thing that a source may have found.
class Replier {
public:
    Replier(const Request& request, const Target& target, Circumstances around)
        : request_(request), target_(target), around_(std::move(around)) {}

    Reply operator()(const Refused& refused) const {
        return {respond_with_refusal(request_, refused.status, refused.reason, around_), {}, {}};
    }
    Reply operator()(FileFound& found) const {
        auto answer = respond_with_content(request_, found.facts, around_);
        return {std::move(answer), std::move(found.file), {}};
    }
    Reply operator()(TextFound& found) const { return text(std::move(found.text), std::move(found.facts)); }
    Reply operator()(const MovedToFolder&) const {
        auto location = target_.url() + "/";
        if (!target_.query.empty()) location += "?" + target_.query;
        return {respond_with_redirect(request_, std::move(location), around_), {}, {}};
    }
    Reply operator()(FolderFound& found) const {
        const auto order = choose_listing_order(target_);
        sort_listing(found.items, order);
        if (form() == ListingForm::json) return listing(folder_as_json(found.items));
        return listing(folder_as_html(target_.path, found.items, order));
    }
    Reply operator()(const TreesFound& found) const {
        return listing(form() == ListingForm::json ? trees_as_json(found.trees) : trees_as_html(found.trees));
    }

private:
    ListingForm form() const { return choose_listing_form(target_, request_.accept); }

    Reply listing(std::string text_of_it) const {
        ContentFacts facts;
        facts.media_type = form() == ListingForm::json ? "application/json" : "text/html; charset=utf-8";
        facts.cache_control = "no-cache";
        facts.vary = "Accept";
        return text(std::move(text_of_it), std::move(facts));
    }

    Reply text(std::string text_of_it, ContentFacts facts) const {
        facts.size = text_of_it.size();
        if (facts.etag.empty()) facts.etag = "\"" + Sha256::of(as_bytes(text_of_it)).hex() + "\"";
        return {respond_with_content(request_, facts, around_), {}, std::move(text_of_it)};
    }

    const Request& request_;
    const Target& target_;
    Circumstances around_;
};

TextFound uncached(std::string text, std::string_view media_type) {
    TextFound found;
    found.text = std::move(text);
    found.facts.media_type = media_type;
    found.facts.cache_control = "no-store";
    return found;
}

Found find_status(const Peer& peer, const Site& site) {
    if (!site.status) return Refused{404, {}};
    if (site.status_access == StatusAccess::local && !peer.local)
        return Refused{403, "the status is told to this machine alone"};
    return uncached(site.status(), "application/json");
}

// What lies below /-/ belongs to the server: to it alone, or to what its source knows.
Found find(const Target& target, const Peer& peer, Source& source, const Site& site) {
    constexpr std::string_view own = "-/";
    const std::string_view path = target.path.str();
    if (path == "-") return Refused{404, {}};
    if (!path.starts_with(own))
        return source.find(target.path, target.folder ? Spelling::as_folder : Spelling::as_file);
    if (target.folder) return Refused{404, {}};
    const auto below = RelPath::parse(path.substr(own.size())).value();
    if (below.str() == "health") return uncached("ok\n", "text/plain; charset=utf-8");
    if (below.str() == "status.json") return find_status(peer, site);
    return source.find_own(below);
}

}  // namespace

Reply handle_request(const Request& request, const Peer& peer, Source& source, const Site& site,
                     UnixTime now) {
    const auto around = circumstances(request, site, now);
    if (auto answer = respond_to_method(request, around)) return {std::move(*answer), {}, {}};
    const auto parsed = parse_target(request.target);
    if (parsed.status != 0) return {respond_with_refusal(request, parsed.status, {}, around), {}, {}};
    auto found = find(parsed.target, peer, source, site);
    return std::visit(Replier(request, parsed.target, around), found);
}

}  // namespace mirrorseed::httpd
