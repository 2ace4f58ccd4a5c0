// The files that are being sent or kept open, each of them once.
//
// Whatever a file was asked for by, another name, another query, another event
// loop, what is open already is used again, so that nobody takes a descriptor for
// each way of spelling one file. It is closed when the last who holds it lets go.
// Safe from any thread; what was handed out may outlive this.
#pragma once

#include "core/system/folder.hpp"

#include <cstddef>
#include <memory>

namespace mirrorseed::httpd {

using SharedFile = std::shared_ptr<const Descriptor>;

class OpenFiles {
public:
    OpenFiles();
    // The same file in the same state, where it is open already; what was given is then closed.
    SharedFile share(SharedFile opened);
    // How many are open.
    std::size_t count() const noexcept;

private:
    struct Table;
    std::shared_ptr<Table> table_;
};

}  // namespace mirrorseed::httpd
