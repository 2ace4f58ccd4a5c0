// What rsync is asked for by name: a folder, where everything in it is wanted, and files elsewhere.
//
// A server looks at every name that it is given before it sends the first byte, but
// looks through folders as it goes. Pure.
#pragma once

#include "sync/orders.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

struct RsyncNames {
    std::string names;  // each with a NUL behind it
    bool has_folders = false;
};

// Of orders that come folder by folder.
RsyncNames rsync_names(const std::vector<Order*>& orders);

}  // namespace mirrorseed::sync
