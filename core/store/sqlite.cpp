#include "core/store/sqlite.hpp"

#include "core/store/catalogue_trouble.hpp"

#include "core/text.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace mirrorseed {
namespace {

Fault fault_of(int code) noexcept {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Fault::damaged;
        case SQLITE_FULL:
            return Fault::no_space;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Fault::busy;
        case SQLITE_CANTOPEN:
            return Fault::not_found;
        case SQLITE_READONLY:
            return Fault::refused;
        default:
            return Fault::failed;
    }
}

[[noreturn]] void trouble(sqlite3* handle, const std::string& doing) {
    const auto code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
    const auto* why = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    const auto reason = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    // What SQLite calls an I/O error is often one that the system has a better word for. A database that
    // cannot be opened for want of a descriptor is there all the same.
    const bool system_knows = ((code & 0xff) == SQLITE_IOERR && reason != 0) ||
                              ((code & 0xff) == SQLITE_CANTOPEN && (reason == EMFILE || reason == ENFILE));
    if (!system_knows) throw CatalogueTrouble(Error(fault_of(code), doing + ": " + why));
    errno = reason;
    throw CatalogueTrouble(Error::last_system_error(doing + ": " + why));
}

// The path as SQLite's URI wants it.
std::string uri_of(const std::string& path, Database::Mode mode) {
    auto uri = "file:" + percent_encode_path(path);
    if (mode == Database::Mode::read_only) uri += "?mode=ro";
    if (mode == Database::Mode::immutable) uri += "?immutable=1";
    return uri;
}

int flags_of(Database::Mode mode) {
    const int common = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (mode) {
        case Database::Mode::create:
            return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        case Database::Mode::read_write:
            return common | SQLITE_OPEN_READWRITE;
        default:
            return common | SQLITE_OPEN_READONLY;
    }
}

}  // namespace

Query::Query(Query&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), gate_(other.gate_), bound_(other.bound_) {}

Query::~Query() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
}

Query& Query::bind(std::string_view text) {
    sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Query& Query::bind_bytes(std::string_view bytes) {
    // A null pointer would bind NULL, and the root's path is empty.
    const char* data = bytes.empty() ? "" : bytes.data();
    sqlite3_bind_blob64(statement_, ++bound_, data, bytes.size(), SQLITE_TRANSIENT);
    return *this;
}

Query& Query::bind(const Digest& digest) {
    return bind_bytes({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()});
}

Query& Query::bind(std::nullptr_t) {
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
}

bool Query::next() {
    const auto code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    trouble(sqlite3_db_handle(statement_), "the catalogue failed");
}

void Query::run() {
    // Within a transaction the connection has its turn already.
    const bool alone = sqlite3_get_autocommit(sqlite3_db_handle(statement_)) != 0;
    const auto turn = gate_ != nullptr && alone ? gate_->wait() : WriteGate::Turn();
    while (next()) {
    }
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Query::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string_view() : std::string_view(data, static_cast<std::size_t>(size));
}

std::optional<Digest> Query::digest(int column) const {
    const auto raw = bytes(column);
    Digest digest;
    if (raw.size() != digest.bytes.size()) return std::nullopt;
    std::memcpy(digest.bytes.data(), raw.data(), raw.size());
    return digest;
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Database::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Database Database::open(const std::string& path, Mode mode) {
    sqlite3* handle = nullptr;
    const auto code = sqlite3_open_v2(uri_of(path, mode).c_str(), &handle, flags_of(mode), nullptr);
    Database database(handle);  // closes it also when opening failed half-way
    if (code != SQLITE_OK) trouble(handle, "cannot open the catalogue " + path);
    sqlite3_busy_timeout(handle, 10'000);
    return database;
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      gate_(std::move(other.gate_)),
      rollbacks_(other.rollbacks_),
      statements_(std::move(other.statements_)) {}

Database& Database::operator=(Database&& other) noexcept {
    if (this != &other) {
        close();
        handle_ = std::exchange(other.handle_, nullptr);
        gate_ = std::move(other.gate_);
        rollbacks_ = other.rollbacks_;
        statements_ = std::move(other.statements_);
    }
    return *this;
}

Database::~Database() {
    close();
}

void Database::close() noexcept {
    statements_.clear();
    if (handle_ != nullptr) sqlite3_close(std::exchange(handle_, nullptr));
}

void Database::keep_files_beside() {
    int keep = 1;
    if (sqlite3_file_control(handle_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep) != SQLITE_OK)
        trouble(handle_, "the catalogue cannot keep its log");
    // Below a limit of any size the log is cut to nothing at the end.
    execute("pragma journal_size_limit = 67108864");
}

const volatile void* Database::shared_memory() {
    constexpr int region_size = 32 * 1024;  // SQLite's own
    {
        auto mode = query("pragma journal_mode");
        if (!mode.next() || mode.bytes(0) != "wal") return nullptr;
    }
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        file == nullptr || file->pMethods == nullptr || file->pMethods->iVersion < 2 ||
        file->pMethods->xShmMap == nullptr)
        return nullptr;
    volatile void* memory = nullptr;
    const auto code = file->pMethods->xShmMap(file, 0, region_size, 0, &memory);
    // Whoever may only read has it too.
    return code == SQLITE_OK || code == SQLITE_READONLY ? memory : nullptr;
}

WriteGate::Turn Database::turn() {
    return gate_ ? gate_->wait() : WriteGate::Turn();
}

Query Database::query(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
            trouble(handle_, "the catalogue refused a query");
        statement.reset(made);
    }
    return Query(statement.get(), gate_.get());
}

void Database::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        trouble(handle_, "the catalogue failed");
}

std::int64_t Database::last_id() const {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::changed_rows() const {
    return sqlite3_changes64(handle_);
}

}  // namespace mirrorseed
