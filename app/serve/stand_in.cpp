#include "app/serve/stand_in.hpp"

#include <cstdlib>
#include <filesystem>

namespace mirrorseed::app {
namespace {

constexpr std::chrono::minutes tried_again_after{1};

std::string file_in(const std::string& folder) {
    return folder + "/catalogue.db";
}

void remove(const std::string& folder) {
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
}

}  // namespace

StandIn::StandIn(Build build, const Log& log, Now now)
    : build_(std::move(build)), log_(log), now_(std::move(now)) {}

StandIn::~StandIn() {
    remove(folder_);
}

std::string StandIn::file(FileIdentity damaged) {
    const std::lock_guard lock(mutex_);
    if (!folder_.empty() && damaged == damaged_) return file_in(folder_);
    if (failed_ && failed_->damaged == damaged && now_() - failed_->at < tried_again_after)
        throw Failure(failed_->error);
    auto folder = built_folder();
    if (!folder) {
        failed_ = Failed{damaged, now_(), folder.error()};
        throw Failure(folder.error());
    }
    failed_.reset();
    remove(folder_);
    folder_ = std::move(*folder);
    damaged_ = damaged;
    return file_in(folder_);
}

Result<std::string> StandIn::built_folder() const {
    log_.error("the catalogue is damaged; serving what the manifests hold. Run `mirrorseed recover`");
    auto folder = (std::filesystem::temp_directory_path() / "mirrorseed-catalogue-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
        return Error::last_system_error("cannot make a temporary folder");
    const auto built = [&]() -> Status {
        try {
            return build_(file_in(folder));
        } catch (const Failure& failure) {
            return failure.error();
        }
    }();
    if (built) return folder;
    remove(folder);
    return built.error().within("the damaged catalogue cannot be rebuilt in " +
                                std::filesystem::temp_directory_path().string() +
                                ", which is tried again in a minute");
}

}  // namespace mirrorseed::app
