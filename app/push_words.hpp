// What somebody who pushes by ssh wants, in the words of Debian's ftpsync. Pure.
#pragma once

#include <string_view>

namespace mirrorseed::app {

// Is the tree to be looked at? `words` are a stranger's: "sync:stage1", "sync:stage2" and "sync:all" each ask
// for a look, "sync:archive:NAME" says that they are of that tree alone, and all others are passed over.
bool asks_for_look(std::string_view words, std::string_view tree);

}  // namespace mirrorseed::app
