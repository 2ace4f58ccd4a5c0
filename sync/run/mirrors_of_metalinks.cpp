#include "sync/run/mirrors_of_metalinks.hpp"

#include "core/http/shown_url.hpp"
#include "core/system/folder.hpp"
#include "sync/file_upstream.hpp"
#include "sync/http/http_document.hpp"
#include "sync/rpm/metalink.hpp"
#include "sync/upstream_kind.hpp"

#include <algorithm>
#include <chrono>

namespace mirrorseed::sync {
namespace {

constexpr Bytes most_of_a_metalink = 4 << 20;
// When so many have not what the metalink tells, others will not have it either.
constexpr std::size_t most_mirrors = 20;

bool has(const std::vector<std::string>& urls, const std::string& url) {
    return std::find(urls.begin(), urls.end(), url) != urls.end();
}

bool is_file(const std::string& url) {
    return url.starts_with("file://");
}

Result<std::string> read(const std::string& url, const Manners& manners, Progress& progress) {
    if (is_file(url)) {
        const auto path = path_of_file_url(url);
        return path ? read_file(*path, most_of_a_metalink) : Result<std::string>(path.error());
    }
    if (!url.starts_with("https://"))
        return Error(Fault::refused, without_credentials(url) + ": a metalink is believed over https alone");
    return http_document(url, manners, most_of_a_metalink, progress);
}

// A file of this machine's may name others; who is named by a stranger is asked as a stranger. What a URL
// hides where it is shown would hide what is vouched for, too.
bool may_be_asked(const std::string& mirror, const std::string& metalink) {
    const bool is_web = mirror.starts_with("https://") || mirror.starts_with("http://");
    return (is_web || (is_file(mirror) && is_file(metalink))) && without_credentials(mirror) == mirror;
}

// Of those that it names: where the upstreams begin.
std::vector<std::string> mirrors_of(const rpm::Metalink& metalink, const std::string& url,
                                    const RelPath& repo) {
    std::vector<std::string> mirrors;
    for (const auto& named : metalink.urls) {
        const auto mirror = rpm::upstream_of(named, repo);
        if (mirror && !has(mirrors, *mirror) && may_be_asked(*mirror, url) && mirrors.size() < most_mirrors)
            mirrors.push_back(*mirror);
    }
    return mirrors;
}

Result<rpm::Metalink> metalink_at(const std::string& url, const Wish& wish, Progress& progress) {
    const auto& memory = wish.metalinks.memory;
    const auto now = std::chrono::steady_clock::now();
    if (memory && wish.metalinks.may_be_remembered)
        if (const auto told = memory->find(url, now)) return rpm::parse_metalink(*told);
    const auto text = read(url, wish.manners, progress);
    if (!text) return text.error();
    auto metalink = rpm::parse_metalink(*text);
    if (!metalink) return metalink.error().within(without_credentials(url));
    if (memory) memory->note(url, *text, now);
    return metalink;
}

Status add_mirrors(const std::string& url, const Wish& wish, Wish& resolved, Progress& progress) {
    const auto metalink = metalink_at(url, wish, progress);
    if (!metalink) return metalink.error();
    const auto mirrors = mirrors_of(*metalink, url, wish.metalinks.repo);
    if (mirrors.empty())
        return Error(Fault::bad_input, without_credentials(url) + ": no mirror that it names has " +
                                           rpm::repomd_of(wish.metalinks.repo).str() + " by http or https");
    for (const auto& mirror : mirrors) {
        // One that the operator names too is asked as an upstream like others.
        if (has(wish.upstreams, mirror) || has(resolved.upstreams, mirror)) continue;
        resolved.upstreams.push_back(mirror);
        resolved.metalinks.vouched.insert_or_assign(mirror, metalink->contents);
        if (!is_file(url)) resolved.metalinks.of_others.insert(mirror);
    }
    return {};
}

}  // namespace

Wish with_mirrors(const Wish& wish, Progress& progress) {
    auto resolved = wish;
    if (std::none_of(wish.upstreams.begin(), wish.upstreams.end(), is_metalink)) return resolved;
    resolved.upstreams.clear();
    for (const auto& url : wish.upstreams) {
        const auto added = is_metalink(url) ? add_mirrors(url, wish, resolved, progress) : Status();
        if (!added) resolved.metalinks.unread.emplace(url, added.error());
        if (!added || !is_metalink(url)) resolved.upstreams.push_back(url);
    }
    return resolved;
}

}  // namespace mirrorseed::sync
