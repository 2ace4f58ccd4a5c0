// Files that are to be brought from an upstream, handed out to whoever brings them.
//
// The fetcher (sync/fetcher.hpp) implements this; upstreams are its callers. Every
// function may be called from any of an upstream's lanes at the same time; one
// order belongs to the lane that took it until the lane says how it ended.
#pragma once

#include "core/entry.hpp"
#include "core/store/blob_store.hpp"
#include "sync/sureness.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// One file that is wanted.
struct Order {
    PathEntry item;                       // as it was listed; its digest too, when the upstream told it
    Sureness sureness = Sureness::exact;  // of its size and time
    std::optional<Entry> current{};       // what the tree has under this name now
    std::string validator{};              // the upstream's own mark of `current`, such as an ETag
    // What came over the line for it, where delta made that less than its size.
    std::optional<Bytes> came{};
    // When it is wanted with everything else in its folder: how many files that is. The folder may be asked
    // for.
    std::uint32_t all_of_folder = 0;
    std::string part_validator{};  // the upstream's mark of the file that the intake holds a part of
};

// What was told with a file's bytes.
struct Told {
    std::optional<FileTime> mtime{};  // where it is surer than the listing's
    std::string validator{};
};

// What is done with a file that another program put somewhere.
enum class Acquire {
    move,   // it was written for us
    share,  // it gets another name, and stays where it is
};

enum class Again {
    no,     // another attempt would end the same way
    later,  // the upstream or the way to it is in trouble
};

class Orders {
public:
    virtual ~Orders() = default;

    // The next files to bring: at most `files` of them, and no further one once they are `bytes` together.
    // Waits while all that is left is to be tried later. Empty when there is nothing more for this lane.
    virtual std::vector<Order*> take(std::size_t files, Bytes bytes) = 0;

    // Where the bytes of a file go. It holds what an earlier attempt brought: go on behind size() while the
    // upstream still has what part_validator says, or start over.
    virtual Result<Intake*> intake(Order& order) = 0;
    virtual Result<Intake*> start_over(Order& order) = 0;

    // For those who write files by themselves: where they may, a folder for each lane say.
    virtual const Folder& staging() const = 0;
    // Shows what `current` is at another place, to be read and not to be written.
    virtual Status show_current(const Order& order, const Folder& folder, const RelPath& name) = 0;

    // Each order ends with exactly one of these, and is not to be touched afterwards.
    virtual void brought(Order& order, const Told& told) = 0;  // its intake holds the whole file
    // The whole file lies here, where another program put it.
    virtual void landed(Order& order, const Folder& folder, const RelPath& name, Acquire acquire) = 0;
    virtual void still_same(Order& order) = 0;  // as `current`
    // Fault::changed when the file is not what was listed, Fault::not_found when it is gone. `asked`: how
    // long the upstream wants to be left alone.
    virtual void failed(Order& order, const Error& why, Again again,
                        std::optional<std::chrono::milliseconds> asked = {}) = 0;

    // Our own side is in trouble: the whole fetching ends.
    virtual void give_up(const Error& why) = 0;
};

}  // namespace mirrorseed::sync
