#include "httpd/tls_identity.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

// Whoever learns the keys that session tickets are sealed with can read sessions of TLS 1.2 that were
// recorded, so these keys, which come and go with a context, do not stay for long.
constexpr std::chrono::hours age_of_ticket_keys(12);

std::string facts_of(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return "none";
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                       info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

}  // namespace

std::string facts_of(const TlsFiles& files) {
    return facts_of(files.certificate) + " " + facts_of(files.key);
}

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
    auto pem = read_tls_files(files);
    if (!pem) return pem.error();
    auto context = make_tls_context(*pem);
    if (!context) return context.error();
    return std::unique_ptr<TlsIdentity>(
        new TlsIdentity(std::move(*pem), std::move(facts), std::move(*context)));
}

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::handed(TlsPem pem) {
    auto context = make_tls_context(pem);
    if (!context) return context.error();
    std::unique_ptr<TlsIdentity> identity(new TlsIdentity(std::move(pem), {}, std::move(*context)));
    identity->is_watching_ = false;
    return identity;
}

TlsContext TlsIdentity::current() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

void TlsIdentity::refresh(const Log& log, Time now) {
    const std::unique_lock lock(looking_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    if (is_watching_ && change_.observe(facts_of(pem_.names)))
        return replace(read_tls_files(pem_.names), log);
    if (now - loaded_ < age_of_ticket_keys) return;
    loaded_ = now;
    if (auto context = make_tls_context(pem_)) take(std::move(*context));
}

void TlsIdentity::reload(TlsFiles files, const Log& log) {
    const std::lock_guard lock(looking_);
    change_.take(facts_of(files));
    const auto pem = read_tls_files(files);
    pem_.names = std::move(files);
    replace(pem, log);
}

void TlsIdentity::take_handed(TlsPem pem, const Log& log) {
    const std::lock_guard lock(looking_);
    is_watching_ = false;
    replace(pem, log);
}

void TlsIdentity::leave_to_others() {
    const std::lock_guard lock(looking_);
    is_watching_ = false;
}

void TlsIdentity::replace(const Result<TlsPem>& pem, const Log& log) {
    auto context = pem ? make_tls_context(*pem) : Result<TlsContext>(pem.error());
    if (!context) return log.error("keeping the certificate as it was: {}", outside(context.error().text()));
    pem_ = *pem;
    log.info("new connections get the certificate in {}", outside(pem_.names.certificate));
    take(std::move(*context));
}

void TlsIdentity::take(TlsContext context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
}

}  // namespace mirrorseed::httpd
