// Signals that a process takes one at a time, in a loop of its own, and so interrupts nobody by.
#pragma once

#include "core/system/folder.hpp"

#include <chrono>
#include <initializer_list>

namespace mirrorseed {

class SignalLine {
public:
    // From now on they are taken by wait() alone. Before there is any other thread.
    explicit SignalLine(std::initializer_list<int> signals);

    // The next one; 0 after `patience`, or as soon as there is something to read from another descriptor.
    // Those that are -1 do not count.
    int wait(std::chrono::milliseconds patience, std::initializer_list<int> others) const;

private:
    Descriptor file_;
};

}  // namespace mirrorseed
