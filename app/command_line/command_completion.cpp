// Completions for three shells. What follows an option that takes a file, and positionals, is left to the
// shell's own completion of file names.
#include "app/command_line/command_line_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace mirrorseed::app {
namespace {

std::vector<const Command*> shown_commands() {
    std::vector<const Command*> shown;
    for (const auto& command : commands())
        if (!command.hidden) shown.push_back(&command);
    return shown;
}

std::string_view first_word(const Command& command) {
    return command.name.substr(0, command.name.find(' '));
}
bool is_nested(const Command& command) {
    return command.name.find(' ') != command.name.npos;
}
std::string_view last_word(const Command& command) {
    return command.name.substr(command.name.rfind(' ') + 1);
}

// Words that begin commands of two words.
std::vector<std::string_view> groups() {
    std::vector<std::string_view> found;
    for (const auto* command : shown_commands())
        if (is_nested(*command) && std::ranges::find(found, first_word(*command)) == found.end())
            found.push_back(first_word(*command));
    return found;
}

// What may stand where a command is expected: "" for the first word, or after a group.
std::vector<std::string> next_words(std::string_view group) {
    std::vector<std::string> words;
    for (const auto* command : shown_commands()) {
        const bool fits = group.empty() || (is_nested(*command) && first_word(*command) == group);
        const std::string word(group.empty() ? first_word(*command) : last_word(*command));
        if (fits && std::ranges::find(words, word) == words.end()) words.push_back(word);
    }
    return words;
}

std::vector<std::string> spellings(const Option& option) {
    std::vector<std::string> all{fmt::format("--{}", option.name)};
    if (option.letter) all.push_back(fmt::format("-{}", option.letter));
    return all;
}

std::vector<std::string> option_words(std::span<const Option> options) {
    std::vector<std::string> words;
    for (const auto& option : options)
        for (auto& spelling : spellings(option))
            words.push_back(std::move(spelling));
    return words;
}

// Every option of the program, each spelling once.
std::vector<const Option*> different_options() {
    std::vector<const Option*> all;
    std::set<std::string_view> seen;
    const auto add = [&](std::span<const Option> options) {
        for (const auto& option : options)
            if (seen.insert(option.name).second) all.push_back(&option);
    };
    add(global_options());
    for (const auto* command : shown_commands())
        add(command->options);
    return all;
}

// Puts `before` in front of each of the special characters.
std::string escaped(std::string_view text, std::string_view special, std::string_view before) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != special.npos) out += before;
        out += c;
    }
    return out;
}

// Inside the single quotes of zsh a quote ends them, stands escaped, and begins them again.
std::string zsh_quotable(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
}

std::string bash_values() {
    std::set<std::string> with_value;
    std::string choices;
    for (const auto* option : different_options()) {
        if (!option->takes_value()) continue;
        for (auto& spelling : spellings(*option))
            with_value.insert(spelling);
        if (!option->choices.empty())
            choices += fmt::format("        {}) COMPREPLY=($(compgen -W \"{}\" -- \"$cur\")); return ;;\n",
                                   fmt::join(spellings(*option), "|"), fmt::join(option->choices, " "));
    }
    return fmt::format(
        "    local with_value=\" {} \"\n    case $prev in\n{}    esac\n"
        "    [[ $with_value == *\" $prev \"* ]] && return\n",
        fmt::join(with_value, " "), choices);
}

std::string bash_words() {
    std::string out = fmt::format("        \"\") words=\"{}\" ;;\n", fmt::join(next_words(""), " "));
    for (const auto group : groups())
        out += fmt::format("        \"{}\") words=\"{}\" ;;\n", group, fmt::join(next_words(group), " "));
    for (const auto* command : shown_commands())
        out += fmt::format("        \"{}\") options=\"{}\" ;;\n", command->name,
                           fmt::join(option_words(command->options), " "));
    return out;
}

// In zsh's _arguments brackets end a description and a colon ends a part.
std::string zsh_option(const Option& option) {
    const auto help = zsh_quotable(escaped(option.help, "[]:\\", "\\"));
    std::string action;
    if (option.takes_value())
        action = option.choices.empty()
                     ? fmt::format(":{}:_files", escaped(option.value_name, ":", "\\"))
                     : fmt::format(":{}:({})", option.value_name, fmt::join(option.choices, " "));
    std::string out;
    for (const auto& spelling : spellings(option))
        out += fmt::format(" \\\n        '{}{}[{}]{}'", option.kind == Option::Kind::repeatable ? "*" : "",
                           spelling, help, action);
    return out;
}

std::string zsh_options(std::span<const Option> options) {
    std::string out;
    for (const auto& option : options)
        out += zsh_option(option);
    return out;
}

// The function that completes after "mirrorseed" (no group) or after "mirrorseed torrent".
std::string zsh_function(std::string_view group) {
    std::string words, cases;
    std::set<std::string_view> seen;
    for (const auto* command : shown_commands()) {
        if (!group.empty() && (!is_nested(*command) || first_word(*command) != group)) continue;
        const auto word = group.empty() ? first_word(*command) : last_word(*command);
        if (!seen.insert(word).second) continue;
        const bool opens_group = group.empty() && is_nested(*command);
        words += fmt::format(" \\\n        '{}:{}'", word,
                             opens_group ? "work on .torrent files" : zsh_quotable(command->summary));
        cases += opens_group ? fmt::format("        {}) _mirrorseed_{} ;;\n", word, word)
                             : fmt::format("        {}) _arguments $global{} \\\n        '*: :_files' ;;\n",
                                           word, zsh_options(command->options));
    }
    const auto name = group.empty() ? std::string("_mirrorseed") : fmt::format("_mirrorseed_{}", group);
    return fmt::format(
        "{}() {{\n    local curcontext=$curcontext state line\n    local -a commands global\n"
        "    global=({})\n    commands=({})\n"
        "    _arguments -C $global '1: :->command' '*:: :->arguments' && return\n"
        "    case $state in\n    command) _describe command commands ;;\n"
        "    arguments)\n        case $words[1] in\n{}        esac ;;\n    esac\n}}\n\n",
        name, zsh_options(global_options()), words, cases);
}

std::string fish_quoted(std::string_view text) {
    return "'" + escaped(text, "'\\", "\\") + "'";
}

std::string fish_option(const Option& option, const std::string& condition) {
    auto out = fmt::format("complete -c mirrorseed{} -l {}", condition, option.name);
    if (option.letter) out += fmt::format(" -s {}", option.letter);
    if (option.takes_value()) out += " -r";
    if (!option.choices.empty())
        out += fmt::format(" -f -a {}", fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
    return fmt::format("{} -d {}\n", out, fish_quoted(option.help));
}

// When fish should offer what belongs to a command.
std::string fish_condition(const Command& command) {
    const auto seen = [](std::string_view word) {
        return fmt::format("__fish_seen_subcommand_from {}", word);
    };
    if (is_nested(command))
        return fmt::format(" -n '{}; and {}'", seen(first_word(command)), seen(last_word(command)));
    std::string others;
    for (const auto group : groups())
        others += fmt::format("; and not {}", seen(group));
    return fmt::format(" -n '{}{}'", seen(command.name), others);
}

}  // namespace

std::string bash_completion() {
    return fmt::format(R"(# bash completion for mirrorseed, made by "mirrorseed generate bash"
_mirrorseed() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local command="" words="" options="" i
    COMPREPLY=()
{}    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ $with_value == *" ${{COMP_WORDS[i]}} "* ]]; then ((i++)); continue; fi
        [[ ${{COMP_WORDS[i]}} == -* ]] && continue
        command="${{command:+$command }}${{COMP_WORDS[i]}}"
        case $command in {}) ;; *) break ;; esac
    done
    case $command in
{}    esac
    [[ $cur == -* ]] && words="$options {}"
    [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -o bashdefault -F _mirrorseed mirrorseed
)",
                       bash_values(), fmt::join(groups(), "|"), bash_words(),
                       fmt::join(option_words(global_options()), " "));
}

std::string zsh_completion() {
    std::string out = "#compdef mirrorseed\n# made by \"mirrorseed generate zsh\"\n\n";
    for (const auto group : groups())
        out += zsh_function(group);
    return out + zsh_function("") + "_mirrorseed \"$@\"\n";
}

std::string fish_completion() {
    std::string out = "# fish completion for mirrorseed, made by \"mirrorseed generate fish\"\n";
    for (const auto& option : global_options())
        out += fish_option(option, "");
    for (const auto* command : shown_commands()) {
        const auto summary = fish_quoted(command->summary);
        if (!is_nested(*command))
            out += fmt::format("complete -c mirrorseed -f -n __fish_use_subcommand -a {} -d {}\n",
                               command->name, summary);
        else
            out += fmt::format(
                "complete -c mirrorseed -f -n '__fish_seen_subcommand_from {}; and not "
                "__fish_seen_subcommand_from {}' -a {} -d {}\n",
                first_word(*command), fmt::join(next_words(first_word(*command)), " "), last_word(*command),
                summary);
        for (const auto& option : command->options)
            out += fish_option(option, fish_condition(*command));
    }
    for (const auto group : groups())
        out += fmt::format(
            "complete -c mirrorseed -f -n __fish_use_subcommand -a {} -d 'work on .torrent files'\n", group);
    return out;
}

}  // namespace mirrorseed::app
