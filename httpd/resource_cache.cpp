#include "httpd/resource_cache.hpp"

#include <utility>

namespace mirrorseed::httpd {
namespace {

// About what an entry takes besides its bytes.
constexpr Bytes overhead = 1024;

bool has_file(const ResourcePtr& resource) {
    return resource && resource->file;
}

// No target has a line end, so this names nothing else.
std::string key_with(std::string_view target, const Likes& likes) {
    return std::string(target).append("\n").append(likes.word());
}

}  // namespace

Bytes ResourceCache::cost(const Kept& kept) {
    return overhead + kept.key.size() + (kept.resource ? kept.resource->in_memory().size() : 0);
}

ResourcePtr ResourceCache::find_kept(std::string_view key, std::uint64_t round, bool& by_likes) {
    by_likes = false;
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return {};
    const auto kept = found->second;
    by_likes = !kept->resource;
    if (kept->resource && kept->held_in != round) {
        const auto holds = kept->resource->still_holds();
        if (holds == Holds::no) drop(kept);
        if (holds != Holds::yes) return {};
        kept->held_in = round;
    }
    // The order matters when room has to be made, and moving touches the neighbours, which lie anywhere.
    if (std::exchange(kept->moved_at, puts_) != puts_) order_.splice(order_.begin(), order_, kept);
    return kept->resource;
}

ResourcePtr ResourceCache::find(std::string_view target, const AcceptFields& accept, std::uint64_t round) {
    bool by_likes = false;
    auto found = find_kept(target, round, by_likes);
    if (by_likes) found = find_kept(key_with(target, likes_of(accept)), round, by_likes);
    return found;
}

ResourcePtr ResourceCache::at(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? ResourcePtr() : found->second->resource;
}

ResourcePtr ResourceCache::doubtful(const Wanted& wanted) const {
    auto kept = at(wanted.target);
    return kept ? kept : at(key_with(wanted.target, wanted.likes));
}

void ResourceCache::keep(const Wanted& wanted, const ResourcePtr& resource) {
    if (!resource->still_holds || resource->in_memory().size() > limits_.bytes / 2) return;
    if (resource->by_likes) {
        put(wanted.target, nullptr);
        put(key_with(wanted.target, wanted.likes), resource);
    } else {
        put(wanted.target, resource);
    }
}

void ResourceCache::put(std::string key, ResourcePtr resource) {
    if (const auto old = by_key_.find(key); old != by_key_.end()) drop(old->second);
    order_.push_front({.key = std::move(key), .resource = std::move(resource), .moved_at = ++puts_});
    const auto& kept = order_.front();
    by_key_.emplace(kept.key, order_.begin());
    bytes_ += cost(kept);
    files_ += has_file(kept.resource) ? 1 : 0;
    while (by_key_.size() > limits_.resources || files_ > limits_.files || bytes_ > limits_.bytes)
        drop(std::prev(order_.end()));
}

void ResourceCache::drop(Order::iterator kept) {
    bytes_ -= cost(*kept);
    files_ -= has_file(kept->resource) ? 1 : 0;
    by_key_.erase(kept->key);
    order_.erase(kept);
}

void ResourceCache::clear() {
    while (!order_.empty())
        drop(order_.begin());
}

void ResourceCache::shed_files() {
    const auto keep = files_ / 2;
    for (auto at = order_.end(); files_ > keep && at != order_.begin();) {
        const auto kept = std::prev(at);
        if (has_file(kept->resource))
            drop(kept);
        else
            at = kept;
    }
}

void ResourceCache::sweep(std::size_t at_most) {
    for (auto at = order_.end(); at_most > 0 && at != order_.begin(); --at_most) {
        const auto kept = std::prev(at);
        if (kept->resource && kept->resource->still_holds() == Holds::no)
            drop(kept);
        else
            at = kept;
    }
}

}  // namespace mirrorseed::httpd
