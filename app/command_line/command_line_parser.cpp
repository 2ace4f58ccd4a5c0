#include "app/command_line/command_line_parser.hpp"

#include "app/command_line/command_line_text.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace mirrorseed::app {
namespace {

constexpr int most_operands = 1 << 20;
constexpr const char* operands_name = "operands";

Error bad(std::string text) {
    return {Fault::bad_input, std::move(text)};
}

std::string meant(std::string_view word, const std::vector<std::string_view>& known,
                  std::string_view dashes = "") {
    const auto close = nearest(word, known);
    return close.empty() ? "" : fmt::format("; did you mean \"{}{}\"?", dashes, close);
}

// Every option of the program. Where commands share a name it means the same kind of thing; a test holds us
// to it.
std::vector<const Option*> all_options() {
    std::vector<const Option*> all;
    for (const auto& option : global_options())
        all.push_back(&option);
    for (const auto& command : commands())
        for (const auto& option : command.options)
            all.push_back(&option);
    return all;
}

Error unknown_option(std::string_view written, const std::vector<const Option*>& options) {
    auto name = written.substr(0, written.find('='));
    std::vector<std::string_view> names;
    names.reserve(options.size());
    for (const auto* option : options)
        names.push_back(option->name);
    const auto hint = name.starts_with("--") ? meant(name.substr(2), names, "--") : "";
    return bad(fmt::format("unknown option {}{}", in_quotes(name), hint));
}

// What stands on the line before CLI11 sees it: which command it is, and the rest for that command's options.
// The command's words are found first because options may stand in front of them.
class Splitter {
public:
    Status split(std::span<const std::string> tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const auto& token = tokens[i];
            if (token == "--") {
                rest.insert(rest.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end());
                break;
            }
            const auto left = tokens.subspan(i + 1);
            const auto taken = token.starts_with("--")                      ? take_long(token, left)
                               : token.starts_with('-') && token.size() > 1 ? take_short(token, left)
                                                                            : take_word(token);
            if (!taken) return taken.error();
            i += *taken;
        }
        return {};
    }

    std::string command;
    std::vector<std::string> rest;
    bool help = false, version = false;

private:
    bool command_is_known() const { return !command.empty() && !is_command_group(command); }

    Result<std::size_t> take_word(const std::string& word) {
        if (command_is_known())
            rest.push_back(word);
        else
            command += (command.empty() ? "" : " ") + word;
        return std::size_t{0};
    }

    const Option* find(std::string_view name, char letter) const {
        if (const auto* own = find_command(command))
            for (const auto& option : own->options)
                if ((letter && option.letter == letter) || option.name == name) return &option;
        for (const auto* option : options_)
            if ((letter && option->letter == letter) || option->name == name) return option;
        return nullptr;
    }

    // The option and, when it stands apart, its value. CLI11 would take "--name=" for a value that is still
    // to come.
    Result<std::size_t> take_long(const std::string& token, std::span<const std::string> left) {
        const auto equals = token.find('=');
        const auto* option = find(std::string_view(token).substr(2, equals - 2), 0);
        if (!option && command.empty()) return unknown_option(token, options_);
        note(option);
        if (!option || !option->takes_value() || equals == token.npos)
            return take_option(token, option, left);
        rest.push_back(token.substr(0, equals));
        rest.push_back(token.substr(equals + 1));
        return std::size_t{0};
    }

    Result<std::size_t> take_short(const std::string& token, std::span<const std::string> left) {
        for (std::size_t i = 1; i < token.size(); ++i) {
            const auto* option = find("", token[i]);
            if (!option && command.empty()) return unknown_option(token, options_);
            note(option);
            const bool is_last = i + 1 == token.size();
            if (option && option->takes_value()) return take_option(token, is_last ? option : nullptr, left);
        }
        return take_option(token, nullptr, left);
    }

    Result<std::size_t> take_option(const std::string& token, const Option* option,
                                    std::span<const std::string> left) {
        rest.push_back(token);
        if (!option || !option->takes_value()) return std::size_t{0};
        if (left.empty())
            return bad(fmt::format("{} needs a value: {}", escape_text(token), option->value_name));
        rest.push_back(left.front());
        return std::size_t{1};
    }

    void note(const Option* option) {
        help = help || (option && option->name == "help");
        version = version || (option && option->name == "version");
    }

    std::vector<const Option*> options_ = all_options();
};

Error unknown_command(const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& command : commands())
        names.push_back(command.name);
    const auto what = name.substr(0, name.find(' '));
    if (name.empty()) return bad("no command is named; see mirrorseed --help");
    if (name == what && is_command_group(name))
        return bad(fmt::format("\"{}\" needs one of its own commands; see mirrorseed {} --help", name, name));
    return bad(fmt::format("unknown command {}{}", in_quotes(name), meant(name, names)));
}

std::string long_and_short(const Option& option) {
    return option.letter ? fmt::format("--{},-{}", option.name, option.letter)
                         : fmt::format("--{}", option.name);
}

void add_option(CLI::App& app, const Option& option) {
    if (!option.takes_value()) {
        app.add_flag(long_and_short(option))->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        return;
    }
    const bool repeats = option.kind == Option::Kind::repeatable;
    app.add_option(long_and_short(option))
        ->expected(1)
        ->multi_option_policy(repeats ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
}

std::vector<const Option*> options_of(const Command& command) {
    std::vector<const Option*> all;
    for (const auto& option : command.options)
        all.push_back(&option);
    for (const auto& option : global_options())
        all.push_back(&option);
    return all;
}

// Operands go to positionals in order; the last positional takes what is left, if it may.
Status place_operands(const Command& command, std::vector<std::string> operands, Arguments& into) {
    auto next = operands.begin();
    for (const auto& positional : command.positionals) {
        const auto end = positional.repeatable() ? operands.end() : std::min(next + 1, operands.end());
        if (next != operands.end()) into.given[std::string(positional.name)].assign(next, end);
        next = next == operands.end() ? next : end;
    }
    if (next == operands.end()) return {};
    return bad(fmt::format("unexpected argument {}", in_quotes(*next)));
}

Status read_results(const CLI::App& app, const Command& command, Arguments& into) {
    for (const auto* option : options_of(command)) {
        const auto* parsed = app.get_option(fmt::format("--{}", option->name));
        if (parsed->count() == 0) continue;
        if (!option->takes_value() && parsed->as<bool>()) into.flags.emplace(option->name);
        if (!option->takes_value()) continue;
        const auto& texts = parsed->results();
        into.given[std::string(option->name)] =
            option->kind == Option::Kind::repeatable ? texts : std::vector<std::string>{texts.back()};
    }
    return place_operands(command, app.get_option(operands_name)->results(), into);
}

Result<Arguments> parse_with_cli11(const Command& command, std::vector<std::string> tokens) {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();  // unknown options stay over, so that we can say which was meant
    for (const auto* option : options_of(command))
        add_option(app, *option);
    // CLI11 takes operands for as long as there are fewer than expected. It would also take extra ones, but
    // then it cuts an operand such as "[a,b]" in pieces.
    app.add_option(operands_name)
        ->expected(most_operands)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    std::ranges::reverse(tokens);  // as CLI11 wants them
    app.parse(tokens);
    for (const auto& left : app.remaining())
        if (left != "--") return unknown_option(left, options_of(command));
    Arguments arguments;
    if (auto read = read_results(app, command, arguments); !read) return read.error();
    return arguments;
}

Result<Arguments> parse_arguments(const Command& command, const std::vector<std::string>& tokens) {
    try {
        return parse_with_cli11(command, tokens);
    } catch (const CLI::Error& error) {
        return bad(escape_text(error.what()));
    }
}

std::vector<std::string> words_of(std::string_view name) {
    const auto space = name.find(' ');
    if (space == name.npos) return {std::string(name)};
    return {std::string(name.substr(0, space)), std::string(name.substr(space + 1))};
}

}  // namespace

Result<Parsed> parse_command_line(int argc, const char* const* argv) {
    const std::vector<std::string> tokens(argv + std::min(argc, 1), argv + argc);
    Splitter line;
    if (const auto good = line.split(tokens); !good) return good.error();
    const auto* command = find_command(line.command);
    if (line.version) return Parsed(Printed{version_text()});
    if (line.help && (command || line.command.empty() || is_command_group(line.command)))
        return Parsed(Printed{command ? help_text(*command) : help_text(line.command)});
    if (!command) return unknown_command(line.command);

    const auto context = fmt::format("mirrorseed {}", command->name);
    auto arguments = parse_arguments(*command, line.rest);
    if (!arguments) return arguments.error().within(context);
    arguments->command = words_of(command->name);
    if (const auto good = check_arguments(*command, *arguments); !good) return good.error().within(context);
    return Parsed(std::move(*arguments));
}

}  // namespace mirrorseed::app
