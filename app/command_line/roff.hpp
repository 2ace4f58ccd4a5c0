// The few words of roff that our manual pages are written with.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mirrorseed::app {

// Text as roff shows it unchanged: hyphens that can be copied, no line that is taken for a request.
std::string roff_text(std::string_view text);

std::string roff_example(std::string_view text);  // its lines as they are

std::string roff_title(std::string_view name, int section);  // .TH
std::string roff_section(std::string_view title);            // .SH
// A term in bold and, below it, what it means; the term is given as roff.
std::string roff_term(std::string_view term, std::string_view meaning);

struct Term {
    std::string_view name, meaning;  // as text
};
std::string roff_terms(std::span<const Term> terms);

}  // namespace mirrorseed::app
