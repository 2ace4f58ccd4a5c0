// mirrorseed: reads the command line and does what it says.
#include "app/command_line/command_line_parser.hpp"
#include "app/command_line/console.hpp"
#include "app/commands.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <string_view>

namespace mirrorseed::app {
namespace {

Exit run(int argc, const char* const* argv) {
    const auto parsed = parse_command_line(argc, argv);
    if (!parsed) return give_up(parsed.error(), Exit::usage);
    if (const auto* printed = std::get_if<Printed>(&*parsed)) return print_result(printed->text);
    const auto& arguments = std::get<Arguments>(*parsed);
    const auto function = find_function(arguments.name());
    if (function == nullptr) {
        complain(arguments.name() + " is not built yet");
        return Exit::failed;
    }
    return function(arguments);
}

// Read by hand, so that a command line which cannot be read is told of in JSON too.
bool wants_json(int argc, const char* const* argv) {
    const auto word = [&](int at) { return at < argc ? std::string_view(argv[at]) : std::string_view(); };
    bool wanted = false;
    for (int at = 1; at < argc && word(at) != "--"; ++at)
        if (word(at) == "--log-format")
            wanted = word(at + 1) == "json";
        else if (word(at).starts_with("--log-format="))
            wanted = word(at).ends_with("=json");
    return wanted;
}

// A file that is opened later must not get the number of a stream that was closed: our messages would go into
// it. What holds the place fails as the closed stream would.
void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0)
            (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace
}  // namespace mirrorseed::app

int main(int argc, char** argv) {
    mirrorseed::app::hold_standard_streams();
    // A reader that goes away is told by the write that fails.
    std::signal(SIGPIPE, SIG_IGN);
    if (mirrorseed::app::wants_json(argc, argv)) mirrorseed::app::speak_json();
    try {
        return static_cast<int>(mirrorseed::app::run(argc, argv));
    } catch (const std::exception& failure) {
        mirrorseed::app::complain(failure.what());
        return static_cast<int>(mirrorseed::app::Exit::failed);
    }
}
