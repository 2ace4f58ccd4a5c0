// STORE/control.sock: how commands reach a running `run`.
//
// Messages are lines of JSON over a Unix socket. It is plain blocking code with
// a deadline on every wait: a handful of commands of the same machine and user
// talk over it, each with a thread of its own.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

// One end of a conversation.
class ControlChannel {
public:
    // Nothing when nobody listens there.
    static Result<std::optional<ControlChannel>> connect(const std::string& store);

    Status send(std::string_view line);
    // Nothing after `patience` without a line; Fault::failed when the other side is gone.
    Result<std::optional<std::string>> receive(std::chrono::milliseconds patience);

private:
    friend class ControlListener;
    explicit ControlChannel(Descriptor socket) : socket_(std::move(socket)) {}

    Descriptor socket_;
    std::string pending_;
};

class ControlListener {
public:
    // Takes the place of a socket that a dead process left; the caller holds the store's lock.
    static Result<ControlListener> listen(const Folder& store);
    // The next conversation; nothing after `patience`, or when the caller is another user (who is sent away).
    Result<std::optional<ControlChannel>> accept(std::chrono::milliseconds patience);
    // From any thread: nobody gets in any more, and accept() waits no longer.
    void stop() const;

private:
    explicit ControlListener(Descriptor socket) : socket_(std::move(socket)) {}
    Descriptor socket_;
};

}  // namespace mirrorseed
