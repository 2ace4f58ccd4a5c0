#include "httpd/troubles.hpp"

namespace mirrorseed::httpd {
namespace {

namespace errc = boost::system::errc;

constexpr std::int64_t seconds_between = 60;

}  // namespace

Trouble trouble_of(const Error& error) {
    if (error.is(errc::too_many_files_open) || error.is(errc::too_many_files_open_in_system))
        return Trouble::no_descriptors;
    if (error.is(errc::not_enough_memory)) return Trouble::no_memory;
    if (error.is(errc::no_such_file_or_directory) || error.is(errc::not_a_directory)) return Trouble::absent;
    if (error.is(errc::permission_denied) || error.is(errc::operation_not_permitted))
        return Trouble::forbidden;
    return Trouble::unreadable;
}

bool passes_by_itself(Trouble trouble) {
    return trouble == Trouble::no_descriptors || trouble == Trouble::no_memory || trouble == Trouble::full;
}

std::optional<std::uint64_t> Troubles::turn(Trouble trouble, Time now) {
    auto& kind = kinds_.at(static_cast<std::size_t>(trouble));
    const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    auto told_at = kind.told_at.load();
    const bool is_due = told_at == never || second - told_at >= seconds_between;
    if (is_due && kind.told_at.compare_exchange_strong(told_at, second)) return kind.untold.exchange(0);
    ++kind.untold;
    return std::nullopt;
}

std::string told_as_passing(Troubles& troubles, const Error& error) {
    const auto trouble = trouble_of(error);
    if (trouble == Trouble::no_memory) {
        troubles.tell(trouble, "there is no memory for an answer: {}", outside(error.text()));
        return "there is no room for this just now";
    }
    troubles.tell(trouble,
                  "no descriptors are left for an answer: {}; raise the limit on open files, LimitNOFILE say",
                  outside(error.text()));
    return "too many files are open here just now";
}

void Troubles::say(Trouble kind, const std::string& text, std::uint64_t untold) const {
    const auto more = untold == 0 ? std::string() : fmt::format(" (and {} more like it since)", untold);
    if (passes_by_itself(kind))
        log_.warning("{}{}", text, more);
    else
        log_.error("{}{}", text, more);
}

}  // namespace mirrorseed::httpd
