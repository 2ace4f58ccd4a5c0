#include "core/store/catalogue_not_held.hpp"

#include "core/store/sqlite.hpp"

#include <algorithm>
#include <iterator>

namespace mirrorseed {

std::optional<NotHeldFile> NotHeld::find(TreeId tree, Generation generation, const RelPath& path) {
    auto query = db_->query(
        "select size, digest from not_held where tree = ?1 and path = ?2 and since <= ?3 "
        "and (until is null or until > ?3)");
    query.bind(tree).bind_bytes(path.str()).bind(generation);
    if (!query.next()) return std::nullopt;
    return NotHeldFile{path, query.count(0), query.digest(1)};
}

std::vector<NotHeldFile> NotHeld::all(TreeId tree, Generation generation) {
    auto query = db_->query(
        "select path, size, digest from not_held where tree = ?1 and since <= ?2 "
        "and (until is null or until > ?2) order by path");
    query.bind(tree).bind(generation);
    std::vector<NotHeldFile> files;
    while (query.next())
        files.push_back({RelPath::parse(query.bytes(0)).value(), query.count(1), query.digest(2)});
    return files;
}

// Most of them are as they were, so only the others are written.
void NotHeld::replace(TreeId tree, Generation number, std::vector<NotHeldFile> files) {
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end(),
                            [](const auto& one, const auto& other) { return one.path == other.path; }),
                files.end());
    const auto here = all(tree, number);
    std::vector<NotHeldFile> gone, fresh;
    std::set_difference(here.begin(), here.end(), files.begin(), files.end(), std::back_inserter(gone));
    std::set_difference(files.begin(), files.end(), here.begin(), here.end(), std::back_inserter(fresh));
    for (const auto& file : gone)
        close(tree, number, file.path);
    for (const auto& file : fresh)
        db_->query("insert into not_held(tree, path, since, size, digest) values(?, ?, ?, ?, ?)")
            .bind(tree)
            .bind_bytes(file.path.str())
            .bind(number)
            .bind(file.size)
            .bind(file.digest)
            .run();
}

void NotHeld::close(TreeId tree, Generation number, const RelPath& path) {
    db_->query("delete from not_held where tree = ? and path = ? and since = ?")
        .bind(tree)
        .bind_bytes(path.str())
        .bind(number)
        .run();
    db_->query(
           "update not_held set until = ?3 where tree = ?1 and path = ?2 and since < ?3 and until is null")
        .bind(tree)
        .bind_bytes(path.str())
        .bind(number)
        .run();
}

void NotHeld::abandon(TreeId tree, Generation candidate) {
    const auto* const of_it = candidate > 1
                                  ? "delete from not_held where tree = ? and since > 1 and since = ?"
                                  : "delete from not_held where tree = ? and since = ?";
    db_->query(of_it).bind(tree).bind(candidate).run();
    db_->query("update not_held set until = null where tree = ? and until is not null and until = ?")
        .bind(tree)
        .bind(candidate)
        .run();
}

void NotHeld::forget_before(TreeId tree, Generation oldest) {
    db_->query("delete from not_held where tree = ? and until is not null and until <= ?")
        .bind(tree)
        .bind(oldest)
        .run();
}

}  // namespace mirrorseed
