// What nearly every file of the rooms reads: precompiled, so that it is parsed once and not for each file.
//
// Nobody includes this; CMakeLists.txt puts it in front of every file. A file still names all that it uses,
// as the builds without precompiled headers (MIRRORSEED_PCH=OFF, as in the asan preset) show.
#pragma once

#include <fmt/format.h>
#include <boost/system/result.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>
