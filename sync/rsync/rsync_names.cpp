#include "sync/rsync/rsync_names.hpp"

#include <algorithm>

namespace mirrorseed::sync {

RsyncNames rsync_names(const std::vector<Order*>& orders) {
    RsyncNames asked;
    const auto ask = [&](const RelPath& path) { (asked.names += path.str()) += '\0'; };
    for (auto first = orders.begin(); first != orders.end();) {
        const auto folder = (*first)->item.path.parent();
        const auto end = std::find_if(
            first, orders.end(), [&](const Order* order) { return order->item.path.parent() != folder; });
        const bool is_all = !folder.is_root() && (*first)->all_of_folder == end - first;
        if (is_all) {
            ask(folder);
            asked.has_folders = true;
            first = end;
        }
        for (; first != end; ++first)
            ask((*first)->item.path);
    }
    return asked;
}

}  // namespace mirrorseed::sync
