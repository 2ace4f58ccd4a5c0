// The resources that one event loop has at hand, by target as it was spelled; those used last stay.
//
// Nothing stale leaves it: whether a resource still holds is asked at every use, but for uses in one round of
// the loop, whose requests had all come before the first of them was asked about.
// It is bounded in number, in open files and in bytes.
#pragma once

#include "httpd/resource.hpp"

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mirrorseed::httpd {

class ResourceCache {
public:
    struct Limits {
        std::size_t resources = 32'768;
        std::size_t files = 1'024;
        Bytes bytes = Bytes{64} << 20;
    };
    explicit ResourceCache(Limits limits) : limits_(limits) {}

    // Nothing when it has to be found first.
    ResourcePtr find(std::string_view target, const AcceptFields& accept, std::uint64_t round);
    // What is kept of it, though find() was not sure of it.
    ResourcePtr doubtful(const Wanted& wanted) const;
    // What is for one answer alone is not kept.
    void keep(const Wanted& wanted, const ResourcePtr& resource);
    void clear();
    // Lets half of the open files go, where descriptors have run out.
    void shed_files();
    // Lets go of what no longer holds among those that were not used for longest: an open file keeps its
    // place on the disk, also when it has been removed.
    void sweep(std::size_t at_most);
    std::size_t size() const noexcept { return by_key_.size(); }

private:
    struct Kept {
        std::string key;
        ResourcePtr resource;        // none: what a request likes decides between several
        std::uint64_t held_in = 0;   // the last round in which it held
        std::uint64_t moved_at = 0;  // how much had been put in when it last came to the front
    };
    using Order = std::list<Kept>;
    ResourcePtr find_kept(std::string_view key, std::uint64_t round, bool& by_likes);
    void put(std::string key, ResourcePtr resource);
    ResourcePtr at(const std::string& key) const;
    void drop(Order::iterator kept);
    static Bytes cost(const Kept& kept);

    Limits limits_;
    Order order_;  // those used since something was last put in are in front
    std::unordered_map<std::string_view, Order::iterator> by_key_;
    std::uint64_t puts_ = 0;
    std::size_t files_ = 0;
    Bytes bytes_ = 0;
};

}  // namespace mirrorseed::httpd
