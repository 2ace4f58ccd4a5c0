// What was said on a command line, after all of it was understood.
//
// Commands receive this and nothing else, so that one which is handed to a
// running keeper works on the same facts as one that runs here. Options are
// named as in the table without their dashes ("dry-run"), positionals as in
// the table too ("TREE").
#pragma once

#include "core/result.hpp"

#include <boost/json/fwd.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

struct Arguments {
    std::vector<std::string> command;  // {"torrent", "create"}
    std::map<std::string, std::vector<std::string>, std::less<>> given;
    std::set<std::string, std::less<>> flags;

    std::string name() const;  // "torrent create"
    // A flag that was set, or an option or positional that has a value.
    bool has(std::string_view what) const;
    // The last one given.
    std::optional<std::string> value(std::string_view what) const;
    std::vector<std::string> values(std::string_view what) const;

    bool operator==(const Arguments&) const = default;
};

// {"command":[...],"values":{NAME:[...]},"flags":[...]}. A value that is no UTF-8 stands as
// {"encoded":"%FF"}.
boost::json::value to_json(const Arguments& arguments);

// Takes only what the table of commands knows, and checks it as the command line would.
Result<Arguments> arguments_from_json(const boost::json::value& json);

}  // namespace mirrorseed::app
