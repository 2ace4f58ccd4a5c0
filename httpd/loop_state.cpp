#include "httpd/loop_state.hpp"

#include "httpd/connection.hpp"

namespace mirrorseed::httpd {

bool LoopState::end_idle_connection() {
    constexpr int most_looked_at = 256;
    int looks = most_looked_at;
    for (auto* connection : connections) {
        if (connection->can_make_room()) {
            connection->end();
            return true;
        }
        if (--looks == 0) break;
    }
    return false;
}

}  // namespace mirrorseed::httpd
