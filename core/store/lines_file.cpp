#include "core/store/lines_file.hpp"

#include <utility>

namespace mirrorseed {
namespace {

constexpr std::size_t flush_at = 256 * 1024;

}  // namespace

Result<LinesFile> LinesFile::create(const Folder& folder, const RelPath& name, std::uint32_t mode) {
    auto fresh = RelPath::parse_name(name.str() + unfinished).value();
    (void)folder.remove_file(fresh).has_value();
    auto file = folder.create_file(fresh, mode);
    if (!file) return file.error();
    return LinesFile(folder, name, std::move(fresh), std::move(*file));
}

LinesFile::LinesFile(const Folder& folder, RelPath name, RelPath fresh, Descriptor file)
    : folder_(&folder),
      name_(std::move(name)),
      fresh_(std::move(fresh)),
      file_(std::make_unique<Descriptor>(std::move(file))),
      writer_(std::make_unique<ZstdWriter>(*file_, name_.str())) {}

Status LinesFile::added() {
    ++count_;
    return pending_.size() < flush_at ? Status() : flush();
}

Status LinesFile::finish() {
    auto done = flush();
    if (done) done = writer_->finish();
    if (done) done = sync_file(*file_, name_.str());
    if (done) done = folder_->rename(fresh_, *folder_, name_);
    return done;
}

Status LinesFile::flush() {
    hash_.see(as_bytes(pending_));
    const auto written = writer_->write(as_bytes(pending_));
    pending_.clear();
    return written;
}

}  // namespace mirrorseed
