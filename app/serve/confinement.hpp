// What the process that faces strangers gives up before it hears the first of them: root's rights, and by
// Landlock all of the file system but what it serves, and connections of its own.
#pragma once

#include "core/log.hpp"
#include "core/result.hpp"
#include "core/system/landlock.hpp"

#include <string>

namespace mirrorseed::app {

// This thread and those that it starts. Nothing happens where the kernel has no Landlock, which is told.
Status confine(const Confines& confines, const Log& log);

// When this is root; all threads. Where there is no such user, root it stays, which is told.
Status become_user(const std::string& user, const Log& log);

}  // namespace mirrorseed::app
