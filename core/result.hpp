// What a function answers when failing is part of a good day.
//
// A missing file, a bad header or an upstream that says no comes back as
// Result<T>. A broken world (the catalogue cannot be read, the disk is full
// while publishing) is thrown as Failure and caught at the edge of a connection,
// of a job, and in main.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace mirrorseed {

// What kind of trouble it is, for callers that act on the kind.
enum class Fault {
    bad_input = 1,  // text from outside that no parser accepts
    unsafe_path,    // a name that could leave its tree
    not_found,
    changed,      // the thing was altered while it was read
    damaged,      // stored bytes are not what their name says
    refused,      // a person or a limit said no
    busy,         // somebody else holds the lock
    unsupported,  // not built yet, or not here
    no_space,
    failed,  // anything else
};

boost::system::error_code make_error_code(Fault fault) noexcept;

// An error code and one sentence for a person, with the names that matter in it.
class Error {
public:
    Error() = default;  // boost's result asks for it; never seen in an error that is returned
    Error(boost::system::error_code code, std::string text) : code_(code), text_(std::move(text)) {}
    Error(Fault fault, std::string text) : Error(make_error_code(fault), std::move(text)) {}

    // From errno as it stands: "WHAT: No such file or directory".
    static Error last_system_error(const std::string& what);

    const boost::system::error_code& code() const noexcept { return code_; }
    const std::string& text() const noexcept { return text_; }
    bool is(Fault fault) const noexcept { return code_ == make_error_code(fault); }
    bool is(boost::system::errc::errc_t condition) const noexcept;
    // No room on a disk, or none that a quota leaves.
    bool is_full_disk() const noexcept;

    // The same trouble, seen from further out: "CONTEXT: text".
    Error within(const std::string& context) const { return {code_, context + ": " + text_}; }

private:
    boost::system::error_code code_;
    std::string text_;
};

// The broken world.
class Failure : public std::runtime_error {
public:
    explicit Failure(Error error) : std::runtime_error(error.text()), error_(std::move(error)) {}
    const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

// value() of a failed Result throws its Error as a Failure; found by ADL.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using boost::system::result<T, Error>::result;
};

using Status = Result<void>;

}  // namespace mirrorseed

template <>
struct boost::system::is_error_code_enum<mirrorseed::Fault> : std::true_type {};
