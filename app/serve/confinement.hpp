// What the process that faces strangers gives up before it hears the first of them: by Landlock all of the
// file system but what it serves, and connections of its own.
#pragma once

#include "app/config/server_rights.hpp"
#include "core/log.hpp"
#include "core/result.hpp"
#include "core/system/landlock.hpp"

namespace mirrorseed::app {

// This thread and those that it starts. Nothing happens where the kernel has no Landlock, which is told.
Status confine(const Confines& confines, const Log& log);

// While there is one thread.
Status take_on(const ServerRights& rights, const Log& log);

}  // namespace mirrorseed::app
