// Brings a plain folder to what was fetched, one name after the other, in the order of
// sync/generation/checkout_order.hpp.
//
// At every moment each name shows what it showed before or what it shall show, whole.
// Nothing is followed: a link where a folder shall be makes way for it.
#pragma once

#include "core/system/folder.hpp"
#include "sync/generation/checkout_order.hpp"

namespace mirrorseed::sync {

class FolderUpdate {
public:
    // Files wait in `partial` under their whole_name(), with their mode and time; one that does not is in its
    // place already, and is merely dressed anew. Both outlive it.
    FolderUpdate(const Folder& mirror, const Folder& partial) : mirror_(mirror), partial_(partial) {}

    // False when it was so already.
    Result<bool> apply(const CheckoutStep& step) const;

private:
    Result<bool> make_folder(const CheckoutStep& step) const;
    Result<bool> dress_folder(const CheckoutStep& step) const;
    Result<bool> show_file(const CheckoutStep& step) const;
    Result<bool> show_link(const CheckoutStep& step) const;
    Result<bool> dress_file(const CheckoutStep& step) const;
    Result<bool> remove(const CheckoutStep& step) const;
    Status put(const RelPath& name, const RelPath& path) const;

    const Folder& mirror_;
    const Folder& partial_;
};

}  // namespace mirrorseed::sync
