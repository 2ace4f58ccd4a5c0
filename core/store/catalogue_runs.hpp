// What each sync did, and when the store was looked after.
#pragma once

#include "core/clock.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>

namespace mirrorseed {

class Database;

struct RunRow {
    UnixTime started = 0;
    UnixTime ended = 0;     // 0: it runs, or was killed
    std::string outcome{};  // published, unchanged, held, failed
    std::string error{};
    std::string upstream{};  // without credentials
    Bytes transferred = 0;
    std::int64_t number = 0;  // later ones have higher numbers
};

class Runs {
public:
    explicit Runs(Database& database) : db_(&database) {}

    std::int64_t start(TreeId tree, std::string_view upstream, UnixTime when);
    void end(std::int64_t run, const RunRow& row);
    std::optional<RunRow> last(TreeId tree);
    // When the first of the runs ended that failed since one did not; nothing where the last one did not
    // fail.
    std::optional<UnixTime> failing_since(TreeId tree);

    // What is done to the store now and then: when it began last.
    std::optional<UnixTime> chore_began(std::string_view name);
    void note_chore(std::string_view name, UnixTime when);

private:
    Database* db_;
};

}  // namespace mirrorseed
