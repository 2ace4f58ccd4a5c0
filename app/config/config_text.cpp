#include "app/config/config_text.hpp"

#include "app/command_line/roff.hpp"
#include "app/config/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace mirrorseed::app {
namespace {

constexpr std::string_view form =
    R"(# Sizes ("5 GiB"), rates ("50 MB/s") and times ("36h", "1d 12h") are strings.
# ${NAME} in a string is taken from the environment.
# In patterns * and ? stay inside one path part, ** crosses them, [a-z] is a set, {a,b} are alternatives;
# a pattern without / matches a name anywhere. What is excluded wins over what is included.
)";

using Values = std::map<std::string_view, std::string>;  // TOML by key: written in place of the table's own

template <class S>
std::string value_text(const Key<S>& key, const Values& values) {
    static const S defaults{};
    if (const auto given = values.find(key.name); given != values.end()) return given->second;
    return key.required() ? std::string(key.example) : key.show(defaults);
}

enum class Which { every_key, required_keys };
enum class As { text, comments };

// One section with its help. As comments, a '#' stands before keys and before tables of a tree; the other
// tables may stand there empty, so that a key whose '#' is taken away is in the right one.
template <class S>
std::string section_text(const SectionHelp& section, As as, const Values& values = {},
                         Which which = Which::every_key) {
    const bool hidden = as == As::comments && section.title.find("tree") != section.title.npos;
    std::string out = fmt::format("\n# {}\n{}{}\n", section.help, hidden ? "#" : "", section.title);
    for (const auto& key : keys_of<S>()) {
        if (which == Which::required_keys && !key.required()) continue;
        const bool commented = as == As::comments && !values.contains(key.name);
        out += fmt::format("{:<40} # {}\n",
                           fmt::format("{}{} = {}", commented ? "#" : "", key.name, value_text(key, values)),
                           key.help);
    }
    return out;
}

std::string quick_tree(const std::string& name, const std::string& upstream) {
    return section_text<TreeConfig>(
        tree_section, As::text,
        {{"name", show_value(name)}, {"upstreams", show_value(std::vector{upstream})}}, Which::required_keys);
}

std::string shared_sections(As as) {
    return section_text<ServerConfig>(server_section, as) + section_text<SyncConfig>(sync_section, as) +
           section_text<LogConfig>(log_section, as);
}

// The notes on form, without the comment marks.
std::string plain_form() {
    std::string out;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '#')
            ++i;
        else
            out += form[i];
    return roff_text(out);
}

template <class S>
std::string manual_section(const SectionHelp& section) {
    auto out = roff_section(section.title) + roff_text(section.help) + ".\n";
    for (const auto& key : keys_of<S>()) {
        const auto value = roff_text(value_text(key, {}));
        const auto term = key.required()
                              ? fmt::format("\\fB{}\\fR (required), such as {}", roff_text(key.name), value)
                              : fmt::format("\\fB{}\\fR = {}", roff_text(key.name), value);
        out += roff_term(term, key.help);
    }
    return out;
}

struct Term {
    std::string_view name, meaning;
};
constexpr std::array hook_variables{
    Term{"MIRRORSEED_TREE", "the tree's name"},
    Term{"MIRRORSEED_GENERATION", "the number of the generation that is published now"},
    Term{
        "MIRRORSEED_CHANGES",
        "a file of names, each with a NUL behind it: \"+path\" for what came, \"~path\" for what changed and "
        "\"-path\" for what went, files and links; it is gone when the programs have ended"},
    Term{"MIRRORSEED_ERROR", "for on_failure alone: what went wrong, or why the sync was held back"},
};

std::string hooks_section() {
    auto out =
        roff_section("HOOKS") +
        roff_text(
            "The programs of on_publish run after a sync, an adopt, a rollback or an approve has published; "
            "those of on_failure after one that failed or was held back. No shell reads them. They see PATH, "
            "HOME, LANG and "
            "what follows, and nothing else of the environment; what they print goes to the log. One that "
            "fails, or takes "
            "longer than ten minutes, is told of there and changes nothing.") +
        "\n";
    for (const auto& [name, meaning] : hook_variables)
        out += roff_term(fmt::format("\\fB{}\\fR", roff_text(name)), meaning);
    return out;
}

}  // namespace

std::string documented_config() {
    std::string out =
        "# Every key of mirrorseed's config with its default, or with an example where you must "
        "give the value.\n";
    out += form;
    out += section_text<StoreConfig>(store_section, As::text) + shared_sections(As::text);
    out += section_text<TreeConfig>(tree_section, As::text);
    out += section_text<ReleaseConfig>(release_section, As::text);
    out += quick_tree("debian", "https://deb.example.org/debian/");
    out += section_text<DebianConfig>(debian_section, As::text);
    out += quick_tree("fedora", "rsync://rsync.example.org/fedora-enchilada/linux/");
    out += section_text<RpmConfig>(rpm_section, As::text);
    out += quick_tree("arch-core", "rsync://rsync.example.org/archlinux/");
    out += section_text<ArchConfig>(arch_section, As::text);
    out += quick_tree("images", "https://images.example.org/");
    out += section_text<ImagesConfig>(images_section, As::text);
    return out;
}

std::string starter_config(const std::string& store_path) {
    std::string out =
        "# The config of mirrorseed. Lines that begin with '#' show defaults; take the '#' away to "
        "change one.\n";
    out += form;
    out += section_text<StoreConfig>(store_section, As::comments, {{"path", show_value(store_path)}});
    out += shared_sections(As::comments);
    out += section_text<TreeConfig>(tree_section, As::comments);
    out += section_text<ReleaseConfig>(release_section, As::comments);
    out += section_text<DebianConfig>(debian_section, As::comments);
    out += section_text<RpmConfig>(rpm_section, As::comments);
    out += section_text<ArchConfig>(arch_section, As::comments);
    out += section_text<ImagesConfig>(images_section, As::comments);
    return out;
}

std::string config_manual() {
    std::string out = roff_title("MIRRORSEED.TOML", 5);
    out += roff_section("NAME") + "mirrorseed.toml \\- config of mirrorseed\n";
    out += roff_section("DESCRIPTION") +
           "A TOML file: \\fI./mirrorseed.toml\\fR, else \\fI/etc/mirrorseed/mirrorseed.toml\\fR, or what "
           "\\fB\\-\\-config\\fR names. Unknown keys and wrong types are errors; \\fBmirrorseed "
           "check\\-config\\fR "
           "names every one with line and column.\n.PP\n" +
           plain_form();
    out += manual_section<StoreConfig>(store_section) + manual_section<ServerConfig>(server_section);
    out += manual_section<SyncConfig>(sync_section) + manual_section<LogConfig>(log_section);
    out += manual_section<TreeConfig>(tree_section) + manual_section<ReleaseConfig>(release_section);
    out += manual_section<DebianConfig>(debian_section) + manual_section<RpmConfig>(rpm_section);
    out += manual_section<ArchConfig>(arch_section) + manual_section<ImagesConfig>(images_section);
    out += hooks_section();
    out += roff_section("SEE ALSO") + ".BR mirrorseed (1)\n";
    return out;
}

}  // namespace mirrorseed::app
