#include "core/store/catalogue_sums.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {
namespace {

std::string key_of(const Checksum& sum) {
    return std::string(checksum_name(sum.kind)) + " " + sum.hex();
}

}  // namespace

void Sums::keep(TreeId tree, const Checksum& sum, const Digest& content) {
    db_->query(
           "insert or replace into sums(tree, sum, blob) "
           "select ?, ?, id from blobs where digest = ?")
        .bind(tree)
        .bind(key_of(sum))
        .bind(content)
        .run();
}

std::optional<Digest> Sums::content_of(TreeId tree, const Checksum& sum) {
    auto query = db_->query(
        "select b.digest from sums s join blobs b on b.id = s.blob where s.tree = ? and s.sum = ?");
    query.bind(tree).bind(key_of(sum));
    return query.next() ? query.digest(0) : std::nullopt;
}

}  // namespace mirrorseed
