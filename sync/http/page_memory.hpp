// What is remembered of one folder's index page, and what follows from it for the next listing.
//
// A page may tell rounded sizes, and times to the minute in whatever zone. Once such
// a file came, it is known exactly; and while the page says the same of it, it is
// the same file. Unless it is racy, as git calls it: a file that was written in the
// very minute in which the page was read may be written again in that minute, and
// the page would still say the same. Files of which the page does not tell both size
// and time are asked for each time, with the server's own mark of what we have.
#pragma once

#include "core/digest.hpp"
#include "sync/http/index_item.hpp"
#include "sync/packed_folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// A file as it came.
struct LearnedFile {
    Bytes size = 0;
    FileTime mtime{};
    Digest digest{};
    std::string validator{};  // the server's mark of it; empty when there is none to rely on
    UnixTime listed_at = 0;   // when the page was read that led to it, by the server's clock

    bool operator==(const LearnedFile&) const = default;
};

struct RememberedItem {
    IndexItem told;
    std::optional<LearnedFile> learned{};
    bool operator==(const RememberedItem&) const = default;
};

struct FolderMemory {
    std::string validator{};              // of the page
    UnixTime read_at = 0;                 // by the server's clock; 0 when it told none
    std::vector<RememberedItem> items{};  // by name

    bool operator==(const FolderMemory&) const = default;
};

// What the page says now, with what was learned before of the files of which it says the same.
FolderMemory remember(std::vector<IndexItem> told, FolderMemory before);
// Is there anything in it that the page alone would not tell, or that is still to be learned?
bool is_of_use(const FolderMemory& memory);
// Nothing more can be learned while the page stays as it is.
bool is_all_known(const FolderMemory& memory);

// As it goes into a listing. Not for IndexKind::other.
ListedEntry listed_entry(const RememberedItem& item);

// The server's mark, and which content it is of: ListedEntry's and Order's validator.
struct ContentMark {
    Digest content{};
    std::string validator{};
};
std::string format_mark(const ContentMark& mark);
std::optional<ContentMark> parse_mark(std::string_view text);

// As bytes, to which what is learned later can be added without reading them.
std::string pack(const FolderMemory& memory);
std::string pack_learned(std::string_view name, const LearnedFile& file);
// Nothing when the bytes are not ours. Files that were added were listed when the page was read.
std::optional<FolderMemory> unpack(std::string_view bytes);

}  // namespace mirrorseed::sync
