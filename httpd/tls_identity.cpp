#include "httpd/tls_identity.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

// Whoever learns the keys that session tickets are sealed with can read sessions of TLS 1.2 that were
// recorded, so these keys, which come and go with a context, do not stay for long.
constexpr std::chrono::hours age_of_ticket_keys(12);

// Another text when somebody replaced the file or wrote to it, behind links too.
std::string facts_of(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return "none";
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                       info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

std::string facts_of(const TlsFiles& files) {
    return facts_of(files.certificate) + " " + facts_of(files.key);
}

}  // namespace

bool StableChange::observe(std::string now) {
    const bool stayed = now == seen_;
    seen_ = std::move(now);
    if (!stayed || seen_ == taken_) return false;
    taken_ = seen_;
    return true;
}

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files) {
    // Before they are read, so that a change while they are is noticed.
    auto facts = facts_of(files);
    auto context = load_tls_context(files);
    if (!context) return context.error();
    return std::unique_ptr<TlsIdentity>(
        new TlsIdentity(std::move(files), std::move(facts), std::move(*context)));
}

TlsContext TlsIdentity::current() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

void TlsIdentity::refresh(const Log& log, Time now) {
    const std::unique_lock lock(looking_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    if (change_.observe(facts_of(files_))) return replace(log);
    if (now - loaded_ < age_of_ticket_keys) return;
    loaded_ = now;
    // The key may be readable no more, which is told when it changes.
    if (auto context = load_tls_context(files_)) take(std::move(*context));
}

void TlsIdentity::reload(TlsFiles files, const Log& log) {
    const std::lock_guard lock(looking_);
    files_ = std::move(files);
    change_.take(facts_of(files_));
    replace(log);
}

void TlsIdentity::replace(const Log& log) {
    auto context = load_tls_context(files_);
    if (!context) return log.error("keeping the certificate as it was: {}", outside(context.error().text()));
    log.info("new connections get the certificate in {}", outside(files_.certificate));
    take(std::move(*context));
}

void TlsIdentity::take(TlsContext context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
}

}  // namespace mirrorseed::httpd
