#include "httpd/resource.hpp"

#include "httpd/gzip.hpp"
#include "httpd/listing_page.hpp"
#include "httpd/own_answers.hpp"
#include "httpd/request_target.hpp"

#include "core/store/zstd.hpp"
#include "core/text.hpp"

#include <utility>
#include <variant>

namespace mirrorseed::httpd {
namespace {

// A file up to this size is kept in memory, leaves in one write with its head and takes no descriptor. Larger
// ones go by sendfile at less cost than copying.
constexpr Bytes largest_in_memory = 8 << 10;

// A helper is busy with it for about a second then.
constexpr std::size_t longest_compressed = std::size_t{64} << 20;

// An answer in a few words.
Resource refused(unsigned status, std::string reason) {
    return {.kind = Resource::Kind::refused, .status = status, .reason = std::move(reason)};
}

Resource text_resource(std::string text, ContentFacts facts, StillHolds still_holds, Cors cors) {
    facts.size = text.size();
    if (facts.etag.empty()) facts.etag = "\"" + Sha256::of(as_bytes(text)).hex() + "\"";
    return {.kind = Resource::Kind::content,
            .content = Content(std::move(facts), cors),
            .bytes = std::move(text),
            .still_holds = std::move(still_holds)};
}

// True when all of it was read. Bytes that may change under the same size and time are not kept.
bool read_into_memory(const Descriptor& file, Resource& resource) {
    const auto& facts = resource.content.facts();
    if (facts.size > largest_in_memory || !facts.date_is_strong) return false;
    resource.bytes.resize(static_cast<std::size_t>(facts.size));
    auto* to = reinterpret_cast<std::uint8_t*>(resource.bytes.data());
    const auto read = read_at(file, {to, resource.bytes.size()}, 0, "a file that is being served");
    return read && *read == facts.size;
}

// One resource for each thing that a source may have found.
class Maker {
public:
    Maker(const Target& target, const Wanted& wanted, Cors cors)
        : target_(target), wanted_(wanted), cors_(cors) {}

    Resource operator()(Refused& found) const { return refused(found.status, std::move(found.reason)); }
    Resource operator()(FileFound& found) const {
        Resource resource{.kind = Resource::Kind::content,
                          .content = Content(std::move(found.facts), cors_),
                          .inode = found.inode,
                          .still_holds = std::move(found.still_holds)};
        if (!read_into_memory(found.file, resource)) {
            resource.bytes.clear();
            resource.file = std::make_shared<const Descriptor>(std::move(found.file));
            return resource;
        }
        // What is kept is what the inode had that was looked at.
        resource.inode.look(found.file);
        if (!resource.inode.is_as_seen())
            return refused(503, "this file is being changed here; its keeper was told");
        resource.inode = {};
        return resource;
    }
    Resource operator()(TextFound& found) const {
        if (found.compressible) compress(found.text, found.facts);
        return text_resource(std::move(found.text), std::move(found.facts), std::move(found.still_holds),
                             cors_);
    }
    Resource operator()(const Noted&) const { return refused(202, "noted"); }
    Resource operator()(const MovedToFolder&) const {
        auto location = target_.url() + "/";
        if (!target_.query.empty()) location += "?" + target_.query;
        return {.kind = Resource::Kind::moved, .location = std::move(location)};
    }
    Resource operator()(Elsewhere& found) const {
        return {.kind = Resource::Kind::elsewhere, .location = std::move(found.url)};
    }
    Resource operator()(Awaited& found) const {
        return {.kind = Resource::Kind::awaited, .awaited = std::move(found)};
    }
    Resource operator()(FolderFound& found) const {
        const auto order = choose_listing_order(target_);
        sort_listing(found.items, order);
        auto text = form() == ListingForm::json ? folder_as_json(found.items)
                                                : folder_as_html(target_.path, found.items, order);
        auto resource = listing(std::move(text), std::move(found.link));
        resource.still_holds = std::move(found.still_holds);
        return resource;
    }
    Resource operator()(const TreesFound& found) const {
        return listing(form() == ListingForm::json ? trees_as_json(found.trees) : trees_as_html(found.trees),
                       {});
    }

private:
    ListingForm form() const { return choose_listing_form(target_, wanted_.likes); }

    Resource listing(std::string text, std::string link) const {
        ContentFacts facts;
        facts.link = std::move(link);
        facts.media_type = form() == ListingForm::json ? "application/json" : "text/html; charset=utf-8";
        facts.cache_control = cache_control_of(Caching::ask_again);
        facts.vary = "Accept";
        facts.sandboxed = false;
        compress(text, facts);
        auto resource = text_resource(std::move(text), std::move(facts), {}, cors_);
        resource.by_likes = true;
        return resource;
    }

    // Each form has an ETag of its own, by its bytes, and says by what it was chosen.
    void compress(std::string& text, ContentFacts& facts) const {
        facts.vary += facts.vary.empty() ? "Accept-Encoding" : ", Accept-Encoding";
        const auto coding = wanted_.likes.coding;
        if (coding == Coding::none || text.size() > longest_compressed) return;
        auto shorter = coding == Coding::gzip ? gzip(text) : zstd_of(text);
        if (shorter.size() >= text.size()) return;
        text = std::move(shorter);
        facts.coding = coding;
    }

    const Target& target_;
    const Wanted& wanted_;
    Cors cors_;
};

Found find(const Target& target, const Wanted& wanted, Source& source, const Site& site) {
    if (is_own(target.path)) return find_own(target, wanted, source, site);
    return source.find(target.path, target.folder ? Spelling::as_folder : Spelling::as_file);
}

}  // namespace

Resource find_resource(const Wanted& wanted, Source& source, const Site& site) {
    const auto parsed = parse_target(wanted.target);
    if (parsed.status != 0) return refused(parsed.status, {});
    const auto cors = is_open_to_pages(wanted.target) ? site.cors() : Cors::off;
    auto found = find(parsed.target, wanted, source, site);
    auto resource = std::visit(Maker(parsed.target, wanted, cors), found);
    resource.cors = cors;
    return resource;
}

Answer respond(const Request& request, const Resource& resource, const Circumstances& given) {
    auto around = given;
    if (resource.cors == Cors::off) around.cors = Cors::off;
    switch (resource.kind) {
        case Resource::Kind::content:
            return respond_with_content(request, resource.content, around);
        case Resource::Kind::moved:
            return respond_with_redirect(request, resource.location, around);
        case Resource::Kind::elsewhere:
            return respond_elsewhere(request, resource.location, around);
        case Resource::Kind::awaited:
            return respond_with_promise(request, resource.awaited, around);
        case Resource::Kind::refused:
            break;
    }
    return respond_with_refusal(request, resource.status, resource.reason, around);
}

}  // namespace mirrorseed::httpd
