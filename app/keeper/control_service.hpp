// The side of the control socket that holds the store: takes commands in, and tells how they go.
//
// A request is one line: {"ask":"state"}, {"ask":"swarms"}, {"push":TREE}, or the arguments of a command.
// While the command waits and runs, lines {"progress":{...}} come back, and last
// {"answer":{...}}. When the asker goes away, its command is asked to stop.
#pragma once

#include "app/keeper/job_ticket.hpp"
#include "core/log.hpp"
#include "core/system/control_socket.hpp"

#include <atomic>
#include <list>
#include <thread>

namespace mirrorseed::app {

class ControlService {
public:
    ControlService(ControlListener listener, JobTaker& taker, const Log& log);
    ~ControlService();

private:
    struct Conversation {
        std::thread thread;
        std::atomic<bool> over{false};
    };
    void listen();
    void converse(ControlChannel channel);
    boost::json::value swarms_json();
    void attend(ControlChannel& channel, const Arguments& arguments);

    ControlListener listener_;
    JobTaker& taker_;
    const Log& log_;
    std::atomic<bool> stopping_{false};
    std::list<Conversation> conversations_;  // the listening thread's own
    std::thread thread_;
};

}  // namespace mirrorseed::app
