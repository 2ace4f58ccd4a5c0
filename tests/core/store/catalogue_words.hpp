// A catalogue with one tree, and short words for writing its candidates and reading its generations.
#pragma once

#include "core/store/catalogue.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed {

using test::digest_of_text;
using test::path;

inline constexpr UnixTime noon = 1'700'000'000;

inline Entry folder_entry() {
    return {.kind = EntryKind::folder, .mode = 0755};
}
inline Entry link_to(const std::string& target) {
    return {.kind = EntryKind::link, .mode = 0777, .target = target};
}
inline Entry hidden(Entry entry) {
    entry.hidden = true;
    return entry;
}

class CatalogueTest : public testing::Test {
protected:
    // An entry of a content that is stored.
    Entry file(std::string_view content, UnixTime time = noon) {
        const auto digest = digest_of_text(content);
        catalogue_.contents().add_blob(digest, content.size(), time);
        return {.size = content.size(), .mtime = FileTime::from_seconds(time), .digest = digest};
    }

    void put(std::string_view name, const Entry& entry) {
        const auto where = path(name);
        catalogue_.entries().put(tree_, candidate_, where.parent(), where.name(), entry);
    }
    void drop(std::string_view name) {
        const auto where = path(name);
        catalogue_.entries().drop(tree_, candidate_, where.parent(), where.name());
    }
    void start() { catalogue_.trees().start_candidate(tree_); }
    Generation publish(UnixTime when = noon) {
        catalogue_.trees().publish(tree_, {.number = candidate_, .published = when});
        return candidate_++;
    }
    void abandon() {
        catalogue_.entries().abandon(tree_, candidate_);
        catalogue_.trees().drop_candidate(tree_);
    }

    std::optional<Entry> find(Generation generation, std::string_view name) {
        return catalogue_.entries().find(tree_, generation, path(name));
    }
    std::vector<std::string> names_in(Generation generation, std::string_view folder) {
        std::vector<std::string> names;
        for (const auto& item : catalogue_.entries().in_folder(tree_, generation, path(folder)))
            names.push_back(item.name);
        return names;
    }
    // "folder:name" of everything in a generation.
    std::vector<std::string> everything(Catalogue& catalogue, Generation generation) const {
        std::vector<std::string> all;
        const auto source = catalogue.entries().all(tree_, generation);
        std::string_view folder;
        while (const auto* item = source->next(folder))
            all.push_back(std::string(folder) + ":" + item->name);
        return all;
    }
    std::vector<std::string> everything(Generation generation) { return everything(catalogue_, generation); }

    std::vector<std::string> changes(Generation after, Generation upto) {
        std::vector<std::string> all;
        for (const auto& change : catalogue_.entries().touched(tree_, after, upto))
            all.push_back((change.before ? (change.after ? "~" : "-") : (change.after ? "+" : "?")) +
                          change.path.str());
        return all;
    }
    bool is_unneeded(std::string_view content, UnixTime graced_since = noon + 1'000'000,
                     UnixTime now = noon + 1'000'000) {
        for (const auto& row : catalogue_.contents().unneeded({{tree_, graced_since}}, now))
            if (row.digest == digest_of_text(content)) return true;
        return false;
    }

    using Names = std::vector<std::string>;
    test::TempFolder temp_ = test::TempFolder::in_memory();
    std::string file_ = temp_.at("catalogue.db");
    Catalogue catalogue_ = Catalogue::open(file_);
    TreeId tree_ = catalogue_.trees().ensure("debian").id;
    Generation candidate_ = 1;
};

}  // namespace mirrorseed
