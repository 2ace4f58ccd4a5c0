// SQLite behind one door.
//
// A Database is one connection and belongs to one thread at a time. Statements
// are prepared once and kept; Query is the use of one of them and resets it when
// it goes. Whatever SQLite refuses is a broken world and is thrown as
// CatalogueTrouble, whose kind tells a damaged file from a full disk. Nobody
// outside of core/store sees any of this.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/store/write_gate.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace mirrorseed {

class Query {
public:
    Query(sqlite3_stmt* statement, WriteGate* gate) noexcept : statement_(statement), gate_(gate) {}
    Query(Query&& other) noexcept;
    ~Query();

    // Values take the places of the '?' in turn.
    Query& bind(std::int64_t value);
    Query& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    Query& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
    Query& bind(std::uint32_t value) { return bind(static_cast<std::int64_t>(value)); }
    Query& bind(std::string_view text);
    Query& bind_bytes(std::string_view bytes);  // names are bytes, and compare as bytes
    Query& bind(const Digest& digest);
    Query& bind(std::nullptr_t);
    template <class T>
    Query& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(nullptr);
    }

    bool next();  // is there a row?
    void run();   // for statements that write; waits for its turn outside of a transaction

    std::int64_t integer(int column) const;
    std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string_view bytes(int column) const;  // until the next call of next()
    std::string text(int column) const { return std::string(bytes(column)); }
    std::optional<Digest> digest(int column) const;
    bool is_null(int column) const;

private:
    sqlite3_stmt* statement_;
    WriteGate* gate_;
    int bound_ = 0;
};

class Database {
public:
    enum class Mode {
        create,      // make it when it is missing
        read_write,  // it must be there
        read_only,   // it must be there; other connections may write
        immutable,   // on a read-only file system, nobody can write
    };
    static Database open(const std::string& path, Mode mode);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    // `sql` must be a literal: the prepared statement is kept by its address.
    Query query(const char* sql);
    void execute(const char* sql);  // several statements, no values
    std::int64_t last_id() const;
    std::int64_t changed_rows() const;  // by the last statement that changes some
    // Its writes take turns with those of others at this gate from now on.
    void write_by(std::shared_ptr<WriteGate> gate) { gate_ = std::move(gate); }
    WriteGate::Turn turn();

    void note_rollback() noexcept { ++rollbacks_; }
    // How often something was rolled back; what was remembered of uncommitted rows is void when it has grown.
    std::uint64_t rollbacks() const noexcept { return rollbacks_; }
    // Leaves the write-ahead log and the shared memory where they are when the last connection ends, the log
    // empty: a reader that may make no files opens the database by what is there.
    void keep_files_beside();
    // The memory that all connections to a database in WAL mode share, from its beginning; valid until this
    // connection ends. None where there is none. Never by way of its file: a process that closes any
    // descriptor of that loses the locks that SQLite has on it.
    const volatile void* shared_memory();

private:
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Database(sqlite3* handle) : handle_(handle) {}
    void close() noexcept;

    sqlite3* handle_ = nullptr;
    std::shared_ptr<WriteGate> gate_{};
    std::uint64_t rollbacks_ = 0;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalizer>> statements_;
};

}  // namespace mirrorseed
