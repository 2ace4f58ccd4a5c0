// A number that is another one after every commit to a catalogue, read without a system call.
//
// SQLite keeps it in the memory that the connections of a database in WAL mode
// share (the header of the WAL-index; sqlite.org/walformat.html). Whoever keeps
// what was read from the catalogue compares the number to know that nothing has
// been committed since. The number may change without a commit, never the other
// way round.
#pragma once

#include <cstdint>
#include <optional>

namespace mirrorseed {

class Database;

class CommitMark {
public:
    // Nothing where connections share no memory, as on a read-only file system. The connection must have read
    // before, and outlives the mark.
    static std::optional<CommitMark> of(Database& database);

    // From any thread.
    std::uint64_t read() const noexcept;

private:
    explicit CommitMark(const volatile void* header) : header_(header) {}
    const volatile void* header_;
};

}  // namespace mirrorseed
