#include "app/command_line/job_answer.hpp"

#include "core/text.hpp"

namespace mirrorseed::app {
namespace json = boost::json;

std::string advice_for(const Error& error) {
    if (error.is(Fault::damaged)) return "; run `mirrorseed recover`, which rebuilds the catalogue";
    if (error.is_full_disk())
        return "; free some space (`mirrorseed gc` may help) and run it again: it goes on from what is "
               "staged";
    return {};
}

Exit exit_of(const sync::SyncResult& result) {
    if (result.outcome == sync::Outcome::failed) return Exit::failed;
    const bool needs_person = result.outcome == sync::Outcome::held || result.asks ||
                              !result.quarantined.empty() || !result.unfinished.empty();
    return needs_person ? Exit::needs_person : Exit::done;
}

JobAnswer JobAnswer::failure(const Error& error, Exit exit) {
    return {.exit = exit, .report = nullptr, .notes = {error.text() + advice_for(error)}};
}

json::value to_json(const JobAnswer& answer) {
    json::array notes;
    for (const auto& note : answer.notes)
        notes.push_back(json::string(as_utf8(note)));
    return {{"exit", static_cast<int>(answer.exit)}, {"report", answer.report}, {"notes", notes}};
}

Result<JobAnswer> job_answer_from_json(const json::value& value) {
    const auto* object = value.if_object();
    const auto* exit = object == nullptr ? nullptr : object->if_contains("exit");
    const auto* report = object == nullptr ? nullptr : object->if_contains("report");
    const auto* notes = object == nullptr ? nullptr : object->if_contains("notes");
    const bool good = exit != nullptr && exit->is_int64() && exit->get_int64() >= 0 &&
                      exit->get_int64() <= 3 && report != nullptr && notes != nullptr && notes->is_array();
    if (!good) return Error(Fault::bad_input, "the running mirrorseed sent an answer that cannot be read");
    JobAnswer answer{.exit = static_cast<Exit>(exit->get_int64()), .report = *report};
    for (const auto& note : notes->get_array())
        if (note.is_string()) answer.notes.emplace_back(note.get_string());
    return answer;
}

}  // namespace mirrorseed::app
