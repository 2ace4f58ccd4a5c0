#include "app/config/config_reader.hpp"

#include "app/config/config_checks.hpp"
#include "app/config/config_keys.hpp"
#include "core/system/folder.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

namespace mirrorseed::app {
namespace {

constexpr Bytes largest_config = 16 << 20;
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

// Replaces each ${NAME} in one string. What comes from the environment is not looked at again.
std::string substituted(std::string_view text, Position at, const Environment& environment,
                        const Complain& complain) {
    std::string out;
    for (;;) {
        const auto open = text.find("${");
        out += text.substr(0, open);
        if (open == text.npos) return out;
        text = text.substr(open + 2);
        const auto end = std::min(text.find_first_not_of(name_characters), text.size());
        const std::string name(text.substr(0, end));
        if (name.empty() || end == text.size() || text[end] != '}') {
            complain(at, "\"${\" must be followed by a name and \"}\"");
            return out;
        }
        if (const auto value = environment(name))
            out += *value;
        else
            complain(at, fmt::format("the environment has no {}", name));
        text = text.substr(end + 1);
    }
}

void substitute(Value& value, const Environment& environment, const Complain& complain) {
    if (auto* text = std::get_if<std::string>(&value.data))
        *text = substituted(*text, value.at, environment, complain);
    if (auto* items = std::get_if<Array>(&value.data))
        for (auto& item : *items)
            substitute(item, environment, complain);
    if (auto* members = std::get_if<Table>(&value.data))
        for (auto& member : *members)
            substitute(member.value, environment, complain);
}

const Value* find(const Table& table, std::string_view key) {
    const auto found = std::ranges::find(table, key, &Member::key);
    return found == table.end() ? nullptr : &found->value;
}

// Reads one document into a LoadedConfig, section by section.
class Reader {
public:
    explicit Reader(LoadedConfig& out, ConfigUse use) : out_(out), use_(use) {}

    void read_root(const Table& root) {
        auto& config = out_.config;
        refuse_unknown(root, {"store", "server", "sync", "log", "tree"}, "outside of all tables");
        read_store(find(root, "store"));
        read_plain(find(root, "server"), "server", server_section, config.server);
        read_plain(find(root, "sync"), "sync", sync_section, config.sync);
        read_plain(find(root, "log"), "log", log_section, config.log);
        if (const auto* trees = find(root, "tree"))
            for_each_table(*trees, "tree", tree_section, [&](const Table& table, const std::string& path) {
                read_tree(table, path, config.trees.emplace_back());
            });
    }

private:
    void complain(Position at, std::string text) { out_.add_fault(at, std::move(text)); }

    void refuse_unknown(const Table& table, std::span<const std::string_view> known, std::string_view where) {
        for (const auto& member : table) {
            if (std::ranges::find(known, member.key) != known.end()) continue;
            auto text = fmt::format("unknown key {} {}", in_quotes(member.key), where);
            if (const auto meant = nearest(member.key, known); !meant.empty())
                text += fmt::format("; did you mean \"{}\"?", meant);
            complain(member.at, std::move(text));
        }
    }
    void refuse_unknown(const Table& table, std::initializer_list<std::string_view> known,
                        std::string_view where) {
        refuse_unknown(table, std::span(known.begin(), known.size()), where);
    }

    const Table* table_of(const Value& value, const std::string& path, const SectionHelp& section) {
        out_.positions.emplace(path, value.at);
        const auto* table = value.get<Table>();
        if (!table)
            complain(value.at, fmt::format("{}: expected a table, written {}, but there is {}", path,
                                           section.title, describe(value)));
        return table;
    }

    template <class Read>
    void for_each_table(const Value& value, const std::string& name, const SectionHelp& section, Read read) {
        const auto* array = value.get<Array>();
        if (!array)
            return complain(value.at, fmt::format("expected tables, each written {}, but there is {}",
                                                  section.title, describe(value)));
        for (std::size_t i = 0; i < array->size(); ++i) {
            const auto path = fmt::format("{}[{}]", name, i);
            if (const auto* table = table_of((*array)[i], path, section)) read(*table, path);
        }
    }

    // The keys of one section; `tables` are the names beneath it that are read elsewhere.
    template <class S>
    void read_keys(const Table& table, const std::string& path, const SectionHelp& section, S& into,
                   std::initializer_list<std::string_view> tables = {}) {
        std::vector<std::string_view> known(tables);
        for (const auto& key : keys_of<S>()) {
            known.push_back(key.name);
            const auto* value = find(table, key.name);
            if (!value) continue;
            out_.positions.emplace(fmt::format("{}.{}", path, key.name), value->at);
            key.read(*value, into, [&](Position at, const std::string& text) {
                complain(at, fmt::format("{}: {}", key.name, text));
            });
            if (!key.not_built.empty()) tell_if_not_built(key, path, value->at, into);
        }
        refuse_unknown(table, known, fmt::format("in {}", section.title));
        for (const auto& key : keys_of<S>())
            if (key.required()) require(find(table, key.name), path, section, key.name);
    }

    template <class S>
    void tell_if_not_built(const Key<S>& key, const std::string& path, Position at, const S& section) {
        static const S defaults{};
        const auto& lack = key.not_built;
        const auto set = key.show(section);
        if (set == key.show(defaults)) return;
        auto text = fmt::format("{}: is not built yet: {}", key.name, lack.instead);
        out_.add_not_built(at, std::move(text));
        out_.config.not_built.push_back(fmt::format("{}.{}", path, key.name));
    }

    void require(const Value* value, const std::string& path, const SectionHelp& section,
                 std::string_view key) {
        const auto* text = value ? value->get<std::string>() : nullptr;
        const auto* array = value ? value->get<Array>() : nullptr;
        if (!value)
            complain(out_.position_of(path), fmt::format("{} needs the key \"{}\"", section.title, key));
        else if ((text && text->empty()) || (array && array->empty()))
            complain(value->at, fmt::format("{}: may not be empty", key));
    }

    template <class S>
    void read_plain(const Value* value, const std::string& path, const SectionHelp& section, S& into) {
        if (!value) return;
        if (const auto* table = table_of(*value, path, section)) read_keys(*table, path, section, into);
    }

    void read_store(const Value* value) {
        static const Value nothing{{}, Table{}};
        if (value || use_ == ConfigUse::whole)
            read_plain(value ? value : &nothing, "store", store_section, out_.config.store);
    }

    template <class S>
    void read_selection(const Table& tree, const std::string& path, const SectionHelp& section,
                        std::string_view name, std::optional<S>& into) {
        if (const auto* value = find(tree, name))
            read_plain(value, fmt::format("{}.{}", path, name), section, into.emplace());
    }

    void read_tree(const Table& table, const std::string& path, TreeConfig& tree) {
        read_keys(table, path, tree_section, tree, {"release", "debian", "rpm", "arch", "images"});
        if (const auto* releases = find(table, "release"))
            for_each_table(*releases, path + ".release", release_section,
                           [&](const Table& release, const std::string& below) {
                               read_keys(release, below, release_section, tree.releases.emplace_back());
                           });
        read_selection(table, path, debian_section, "debian", tree.debian);
        read_selection(table, path, rpm_section, "rpm", tree.rpm);
        read_selection(table, path, arch_section, "arch", tree.arch);
        read_selection(table, path, images_section, "images", tree.images);
    }

    LoadedConfig& out_;
    ConfigUse use_;
};

}  // namespace

std::string format_fault(const ConfigFault& fault) {
    return fmt::format("{}:{}:{}: {}", escape_text(fault.file), fault.line, fault.column, fault.text);
}

Position LoadedConfig::position_of(std::string_view path) const {
    for (;;) {
        if (const auto found = positions.find(path); found != positions.end()) return found->second;
        const auto dot = path.rfind('.');
        if (dot == path.npos) return {};
        path = path.substr(0, dot);
    }
}

void LoadedConfig::add_fault(Position at, std::string text) {
    faults.push_back({file, at.line, at.column, std::move(text)});
}

void LoadedConfig::add_not_built(Position at, std::string text) {
    not_built.push_back({file, at.line, at.column, std::move(text)});
}

void LoadedConfig::sort_faults() {
    for (auto* list : {&faults, &not_built})
        std::ranges::stable_sort(*list, {}, [](const ConfigFault& fault) {
            return Position{fault.line, fault.column};
        });
}

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        if (const char* value = std::getenv(name.c_str())) return value;
        return std::nullopt;
    };
}

LoadedConfig read_config(std::string_view text, const std::string& file_name, const Environment& environment,
                         ConfigUse use) {
    LoadedConfig loaded;
    loaded.file = file_name;
    auto document = parse_document(text);
    if (document.failed) {
        loaded.add_fault(document.error_at, document.error);
        return loaded;
    }
    substitute(document.root, environment,
               [&](Position at, std::string fault) { loaded.add_fault(at, std::move(fault)); });
    Reader(loaded, use).read_root(*document.root.get<Table>());
    check_whole(loaded);
    loaded.sort_faults();
    return loaded;
}

Result<LoadedConfig> load_config(const std::string& path, ConfigUse use) {
    const auto text = read_file(path, largest_config);
    if (!text) return text.error();
    return read_config(*text, path, process_environment(), use);
}

}  // namespace mirrorseed::app
