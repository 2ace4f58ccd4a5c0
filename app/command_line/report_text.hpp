// What commands report, as text for people, made from the same JSON that --json prints.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>

namespace mirrorseed::app {

// Empty where the report has nothing to say. Names in it are escaped for a terminal.
std::string report_text(std::string_view command, const boost::json::value& report);

}  // namespace mirrorseed::app
