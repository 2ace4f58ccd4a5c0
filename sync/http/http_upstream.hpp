// A tree that a web server lists in index pages: http://host/path/, https://host/path/
#pragma once

#include "sync/http/folder_saying.hpp"
#include "sync/http/http_site.hpp"
#include "sync/throttle.hpp"
#include "sync/upstream.hpp"

#include <map>
#include <mutex>

namespace mirrorseed::sync {

class HttpUpstream final : public Upstream {
public:
    static Result<std::unique_ptr<Upstream>> open(const std::string& url, const Manners& manners,
                                                  ListingMemory* memory);

    const std::string& name() const override { return site_.name; }
    Result<Listing> list(const Selection& selection, Progress& progress) override;
    Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) override;
    Result<std::vector<MovedFolder>> moved(const std::vector<RelPath>& folders, Progress& progress) override;
    unsigned lanes() const override { return site_.lanes(); }
    HostGuest guest() const override { return site_.guest; }
    void bring(Orders& orders, Progress& progress) override;

private:
    HttpUpstream(HttpSite site, ListingMemory* memory)
        : site_(std::move(site)), memory_(memory), root_(site_.root), throttle_(site_.manners.rate_limit) {}

    HttpSite site_;
    ListingMemory* memory_;
    HttpUrl root_;         // where the last listing found the tree
    FolderSayings said_;   // in it
    Selection selection_;  // of it
    Throttle throttle_;
    std::mutex absent_mutex_;
    std::map<RelPath, unsigned> absent_;  // how often a file was listed and not there
};

}  // namespace mirrorseed::sync
