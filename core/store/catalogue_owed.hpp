// What has still to be told of generations that are published: programs that must run, nodes that must be
// woken.
//
// A row is written by the commit that publishes, so that nothing can come between the two, and goes when all
// was told, or nobody tries any longer. Whoever holds the store may work rows off, those of a tree in the
// order of their generations.
#pragma once

#include "core/clock.hpp"
#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

class Database;

enum class Telling { hooks, notify };
std::string_view name_of(Telling step) noexcept;

struct OwedRow {
    Generation generation = 0;
    Telling step = Telling::hooks;
    unsigned tries = 0;        // begun, whatever became of them
    UnixTime first_tried = 0;  // 0: not yet
    std::string error{};       // of the last try
    bool is_given_up = false;  // stays to be seen until a later generation's was told
};

class Owed {
public:
    explicit Owed(Database& database) : db_(&database) {}

    void add(TreeId tree, Generation generation, Telling step);
    // By generation, what is given up too.
    std::vector<OwedRow> all(TreeId tree);
    // The oldest that somebody will still try.
    std::optional<Generation> oldest(TreeId tree);

    // Counted before it is done: a try that ends this process is one all the same.
    void begin_try(TreeId tree, const OwedRow& row, UnixTime now);
    void fail(TreeId tree, const OwedRow& row, std::string_view error);
    // One program or node of several was told.
    void note_told(TreeId tree, const OwedRow& row, std::string_view whom);
    bool was_told(TreeId tree, const OwedRow& row, std::string_view whom);
    // All of them.
    void settle(TreeId tree, const OwedRow& row);
    void give_up(TreeId tree, const OwedRow& row);

private:
    void forget(TreeId tree, const OwedRow& row);
    void forget_given_up(TreeId tree, const OwedRow& upto);

    Database* db_;
};

}  // namespace mirrorseed
