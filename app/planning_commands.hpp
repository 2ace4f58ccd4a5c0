// Commands that read upstreams and change nothing: what would a sync do, how much would a tree be?
//
// A tree that cannot be asked is told of, and the others are asked all the same.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"
#include "app/config/config.hpp"
#include "core/store/catalogue.hpp"

#include <optional>

namespace mirrorseed::app {

// `sync --dry-run`
Exit dry_run_command(const Arguments& arguments);
Exit estimate_command(const Arguments& arguments);

// Reading commands open the catalogue themselves, whoever writes meanwhile. Nothing before the first sync.
std::optional<Catalogue> catalogue_of(const Config& config);

}  // namespace mirrorseed::app
