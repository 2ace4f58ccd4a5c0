// Where a tree comes from.
//
// Each kind of upstream (sync/upstream_kind.hpp) is one file that implements this;
// sync/run/open_upstream.hpp opens it. All of it blocks, and asks `progress` whether to stop.
#pragma once

#include "core/glob.hpp"
#include "core/progress.hpp"
#include "core/result.hpp"
#include "sync/host_places.hpp"
#include "sync/listing.hpp"
#include "sync/listing_memory.hpp"
#include "sync/manners.hpp"
#include "sync/orders.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

struct MovedFolder {
    RelPath path;
    std::vector<std::string> same{};  // names in it that are as they were, ascending
};

class Upstream {
public:
    virtual ~Upstream() = default;

    // The URL as it may be shown: without credentials.
    virtual const std::string& name() const = 0;

    virtual Result<Listing> list(const Selection& selection, Progress& progress) = 0;
    // The entry as it is now, or nothing when there is none; cheap beside a listing. Not while lanes run.
    virtual Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) = 0;

    // The same of many, in their order; where asking costs a connection, by one.
    virtual Result<std::vector<std::optional<Entry>>> look_at_all(const std::vector<RelPath>& paths,
                                                                  Progress& progress);

    // What is right in a folder, links among it, asked for in one go; empty where there is no such folder.
    // Nothing where this kind of upstream shows what a link leads to in its place. Not while lanes run.
    virtual Result<std::optional<PackedFolder>> names_in(const RelPath&, Progress&) {
        return std::optional<PackedFolder>();
    }

    // How many threads should call bring() at the same time, each holding a place of the guest.
    virtual unsigned lanes() const = 0;
    virtual HostGuest guest() const { return {}; }
    // Brings files until it is handed no more orders, or somebody asked to stop.
    virtual void bring(Orders& orders, Progress& progress) = 0;

    // Folders of the last listing that are not as they were listed, of those whose listing told of some file
    // too little to notice when it is brought. Not while lanes run.
    virtual Result<std::vector<MovedFolder>> moved(const std::vector<RelPath>&, Progress&) {
        return std::vector<MovedFolder>();
    }

    // Its files are shared and take no space, as they do for adopt.
    virtual bool is_shared() const { return false; }
};

// Opens an upstream by what its URL says; handed to those that may not know its kinds.
using OpenUpstream = std::function<Result<std::unique_ptr<Upstream>>(const std::string& url, const Manners&)>;

}  // namespace mirrorseed::sync
