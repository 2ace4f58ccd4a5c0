// Writes to a catalogue that happen at once, or not at all.
#pragma once

#include "core/store/write_gate.hpp"

namespace mirrorseed {

class Database;

// Rolled back unless commit() was called. Has its turn at the catalogue's gate for as long as it lives.
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    void commit();

private:
    WriteGate::Turn turn_;  // ends after the transaction
    Database* database_;
};

}  // namespace mirrorseed
