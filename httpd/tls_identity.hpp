// The certificate that new connections get, and its replacement while the server runs.
//
// Whoever renews a certificate replaces two files, one after the other. refresh()
// waits until both have stayed the same from one look to the next, then takes
// them for connections that begin from then on; those that exist keep theirs. A
// pair that cannot be used is told of once, and the one before stays.
//
// Safe from any thread.
#pragma once

#include "httpd/tls_context.hpp"

#include "core/log.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace mirrorseed::httpd {

// When to read what others replace: once it has changed and then stayed the same from one look to the next.
class StableChange {
public:
    explicit StableChange(std::string now) : seen_(now), taken_(std::move(now)) {}
    // True when it is time to read.
    bool observe(std::string now);
    // It is read without waiting.
    void take(std::string now) { seen_ = taken_ = std::move(now); }

private:
    std::string seen_, taken_;
};

// Another text when somebody replaced one of them or wrote to it, behind links too.
std::string facts_of(const TlsFiles& files);

class TlsIdentity {
public:
    using Time = std::chrono::steady_clock::time_point;

    static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files);
    // What somebody else reads and watches.
    static Result<std::unique_ptr<TlsIdentity>> handed(TlsPem pem);

    TlsContext current() const;

    // To be called about once a second, on a thread that may wait for a disk.
    void refresh(const Log& log, Time now = Time::clock::now());
    // At once, whether anything has changed or not; from these files from then on.
    void reload(TlsFiles files, const Log& log);
    // From now on somebody else reads and watches them.
    void take_handed(TlsPem pem, const Log& log);
    void leave_to_others();

private:
    TlsIdentity(TlsPem pem, std::string facts, TlsContext context)
        : pem_(std::move(pem)), change_(std::move(facts)), context_(std::move(context)) {}
    void replace(const Result<TlsPem>& pem, const Log& log);
    void take(TlsContext context);

    std::mutex looking_;  // over what follows
    TlsPem pem_;          // kept, for what it came from may be out of reach
    bool is_watching_ = true;
    StableChange change_;
    Time loaded_ = Time::clock::now();
    mutable std::mutex mutex_;  // over context_
    TlsContext context_;
};

}  // namespace mirrorseed::httpd
