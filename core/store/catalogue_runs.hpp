// What each sync did.
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
};

class Runs {
public:
    explicit Runs(Database& database) : db_(&database) {}

    std::int64_t start(TreeId tree, std::string_view upstream, UnixTime when);
    void end(std::int64_t run, const RunRow& row);
    std::optional<RunRow> last(TreeId tree);

private:
    Database* db_;
};

}  // namespace mirrorseed
