#include "core/result.hpp"

#include <cerrno>

namespace mirrorseed {
namespace {

class FaultCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "mirrorseed"; }
    std::string message(int value) const override {
        switch (static_cast<Fault>(value)) {
            case Fault::bad_input:
                return "bad input";
            case Fault::unsafe_path:
                return "unsafe path";
            case Fault::not_found:
                return "not found";
            case Fault::changed:
                return "changed while it was read";
            case Fault::damaged:
                return "damaged";
            case Fault::refused:
                return "refused";
            case Fault::busy:
                return "busy";
            case Fault::unsupported:
                return "unsupported";
            case Fault::no_space:
                return "not enough space";
            case Fault::failed:
                return "failed";
        }
        return "unknown fault";
    }
};

}  // namespace

boost::system::error_code make_error_code(Fault fault) noexcept {
    static const FaultCategory category;
    return {static_cast<int>(fault), category};
}

Error Error::last_system_error(const std::string& what) {
    const boost::system::error_code code(errno, boost::system::system_category());
    return {code, what + ": " + code.message()};
}

bool Error::is(boost::system::errc::errc_t condition) const noexcept {
    return code_ == boost::system::errc::make_error_condition(condition);
}

bool Error::is_full_disk() const noexcept {
    return is(Fault::no_space) || is(boost::system::errc::no_space_on_device) ||
           is(static_cast<boost::system::errc::errc_t>(EDQUOT));
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Failure(error);
}

}  // namespace mirrorseed
