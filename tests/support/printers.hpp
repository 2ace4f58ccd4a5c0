// How a failing test shows our types, and a way to ask for success that tells what went wrong.
#pragma once

#include "core/entry.hpp"
#include "core/result.hpp"
#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_entries.hpp"
#include "core/text.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace mirrorseed {

inline void PrintTo(const RelPath& path, std::ostream* out) {
    *out << '"' << escape_text(path.str()) << '"';
}

inline void PrintTo(const Digest& digest, std::ostream* out) {
    *out << digest.hex().substr(0, 12) << "...";
}

inline void PrintTo(const FileTime& time, std::ostream* out) {
    *out << time.nanoseconds << "ns";
}

inline void PrintTo(const Entry& entry, std::ostream* out) {
    *out << kind_name(entry.kind) << (entry.hidden ? ", hidden" : "") << std::oct << ", mode 0" << entry.mode
         << std::dec << ", " << entry.size << " bytes, ";
    PrintTo(entry.mtime, out);
    if (entry.digest) *out << ", " << entry.digest->hex().substr(0, 12);
    if (!entry.target.empty()) *out << ", -> \"" << escape_text(entry.target) << '"';
}

inline void PrintTo(const NamedEntry& item, std::ostream* out) {
    *out << '"' << escape_text(item.name) << "\": ";
    PrintTo(item.entry, out);
}

inline void PrintTo(const PathEntry& item, std::ostream* out) {
    *out << '"' << escape_text(item.path.str()) << "\": ";
    PrintTo(item.entry, out);
}

}  // namespace mirrorseed

namespace mirrorseed::test {

// EXPECT_TRUE(ok(result)) prints the error.
template <class T>
testing::AssertionResult ok(const Result<T>& result) {
    if (result) return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().text();
}

// EXPECT_TRUE(fails_with(Fault::busy, result)).
template <class T>
testing::AssertionResult fails_with(Fault fault, const Result<T>& result) {
    if (!result && result.error().is(fault)) return testing::AssertionSuccess();
    const auto wanted = make_error_code(fault).message();
    if (result) return testing::AssertionFailure() << "it succeeded; \"" << wanted << "\" was expected";
    return testing::AssertionFailure()
           << "it failed with \"" << result.error().text() << "\", not with \"" << wanted << '"';
}

template <class T>
testing::AssertionResult fails_with(boost::system::errc::errc_t condition, const Result<T>& result) {
    if (!result && result.error().is(condition)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << (result ? "it succeeded" : result.error().text());
}

inline RelPath path(std::string_view text) {
    return RelPath::parse(text).value();
}

inline Digest digest_of_text(std::string_view text) {
    return Sha256::of(as_bytes(text));
}

}  // namespace mirrorseed::test
