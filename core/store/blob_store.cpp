#include "core/store/blob_store.hpp"

#include "core/system/beside.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>

namespace mirrorseed {
namespace {

using boost::system::errc::errc_t;
namespace errc = boost::system::errc;

constexpr std::size_t buffer_size = 1 << 20;
// So much is on its way to the disk before anybody waits for that.
constexpr Bytes out_step = Bytes{4} << 20;

RelPath checked(const std::string& name) {
    return RelPath::parse(name).value();
}

RelPath blob_path(const Digest& digest) {
    const auto hex = digest.hex();
    return checked(hex.substr(0, 2) + "/" + hex);
}

const RelPath& staging_path() {
    static const auto path = checked("staging");
    return path;
}

std::span<std::uint8_t> read_buffer() {
    thread_local const auto buffer = std::make_unique<std::uint8_t[]>(buffer_size);
    return {buffer.get(), buffer_size};
}

// Shares the blocks where the file system can, and copies where it cannot.
Status copy_content(const Descriptor& from, const Descriptor& to, const std::string& name) {
    if (::ioctl(to.get(), FICLONE, from.get()) == 0) return {};
    for (;;) {
        const auto moved = ::copy_file_range(from.get(), nullptr, to.get(), nullptr, std::size_t{1} << 30, 0);
        if (moved == 0) return {};
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) break;
        if (moved < 0) return Error::last_system_error("cannot copy to " + name);
    }
    return read_through(from, name, [&](ByteSpan bytes) { return write_all(to, bytes, name); });
}

RelPath name_of(const Digest& digest) {
    return RelPath::parse_name(digest.hex()).value();
}

bool dressed_alike(const FileFacts& blob, const Entry& entry) {
    return blob.mode == entry.mode && blob.mtime == entry.mtime;
}

Status dress_file(const Folder& folder, const RelPath& name, const Entry& entry) {
    const auto facts = folder.facts(name);
    if (!facts) return facts.error();
    return dressed_alike(*facts, entry) ? Status() : folder.set_mode_and_time(name, entry);
}

}  // namespace

struct BlobStore::Shelves {
    std::mutex mutex;
    std::array<std::optional<Folder>, 256> open;
};

BlobStore::BlobStore(Folder blobs, Folder store)
    : blobs_(std::move(blobs)), store_(std::move(store)), shelves_(std::make_shared<Shelves>()) {}

Result<const Folder*> BlobStore::shelf(const Digest& digest) const {
    const std::lock_guard lock(shelves_->mutex);
    auto& shelf = shelves_->open.at(digest.bytes[0]);
    if (!shelf) {
        auto made = blobs_.make_folder(blob_path(digest).parent());
        if (!made) return made.error();
        shelf = std::move(*made);
    }
    return &*shelf;
}

Result<BlobStore> BlobStore::open(const std::string& store) {
    auto folder = Folder::make(store);
    if (!folder) return folder.error();
    auto blobs = folder->make_folder(checked("blobs/sha256"));
    if (!blobs) return blobs.error();
    const auto staging = folder->make_folder(staging_path());
    if (!staging) return staging.error();
    return BlobStore(std::move(*blobs), std::move(*folder));
}

Result<BlobStore> BlobStore::open_to_read(const std::string& store) {
    auto folder = Folder::open(store);
    if (!folder) return folder.error();
    auto blobs = folder->folder(checked("blobs/sha256"));
    if (!blobs) return blobs.error();
    return BlobStore(std::move(*blobs), std::move(*folder));
}

bool BlobStore::has(const Digest& digest) const {
    return blobs_.facts(blob_path(digest)).has_value();
}

Result<Descriptor> BlobStore::open_blob(const Digest& digest) const {
    return blobs_.open_file(blob_path(digest));
}

Result<FileFacts> BlobStore::facts(const Digest& digest) const {
    return blobs_.facts(blob_path(digest));
}

Result<bool> BlobStore::name_file(const Folder& from, const RelPath& name, const Digest& digest,
                                  const AskExisting& existing) const {
    const auto folder = shelf(digest);
    if (!folder) return folder.error();
    const auto named = from.rename_new(name, **folder, name_of(digest));
    if (named) return true;
    if (!named.error().is(errc::file_exists)) return named.error();
    if (existing() == Existing::keep) {
        const auto removed = from.remove_file(name);
        if (!removed) return removed.error();
        return false;
    }
    const auto replaced = from.rename(name, **folder, name_of(digest));
    if (!replaced) return replaced.error();
    return true;
}

Result<bool> BlobStore::put(const Folder& staging, const RelPath& name, const Digest& digest,
                            const Entry& facts, const AskExisting& existing) const {
    const auto dressed = dress_file(staging, name, facts);
    if (!dressed) return dressed.error();
    const auto named = name_file(staging, name, digest, existing);
    if (named || !named.error().is(errc::cross_device_link)) return named;

    // staging/ lies on another file system: bring the bytes over, then name the copy.
    const auto near = checked(digest.hex() + ".new");
    const auto source = staging.open_file(name);
    if (!source) return source.error();
    (void)blobs_.remove_file(near).has_value();
    const auto copy = blobs_.create_file(near);
    if (!copy) return copy.error();
    auto brought = copy_content(*source, *copy, near.str());
    if (brought) brought = blobs_.set_mode_and_time(near, facts);
    if (!brought) return brought.error();
    const auto kept = name_file(blobs_, near, digest, existing);
    if (!kept) return kept;
    const auto removed = staging.remove_file(name);
    if (!removed) return removed.error();
    return kept;
}

Result<bool> BlobStore::adopt(const Folder& from, const RelPath& name, const Digest& digest,
                              const AskExisting& existing) const {
    const auto folder = shelf(digest);
    if (!folder) return folder.error();
    auto linked = from.hard_link(name, **folder, name_of(digest));
    if (!linked && linked.error().is(errc::file_exists)) {
        if (existing() == Existing::keep) return false;
        linked = (*folder)->remove_file(name_of(digest));
        if (linked) linked = from.hard_link(name, **folder, name_of(digest));
    }
    if (!linked) return linked.error();
    return true;
}

Status BlobStore::remove(const Digest& digest) const {
    return blobs_.remove_file(blob_path(digest));
}

Status BlobStore::show_at(const Digest& digest, const Entry& entry, const Folder& folder,
                          const RelPath& name) const {
    const auto from = shelf(digest);
    if (!from) return from.error();
    const auto blob_name = name_of(digest);
    const auto info = (*from)->facts(blob_name);
    if (!info) return info.error();
    if (!dressed_alike(*info, entry)) return copy_to(digest, entry, folder, name);
    const auto linked = (*from)->hard_link(blob_name, folder, name);
    const bool another_way =
        !linked && (linked.error().is(errc::too_many_links) || linked.error().is(errc::cross_device_link));
    return another_way ? copy_to(digest, entry, folder, name) : linked;
}

Status BlobStore::copy_to(const Digest& digest, const Entry& entry, const Folder& folder,
                          const RelPath& name) const {
    const auto blob = open_blob(digest);
    if (!blob) return blob.error();
    const auto copy = folder.create_file(name, 0600);
    if (!copy) return copy.error();
    auto shown = copy_content(*blob, *copy, name.str());
    if (shown) shown = set_mode_and_time(*copy, entry, name.str());
    return shown;
}

Result<FileFacts> BlobStore::dress(const Digest& digest, const Entry& entry) const {
    const auto folder = shelf(digest);
    if (!folder) return folder.error();
    const auto dressed = (*folder)->set_mode_and_time(name_of(digest), entry);
    if (!dressed) return dressed.error();
    return (*folder)->facts(name_of(digest));
}

bool BlobStore::copies_are_free() const {
    const auto name = checked("copy.new"), other = checked("copy-of-copy.new");
    for (const auto& left : {name, other})
        (void)blobs_.remove_file(left).has_value();
    const auto file = blobs_.create_file(name), copy = blobs_.create_file(other);
    const std::string block(4096, 'x');
    const bool are = file && copy && write_all(*file, as_bytes(block), name.str()) &&
                     ::ioctl(copy->get(), FICLONE, file->get()) == 0;
    for (const auto& made : {name, other})
        (void)blobs_.remove_file(made).has_value();
    return are;
}

Status BlobStore::each(const std::function<Status(const Digest&, const FileFacts&)>& seen) const {
    const auto prefixes = blobs_.items();
    if (!prefixes) return prefixes.error();
    for (const auto& prefix : *prefixes) {
        if (!prefix.facts.is_folder) continue;
        const auto folder = blobs_.folder(checked(prefix.name));
        if (!folder) return folder.error();
        const auto blobs = folder->items();
        if (!blobs) return blobs.error();
        for (const auto& blob : *blobs) {
            const auto digest = Digest::parse_hex(blob.name);
            // A name that does not lead back to where it lies is none that we gave.
            const bool ours = digest && prefix.name + "/" + blob.name == blob_path(*digest).str();
            if (!ours || !blob.facts.is_file) continue;
            const auto go_on = seen(*digest, blob.facts);
            if (!go_on) return go_on;
        }
    }
    return {};
}

Status BlobStore::remove_leftovers() const {
    const auto items = blobs_.items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        if (!item.facts.is_file || !item.name.ends_with(".new")) continue;
        const auto removed = blobs_.remove_file(checked(item.name));
        if (!removed) return removed;
    }
    return {};
}

Status BlobStore::sync() const {
    return sync_file_system(blobs_);
}

Result<Folder> BlobStore::staging(const std::string& tree) const {
    const auto name = RelPath::parse_name(tree);
    if (!name) return name.error();
    return store_.make_folder(staging_path() / *name);
}

Result<Intake> Intake::open(const Folder& staging, const RelPath& name, Bytes resumed_at,
                            std::span<ByteObserver* const> observers) {
    auto file = staging.open_or_create_file(name, 0600);  // it may be embargoed
    if (!file) return file.error();
    const auto shown = staging.path() + "/" + name.str();
    Intake intake(std::move(*file), shown, observers);
    const auto facts = facts_of(intake.file_, shown);
    if (!facts) return facts.error();
    // Not where there is nothing to cut: ext4 writes a file out as soon as it is closed when it was cut to
    // nothing.
    if (facts->size != resumed_at && ::ftruncate(intake.file_.get(), static_cast<off_t>(resumed_at)) < 0)
        return Error::last_system_error("cannot cut " + shown);
    if (resumed_at == 0) return intake;
    const auto read = read_through(
        intake.file_, shown, [&](ByteSpan bytes) { return intake.take(bytes, [] { return Status(); }); });
    if (!read) return read.error();
    return intake;
}

Status Intake::take(ByteSpan bytes, const std::function<Status()>& keep) {
    Status kept;
    beside(observers_, bytes, [&] {
        kept = keep();
        if (kept) hash_.see(bytes);
    });
    if (kept) size_ += bytes.size();
    return kept;
}

Status Intake::write(ByteSpan bytes) {
    auto kept = keep(bytes);
    if (!kept && on_trouble_) on_trouble_(kept.error());
    return kept;
}

Status Intake::keep(ByteSpan bytes) {
    const auto before = size_;
    const auto written = take(bytes, [&] { return write_all(file_, bytes, name_); });
    if (!written) return written;
    if (on_step_ && before / out_step != size_ / out_step) begin_writing_out(file_);
    if (!on_step_ || before / step_ == size_ / step_) return {};
    const auto synced = sync_file(file_, name_);
    return synced ? on_step_(size_) : synced;
}

Digest Intake::finish() {
    return hash_.finish();
}

Status read_through(const Descriptor& file, const std::string& name,
                    const std::function<Status(ByteSpan)>& seen) {
    const auto buffer = read_buffer();
    for (;;) {
        const auto got = read_some(file, buffer, name);
        if (!got) return got.error();
        if (*got == 0) return {};
        const auto go_on = seen(buffer.first(*got));
        if (!go_on) return go_on;
    }
}

Result<Digest> digest_of(const Descriptor& file, const std::string& name) {
    Sha256 hash;
    const auto read = read_through(file, name, [&](ByteSpan bytes) {
        hash.see(bytes);
        return Status();
    });
    if (!read) return read.error();
    return hash.finish();
}

}  // namespace mirrorseed
