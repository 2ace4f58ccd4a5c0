#include "app/command_line/command_arguments.hpp"

#include "app/command_line/command_line.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

namespace mirrorseed::app {
namespace {

namespace json = boost::json;

Error bad(std::string text) {
    return {Fault::bad_input, std::move(text)};
}

json::value text_to_json(const std::string& text) {
    if (is_utf8(text)) return json::value(json::string(text));
    return json::object{{"encoded", percent_encode_path(text)}};
}

Result<std::string> text_from_json(const json::value& value) {
    if (const auto* text = value.if_string()) return std::string(text->begin(), text->end());
    const auto* object = value.if_object();
    const auto* encoded = object ? object->if_contains("encoded") : nullptr;
    if (encoded && encoded->is_string()) return percent_decode(encoded->get_string());
    return bad("an argument is no string");
}

Result<std::vector<std::string>> list_from_json(const json::value* value) {
    if (!value || !value->is_array()) return bad("a list of arguments is missing");
    std::vector<std::string> list;
    for (const auto& item : value->get_array()) {
        auto text = text_from_json(item);
        if (!text) return text.error();
        list.push_back(std::move(*text));
    }
    return list;
}

json::array list_to_json(const std::vector<std::string>& list) {
    json::array out;
    for (const auto& text : list)
        out.push_back(text_to_json(text));
    return out;
}

bool knows(const Command& command, std::string_view name, bool as_flag) {
    if (const auto* option = find_option(command, name)) return option->takes_value() != as_flag;
    return !as_flag &&
           std::ranges::find(command.positionals, name, &Positional::name) != command.positionals.end();
}

Status take_values(const Command& command, const json::value* values, Arguments& into) {
    if (!values || !values->is_object()) return bad("\"values\" is missing");
    for (const auto& [name, list] : values->get_object()) {
        if (!knows(command, name, false))
            return bad(fmt::format("unknown argument \"{}\"", escape_text(std::string_view(name))));
        auto taken = list_from_json(&list);
        if (!taken) return taken.error();
        into.given[std::string(name)] = std::move(*taken);
    }
    return {};
}

}  // namespace

std::string Arguments::name() const {
    return fmt::format("{}", fmt::join(command, " "));
}

bool Arguments::has(std::string_view what) const {
    if (flags.contains(what)) return true;
    const auto found = given.find(what);
    return found != given.end() && !found->second.empty();
}

std::optional<std::string> Arguments::value(std::string_view what) const {
    const auto found = given.find(what);
    if (found == given.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view what) const {
    const auto found = given.find(what);
    return found == given.end() ? std::vector<std::string>() : found->second;
}

json::value to_json(const Arguments& arguments) {
    json::object values;
    for (const auto& [name, list] : arguments.given)
        values[name] = list_to_json(list);
    json::array flags;
    for (const auto& flag : arguments.flags)
        flags.push_back(json::value(json::string(flag)));
    return json::object{{"command", list_to_json(arguments.command)},
                        {"values", std::move(values)},
                        {"flags", std::move(flags)}};
}

Result<Arguments> arguments_from_json(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) return bad("a command is no JSON object");
    Arguments arguments;
    auto words = list_from_json(object->if_contains("command"));
    if (!words) return words.error();
    arguments.command = std::move(*words);
    const auto* command = find_command(arguments.name());
    if (!command) return bad(fmt::format("unknown command \"{}\"", escape_text(arguments.name())));
    if (auto taken = take_values(*command, object->if_contains("values"), arguments); !taken)
        return taken.error();
    const auto flags = list_from_json(object->if_contains("flags"));
    if (!flags) return flags.error();
    for (const auto& flag : *flags) {
        if (!knows(*command, flag, true)) return bad(fmt::format("unknown flag \"{}\"", escape_text(flag)));
        arguments.flags.insert(flag);
    }
    if (auto good = check_arguments(*command, arguments); !good) return good.error();
    return arguments;
}

}  // namespace mirrorseed::app
