#include "app/command_line/roff.hpp"

#include <fmt/format.h>

namespace mirrorseed::app {

std::string roff_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool at_line_start = out.empty() || out.back() == '\n';
        if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

std::string roff_example(std::string_view text) {
    return fmt::format(".PP\n.nf\n.RS\n{}.RE\n.fi\n", roff_text(text));
}

std::string roff_title(std::string_view name, int section) {
    return fmt::format(".TH \"{}\" \"{}\" \"\" \"mirrorseed {}\" \"mirrorseed manual\"\n", name, section,
                       MIRRORSEED_VERSION);
}

std::string roff_section(std::string_view title) {
    return fmt::format(".SH {}\n", roff_text(title));
}

std::string roff_term(std::string_view term, std::string_view meaning) {
    return fmt::format(".TP\n{}\n{}\n", term, roff_text(meaning));
}

std::string roff_terms(std::span<const Term> terms) {
    std::string out;
    for (const auto& [name, meaning] : terms)
        out += roff_term(fmt::format("\\fB{}\\fR", roff_text(name)), meaning);
    return out;
}

}  // namespace mirrorseed::app
