// Somebody who wants to see a content go by while it is fetched, and to keep with it what was learnt.
//
// sync does not know what that is; app decides which files are watched, and by whom.
#pragma once

#include "core/digest.hpp"
#include "core/entry.hpp"
#include "core/store/catalogue.hpp"

#include <functional>
#include <memory>

namespace mirrorseed::sync {

class ContentWatch : public ByteObserver {
public:
    // The content was seen whole and has its row. Called within the transaction that wrote it.
    virtual void keep(Catalogue& catalogue, const Digest& content) = 0;
};

// Nothing for a file that nobody wants to see.
using WatchFor = std::function<std::unique_ptr<ContentWatch>(const RelPath& path, const Entry& entry)>;

}  // namespace mirrorseed::sync
