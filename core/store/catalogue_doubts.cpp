#include "core/store/catalogue_doubts.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {

void Doubts::set_refused(TreeId tree, const std::vector<RefusedFile>& files) {
    db_->query("delete from refused where tree = ?").bind(tree).run();
    for (const auto& file : files)
        db_->query(
               "insert into refused(tree, path, size, mtime, expected, reason, at) values(?, ?, ?, ?, ?, ?, "
               "?)")
            .bind(tree)
            .bind_bytes(file.path.str())
            .bind(file.size)
            .bind(file.mtime.nanoseconds)
            .bind(file.expected)
            .bind(file.reason)
            .bind(file.at)
            .run();
}

std::vector<RefusedFile> Doubts::refused(TreeId tree) {
    auto query = db_->query(
        "select path, size, mtime, expected, reason, at from refused where tree = ? order by path");
    query.bind(tree);
    std::vector<RefusedFile> files;
    while (query.next())
        files.push_back({.path = RelPath::parse(query.bytes(0)).value(),
                         .size = query.count(1),
                         .mtime = {query.integer(2)},
                         .expected = query.text(3),
                         .reason = query.text(4),
                         .at = query.integer(5)});
    return files;
}

void Doubts::add(TreeId tree, const DoubtedFile& file) {
    db_->query(
           "insert or replace into doubted(tree, path, list, content, list_content, reason, is_sure) "
           "values(?, ?, ?, ?, ?, ?, ?)")
        .bind(tree)
        .bind_bytes(file.path.str())
        .bind_bytes(file.list.str())
        .bind(file.content)
        .bind(file.list_content)
        .bind(file.reason)
        .bind(file.is_sure ? 1 : 0)
        .run();
}

void Doubts::forget(TreeId tree, const RelPath& path, const RelPath& list) {
    db_->query("delete from doubted where tree = ? and path = ? and list = ?")
        .bind(tree)
        .bind_bytes(path.str())
        .bind_bytes(list.str())
        .run();
}

std::vector<DoubtedFile> Doubts::all(TreeId tree) {
    auto query = db_->query(
        "select path, list, content, list_content, reason, is_sure from doubted where tree = ? "
        "order by path, list");
    query.bind(tree);
    std::vector<DoubtedFile> files;
    while (query.next())
        files.push_back({.path = RelPath::parse(query.bytes(0)).value(),
                         .list = RelPath::parse(query.bytes(1)).value(),
                         .content = query.digest(2).value(),
                         .list_content = query.digest(3).value(),
                         .reason = query.text(4),
                         .is_sure = query.integer(5) != 0});
    return files;
}

bool Doubts::is_doubted(TreeId tree, const RelPath& path, const Digest& content) {
    auto query = db_->query("select 1 from doubted where tree = ? and path = ? and content = ?");
    query.bind(tree).bind_bytes(path.str()).bind(content);
    return query.next();
}

void Doubts::set_shown(TreeId tree, std::uint64_t files) {
    db_->query("update trees set doubted = ? where id = ?").bind(files).bind(tree).run();
}

std::uint64_t Doubts::shown(TreeId tree) {
    auto query = db_->query("select doubted from trees where id = ?");
    query.bind(tree);
    return query.next() ? query.count(0) : 0;
}

}  // namespace mirrorseed
