// Where the server's answers come from: a store's published trees, or a plain folder.
//
// A Source may block and is used by one thread at a time; the server keeps one for
// each of its helper threads. What it found stays valid whatever happens to the
// source afterwards: a file comes as an open descriptor.
#pragma once

#include "httpd/awaited.hpp"
#include "httpd/inode_watch.hpp"
#include "httpd/listing.hpp"
#include "httpd/own_paths.hpp"
#include "httpd/respond.hpp"
#include "httpd/still_holds.hpp"

#include "core/rel_path.hpp"
#include "core/system/folder.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mirrorseed::httpd {

struct FileFound {
    Descriptor file;
    ContentFacts facts;
    StillHolds still_holds{};
    InodeWatch inode{};  // of a file that others may write to, and that is not to change
};
struct FolderFound {
    std::vector<ListedItem> items;
    std::string link{};  // the field Link, where there is one
    StillHolds still_holds{};
};
struct TreesFound {
    std::vector<ListedTree> trees;
};
// Text that was made for the asker. Its size and, where it has no own, its ETag are worked out from the text.
struct TextFound {
    std::string text;
    ContentFacts facts;
    StillHolds still_holds{};
    bool compressible = false;  // for those who like that
};
struct Elsewhere {
    std::string url;  // of another server, which has it
};
struct MovedToFolder {};  // the same path with a slash at its end
struct Refused {
    unsigned status = 404;
    std::string reason;
};
struct Noted {};  // what was asked for will be done
using Found = std::variant<Refused, FileFound, FolderFound, TreesFound, TextFound, MovedToFolder, Elsewhere,
                           Awaited, Noted>;

enum class Spelling { as_file, as_folder };  // as_folder: with a slash at the end

class Source {
public:
    virtual ~Source() = default;
    // A path of the URL space outside of /-/.
    virtual Found find(const RelPath& path, Spelling spelling) = 0;
    // What the server cannot answer by itself of its own paths. How long it may be kept is told by the row.
    virtual Found find_own(const OwnPath& own) = 0;
    // What was found before and may hold still says for certain from now on, until something changes again.
    virtual void catch_up() {}
    // Asked of a content's file whose inode is not as it was when it was found: as it is now, where the file
    // has that content still.
    virtual std::optional<FileFacts> look_again(const Digest&, const Descriptor&) { return std::nullopt; }
};

// Called on any helper thread. May throw; then the request is answered 500.
using SourceFactory = std::function<std::unique_ptr<Source>()>;

}  // namespace mirrorseed::httpd
