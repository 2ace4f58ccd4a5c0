#include "app/one_off_command.hpp"

#include "app/command_line/console.hpp"
#include "app/command_line/report_json.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/descriptor_limit.hpp"
#include "core/text.hpp"

namespace mirrorseed::app {
namespace {

JobAnswer answer_of(const sync::SyncResult& result) {
    JobAnswer answer{.exit = exit_of(result), .report = to_json(result)};
    if (result.error) answer.notes.push_back(result.error->text());
    if (!result.held_reason.empty()) answer.notes.push_back(result.held_reason);
    for (const auto& item : result.quarantined)
        answer.notes.push_back("could not fetch " + escape_text(item.path.str()) + ": " + item.reason);
    for (const auto& item : result.left_out)
        answer.notes.push_back("left out " + escape_text(item.path.str()) + ": " + item.reason);
    return answer;
}

}  // namespace

Exit one_off_command(const Arguments& arguments) {
    const auto wish = one_off_for(arguments);
    if (!wish) return give(arguments, JobAnswer::failure(wish.error(), Exit::usage));
    raise_descriptor_limit();
    return give(arguments, with_progress(arguments, [&](Progress& progress) {
                    return answer_of(sync::mirror_once(*wish, progress));
                }));
}

}  // namespace mirrorseed::app
