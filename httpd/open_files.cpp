#include "httpd/open_files.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// An inode's number is no other file's for as long as the file is open.
using Identity = std::pair<std::uint64_t, std::uint64_t>;

}  // namespace

struct OpenFiles::Table {
    struct Known {
        FileFacts facts;
        std::weak_ptr<const Descriptor> file;
    };
    std::atomic<std::size_t> count = 0;
    std::mutex mutex;
    std::map<Identity, Known> files;  // under the mutex

    // Somebody may have opened it anew since the last one let go.
    void forget(const Identity& identity) {
        const std::lock_guard lock(mutex);
        const auto known = files.find(identity);
        if (known != files.end() && known->second.file.expired()) files.erase(known);
    }
};

OpenFiles::OpenFiles() : table_(std::make_shared<Table>()) {}

SharedFile OpenFiles::share(SharedFile opened) {
    const auto facts = facts_of(*opened, "a file that is being served");
    if (!facts) return opened;
    const Identity identity(facts->device, facts->inode);

    const std::lock_guard lock(table_->mutex);
    auto& known = table_->files[identity];
    // A file system of layers may show a file's new state by a descriptor that still reads the old bytes.
    if (known.facts.same_state(*facts))
        if (auto file = known.file.lock()) return file;
    ++table_->count;
    const auto* descriptor = opened.get();
    SharedFile shared(descriptor, [table = table_, identity, opened = std::move(opened)](auto*) mutable {
        table->forget(identity);
        opened.reset();
        --table->count;
    });
    known = {*facts, shared};
    return shared;
}

std::size_t OpenFiles::count() const noexcept {
    return table_->count;
}

}  // namespace mirrorseed::httpd
