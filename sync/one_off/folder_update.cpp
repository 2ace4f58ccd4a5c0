#include "sync/one_off/folder_update.hpp"

#include "sync/one_off/partial_folder.hpp"

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;
using Kind = CheckoutStep::Kind;

RelPath our_name(std::string_view name) {
    return RelPath::parse_name(name).value();
}

Result<bool> changed_by(const Status& done) {
    if (!done) return done.error();
    return true;
}

}  // namespace

Result<bool> FolderUpdate::apply(const CheckoutStep& step) const {
    switch (step.kind) {
        case Kind::make_folder:
            return make_folder(step);
        case Kind::show:
        case Kind::replace:
            return step.entry.kind == EntryKind::link ? show_link(step) : show_file(step);
        case Kind::remove:
        case Kind::remove_folder:
            return remove(step);
        case Kind::close_folder:
        case Kind::dress_folder:
            return dress_folder(step);
    }
    return false;
}

// What has the name now makes way in the same moment.
Status FolderUpdate::put(const RelPath& name, const RelPath& path) const {
    const auto facts = mirror_.facts(path);
    if (!facts && !is_missing(facts.error())) return facts.error();
    if (!facts || !facts->is_folder) return partial_.rename(name, mirror_, path);
    const auto swapped = partial_.exchange(name, mirror_, path);
    return swapped ? partial_.remove_tree(name) : swapped;
}

Result<bool> FolderUpdate::make_folder(const CheckoutStep& step) const {
    const auto facts = mirror_.facts(step.path);
    if (facts && facts->is_folder) return false;
    if (!facts) {
        const auto made = mirror_.make_folder(step.path, mode_while_filled(step.entry));
        if (!made) return made.error();
        return true;
    }
    const auto name = our_name("folder");
    const auto cleared = partial_.remove_tree(name);
    if (!cleared) return cleared.error();
    const auto made = partial_.make_folder(name, mode_while_filled(step.entry));
    if (!made) return made.error();
    const auto swapped = partial_.exchange(name, mirror_, step.path);
    return changed_by(swapped ? partial_.remove_tree(name) : swapped);
}

// We must be able to change what is in it next time, also where its owner could not.
Result<bool> FolderUpdate::dress_folder(const CheckoutStep& step) const {
    const auto facts = mirror_.facts(step.path);
    if (!facts) return facts.error();
    if (!facts->is_folder) return Error(errc::make_error_code(errc::not_a_directory), "it is no folder");
    auto entry = step.entry;
    entry.mode |= 0700;
    const bool as_it_shall_be = facts->mode == entry.mode && facts->mtime == entry.mtime;
    if (as_it_shall_be) return false;
    return changed_by(mirror_.set_mode_and_time(step.path, entry));
}

Result<bool> FolderUpdate::show_file(const CheckoutStep& step) const {
    const auto whole = whole_name(step.path);
    const auto facts = partial_.facts(whole);
    if (!facts || !facts->is_file) return dress_file(step);
    return changed_by(put(whole, step.path));
}

// By its descriptor, so that no link that takes its name meanwhile is followed.
Result<bool> FolderUpdate::dress_file(const CheckoutStep& step) const {
    const auto file = mirror_.open_file(step.path);
    if (!file) return file.error();
    return changed_by(set_mode_and_time(*file, step.entry, mirror_.path() + "/" + step.path.str()));
}

Result<bool> FolderUpdate::show_link(const CheckoutStep& step) const {
    const auto name = our_name("link");
    auto done = partial_.remove_tree(name);
    if (done) done = partial_.make_link(name, step.entry.target);
    if (done) done = partial_.set_mode_and_time(name, step.entry);
    return changed_by(done ? put(name, step.path) : done);
}

// A folder in which something is left, which nobody selected, stays.
Result<bool> FolderUpdate::remove(const CheckoutStep& step) const {
    const bool is_folder = step.kind == Kind::remove_folder;
    const auto removed = is_folder ? mirror_.remove_empty_folder(step.path) : mirror_.remove_file(step.path);
    if (removed) return true;
    const auto& error = removed.error();
    const bool stays = is_folder && error.is(errc::directory_not_empty);
    if (stays || is_missing(error)) return false;
    return error;
}

}  // namespace mirrorseed::sync
