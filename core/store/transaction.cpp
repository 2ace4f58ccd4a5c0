#include "core/store/transaction.hpp"

#include "core/store/catalogue_trouble.hpp"
#include "core/store/sqlite.hpp"

#include <utility>

namespace mirrorseed {

Transaction::Transaction(Database& database) : turn_(database.turn()), database_(&database) {
    database.execute("begin immediate");
}

Transaction::Transaction(Transaction&& other) noexcept
    : turn_(std::move(other.turn_)), database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    if (database_ == nullptr) return;
    database_->note_rollback();
    try {
        database_->execute("rollback");
    } catch (const CatalogueTrouble&) {
        // SQLite has rolled back by itself already; the trouble that led here is on its way up.
    }
}

void Transaction::commit() {
    database_->execute("commit");
    database_ = nullptr;
    turn_ = {};
}

}  // namespace mirrorseed
