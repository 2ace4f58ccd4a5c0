#include "app/keeper/hooks.hpp"

#include "core/system/subprocess.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace mirrorseed::app {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_lines = 10'000;

// What a hook prints, as lines of the log.
class LoggedLines {
public:
    LoggedLines(const Log& log, std::string name) : log_(log), name_(std::move(name)) {}
    ~LoggedLines() {
        if (!line_.empty()) write();
    }
    LoggedLines(const LoggedLines&) = delete;
    LoggedLines& operator=(const LoggedLines&) = delete;

    void take(std::string_view text) {
        for (const char c : text)
            if (c == '\n' || line_.size() >= longest_line)
                end_line(c);
            else
                line_ += c;
    }

private:
    void end_line(char c) {
        write();
        line_.clear();
        if (c != '\n') line_ += c;
    }
    void write() {
        if (++lines_ <= most_lines) log_.info("{}: {}", name_, outside(line_));
        if (lines_ == most_lines)
            log_.warning("{} prints too much; the rest of its output is dropped", name_);
    }

    const Log& log_;
    std::string name_;
    std::string line_;
    std::size_t lines_ = 0;
};

std::vector<std::string> environment_for(const HookEvent& event, const std::string& changes_file) {
    std::vector<std::string> environment{
        "PATH=" + std::string(Program::search_path), "LANG=C.UTF-8", "MIRRORSEED_TREE=" + event.tree,
        "MIRRORSEED_GENERATION=" + std::to_string(event.generation), "MIRRORSEED_CHANGES=" + changes_file};
    if (const char* home = std::getenv("HOME")) environment.push_back(std::string("HOME=") + home);
    auto error = event.error;
    std::erase(error, '\0');
    if (!error.empty()) environment.push_back("MIRRORSEED_ERROR=" + error);
    return environment;
}

Status run_hook(const HookCommand& hook, const std::vector<std::string>& environment, const Log& log,
                const std::stop_token& stop, std::chrono::milliseconds patience) {
    Program program{.arguments = hook.arguments, .environment = environment};
    program.errors = Program::Errors::with_output;
    LoggedLines lines(log, "hook " + outside(hook.arguments.front()));
    ProgramWatch watch{.timeout = patience, .stop = stop};
    watch.output = [&](std::string_view piece) {
        lines.take(piece);
        return Status();
    };
    const auto end = run_program(program, watch);
    if (!end) return end.error();
    if (!end->is_good()) return Error(Fault::failed, outside(hook.arguments.front()) + " " + end->text());
    return {};
}

}  // namespace

Status HookRun::run(const HookCommand& hook, const std::stop_token& stop) {
    const auto prepared = prepare();
    if (!prepared) return prepared.error().within("the hooks cannot run");
    return run_hook(hook, environment_for(event_, folder_->at("changes")), log_, stop, patience_);
}

Status HookRun::prepare() {
    if (folder_) return {};
    auto folder = PrivateFolder::make("hooks");
    const auto written =
        folder ? write_changes(folder->at("changes"), event_.each_change) : Status(folder.error());
    if (written) folder_.emplace(std::move(*folder));
    return written;
}

void run_hooks(const std::vector<HookCommand>& hooks, const HookEvent& event, const Log& log,
               const std::stop_token& stop, std::chrono::milliseconds patience) {
    HookRun run(event, log, patience);
    for (const auto& hook : hooks) {
        const auto ran = run.run(hook, stop);
        if (!ran) log.warning("{}: the hook failed: {}", event.tree, ran.error().text());
    }
}

}  // namespace mirrorseed::app
