// Whatever bytes come: the look at a head does not fail, and Beast reads the same request line from every
// head that the strict check lets pass. It may refuse more: a broken Connection field, say.

#include "httpd/own_machine.hpp"
#include "httpd/request.hpp"
#include "httpd/request_check.hpp"
#include "httpd/request_target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::httpd;
    const std::string_view received(reinterpret_cast<const char*>(data), size);
    const auto progress = look_for_head(received);
    if (progress.status != 0 || progress.length == 0) return 0;
    const auto head = received.substr(progress.skip, progress.length);
    if (check_request_head(head).status != 0) return 0;
    const auto request = parse_request(head);
    if (!request) return 0;
    auto line = std::string(request->method_text).append(" ").append(request->target).append(" ");
    if (!head.starts_with(line.append(request->version).append("\r\n"))) std::abort();
    const auto parsed = parse_target(request->target);
    if (parsed.status == 0 && parsed.target.path.str().find('\0') != std::string::npos) std::abort();
    if (likes_of(request->accept_fields()).word().empty()) std::abort();
    const Approach near{.peer = PeerAddress::parse("::1").value()};
    if (is_from_own_machine(near, *request) && request->was_forwarded) std::abort();
    return 0;
}
