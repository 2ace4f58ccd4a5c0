#include "sync/rsync/rsync_program.hpp"

#include "sync/rsync/rsync_greeting.hpp"
#include "sync/rsync/rsync_listing.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mirrorseed::sync {
namespace {

// Since 3.2.5, and where it was put into an older one with the check that it turns off.
constexpr auto trust_names = "--trust-sender";

std::vector<std::string> environment() {
    return {"PATH=" + std::string(Program::search_path), "LC_ALL=C", "TZ=UTC", "HOME=/nonexistent"};
}

// Each line of a program's messages.
template <class Seen>
void each_line(std::string_view text, Seen&& seen) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > 0) seen(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_summary(std::string_view line) {
    return line.starts_with("rsync error: ") || line.starts_with("rsync warning: ");
}

// The text between the first pair of quotes, as it is spelled there.
std::string_view quoted(std::string_view line) {
    const auto begin = line.find('"');
    const auto end = line.rfind('"');
    if (begin == line.npos || end <= begin) return {};
    return line.substr(begin + 1, end - begin - 1);
}

bool names(std::string_view line, const std::string& path) {
    const auto name = rsync_unescape(quoted(line));
    return name && (*name == path || (name->ends_with(path) && name->size() > path.size() &&
                                      (*name)[name->size() - path.size() - 1] == '/'));
}

bool tells_of_closed_folder(std::string_view line) {
    return line.find(" opendir \"") != line.npos && line.ends_with("failed: Permission denied (13)");
}

bool tells_of_vanished(std::string_view line) {
    return line.starts_with("file has vanished: ") || line.starts_with("directory has vanished: ");
}

// A daemon of 3.5.0 without chroot opens what a list names in the module and not in the folder that was asked
// for, and says that it vanished. So the folder stands before each name; what is behind "/./" comes.
std::string names_below(const std::string& folder, std::string names) {
    if (folder.empty()) return names;
    std::string all;
    for (std::size_t begin = 0; begin < names.size();) {
        const auto end = std::min(names.find('\0', begin), names.size() - 1) + 1;
        all.append(folder).append("./").append(names, begin, end - begin);
        begin = end;
    }
    return all;
}

}  // namespace

Program RsyncProgram::program(std::vector<std::string> options, std::string input, const std::string& from,
                              const std::string& to) const {
    Program program;
    program.arguments = {"rsync", "--no-motd", "--no-h",
                         "--timeout=" + std::to_string(manners_.timeout.count()),
                         "--contimeout=" + std::to_string(manners_.timeout.count())};
    if (manners_.family == AddressFamily::ipv4_only) program.arguments.emplace_back("--ipv4");
    if (manners_.family == AddressFamily::ipv6_only) program.arguments.emplace_back("--ipv6");
    program.arguments.insert(program.arguments.end(), options.begin(), options.end());
    program.arguments.emplace_back("--");
    program.arguments.push_back(from);
    if (!to.empty()) program.arguments.push_back(to);
    program.environment = environment();
    const auto& password = url_.password.empty() ? manners_.password : url_.password;
    if (!password.empty()) program.environment.push_back("RSYNC_PASSWORD=" + password);
    if (!manners_.proxy.empty()) program.environment.push_back("RSYNC_PROXY=" + manners_.proxy);
    program.input = std::move(input);
    return program;
}

Program RsyncProgram::list() const {
    return program({RsyncGreeting::option, "--list-only", "--recursive", "--links"}, {}, url_.argument(), {});
}

Program RsyncProgram::list_these(std::string names) const {
    return program({RsyncGreeting::option, "--list-only", "--links", "--dirs", "--no-implied-dirs", "--from0",
                    "--files-from=-"},
                   std::move(names), url_.argument(), ".");
}

Program RsyncProgram::fetch(Delivery delivery) const {
    // What is written there is ours alone and no blob yet, so it may be written in place. Times tell whether
    // a file still is what was listed; what an earlier attempt left is compared and never believed.
    // Whatever modes the server tells, we can read what came and take it away.
    std::vector<std::string> options{"--from0",        "--files-from=-", "--no-implied-dirs",
                                     "--times",        "--inplace",      "--partial",
                                     "--ignore-times", "--outbuf=L",     "--chmod=Du+rwx,Fu+rw"};
    options.push_back("--out-format=" + delivery.format);
    // Folders are looked through while what is in others comes already; names alone are all looked at first.
    if (delivery.names.has_folders)
        for (const auto* option : {"--recursive", "--omit-dir-times", "--info=nonreg0"})
            options.emplace_back(option);
    if (delivery.trust_names) options.emplace_back(trust_names);
    if (!delivery.basis.empty()) {
        options.emplace_back("--no-whole-file");
        options.push_back("--compare-dest=" + delivery.basis);
    }
    if (delivery.tell_progress) options.emplace_back("--info=progress2");
    if (!delivery.rate.unlimited())  // in KiB, and 0 would mean no limit
        options.push_back("--bwlimit=" +
                          std::to_string(std::max<Bytes>(1, delivery.rate.bytes_per_second / 1024)));
    return program(std::move(options), names_below(url_.below_module(), std::move(delivery.names.names)),
                   url_.module_argument(), delivery.folder + "/");
}

Program RsyncProgram::can_trust_names() const {
    Program program;
    program.arguments = {"rsync", trust_names, "--version"};
    program.environment = environment();
    return program;
}

RsyncEnd rsync_end(const ProgramEnd& end) {
    if (end.signal != 0) return RsyncEnd::trouble;
    constexpr std::array ours{1, 3, 11, 13, 14, 22};
    switch (end.exit_code) {
        case 0:
            return RsyncEnd::good;
        case 23:
        case rsync_some_vanished:
            return RsyncEnd::partly;
        case 2:
        case 4:
        case 6:
            return RsyncEnd::refused;
        case 5:  // a server that is full says so in words
            return end.errors.find("max connections") == std::string::npos ? RsyncEnd::refused
                                                                           : RsyncEnd::trouble;
        default:
            return std::find(ours.begin(), ours.end(), end.exit_code) != ours.end() ? RsyncEnd::ours
                                                                                    : RsyncEnd::trouble;
    }
}

std::string rsync_reason(const ProgramEnd& end) {
    std::string said, summary;
    each_line(end.errors, [&](std::string_view line) {
        constexpr std::string_view error = "@ERROR: ", own = "rsync: ";
        if (is_summary(line)) {
            summary = line;
        } else if (said.empty()) {
            for (const auto prefix : {error, own})
                if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
            said = line;
        }
    });
    if (said.empty()) said = summary.empty() ? "rsync " + end.text() : summary;
    return said;
}

std::optional<Error> rsync_says_of(const std::string& messages, const std::string& path) {
    std::optional<Error> said;
    each_line(messages, [&](std::string_view line) {
        if (said || is_summary(line) || !names(line, path)) return;
        const bool gone =
            line.find("No such file or directory") != line.npos || line.find("has vanished") != line.npos;
        const bool closed = line.find("Permission denied") != line.npos;
        said = Error(gone ? Fault::not_found : closed ? Fault::refused : Fault::failed, std::string(line));
    });
    return said;
}

RsyncGaps rsync_gaps(const std::string& messages) {
    RsyncGaps gaps;
    each_line(messages, [&](std::string_view line) {
        if (is_summary(line) || line.starts_with("IO error encountered")) return;
        auto name = rsync_unescape(quoted(line));
        if (name && tells_of_closed_folder(line))
            gaps.closed.push_back(std::move(*name));
        else if (name && tells_of_vanished(line))
            gaps.vanished.push_back(std::move(*name));
        else
            gaps.others = true;
    });
    return gaps;
}

}  // namespace mirrorseed::sync
