#include "app/config/config_text.hpp"

#include "app/config/config_keys.hpp"

#include <fmt/format.h>

#include <map>

namespace mirrorseed::app {
namespace {

using Values = std::map<std::string_view, std::string>;  // TOML by key: written in place of the table's own

template <class S>
std::string value_text(const Key<S>& key, const Values& values) {
    const auto given = values.find(key.name);
    return given != values.end() ? given->second : documented_value(key);
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
                           documented_help(key));
    }
    return out;
}

std::string quick_tree(const std::string& name, const std::string& upstream) {
    return section_text<TreeConfig>(
        tree_section, As::text,
        {{"name", show_value(name)}, {"upstreams", show_value(std::vector{upstream})}}, Which::required_keys);
}

std::string shared_sections(As as) {
    // The release further down asks for it.
    const auto given = as == As::text
                           ? Values{{"public_url", show_value(std::string("https://mirror.example.org"))}}
                           : Values{};
    return section_text<ServerConfig>(server_section, as, given) +
           section_text<SyncConfig>(sync_section, as) + section_text<LogConfig>(log_section, as);
}

}  // namespace

std::string_view notes_on_form() {
    return R"(# Sizes ("5 GiB"), rates ("50 MB/s") and times ("36h", "1d 12h") are strings.
# ${NAME} in a string is taken from the environment.
# In patterns * and ? stay inside one path part, ** crosses them, [a-z] is a set, {a,b} are alternatives;
# a pattern without / matches a name anywhere. What is excluded wins over what is included.
)";
}

std::string documented_config() {
    std::string out =
        "# Every key of mirrorseed's config with its default, or with an example where you must "
        "give the value.\n";
    out += notes_on_form();
    out += section_text<StoreConfig>(store_section, As::text) + shared_sections(As::text);
    out += section_text<TreeConfig>(tree_section, As::text);
    out += section_text<ReleaseConfig>(release_section, As::text);
    out += quick_tree("debian", "https://deb.example.org/debian/");
    out += section_text<DebianConfig>(
        debian_section, As::text,
        {{"keyring", show_value(std::string("/usr/share/keyrings/debian-archive-keyring.gpg"))}});
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
    out += notes_on_form();
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

}  // namespace mirrorseed::app
