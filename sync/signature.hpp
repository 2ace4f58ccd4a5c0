// The door to gpgv: is this text signed by a key that the operator trusts?
//
// gpgv runs confined, with a home and a folder of its own that are gone afterwards; what it says on its
// status channel decides, not its exit status. Of a clear-signed text only what gpgv gave back may be
// believed.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/system/private_folder.hpp"

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// Public keys, as gpgv reads them.
class Keyring {
public:
    // A keyring of GnuPG's, binary or keybox, or any number of armoured public key blocks.
    static Result<Keyring> read(const std::string& path);
    static Result<Keyring> parse(std::string_view bytes);

    const std::string& bytes() const noexcept { return bytes_; }

private:
    explicit Keyring(std::string bytes) : bytes_(std::move(bytes)) {}
    std::string bytes_;
};

struct Signed {
    std::string text;                       // what the signatures are of
    std::vector<std::string> fingerprints;  // of the keys that made them
};

// Fault::bad_input when it was judged and is not good, with the reason; other errors when it could not be
// judged. Good is at least one signature by a key in the keyring, and none that is bad. Beside a good one
// those by unknown keys count for nothing, and those that have expired, or whose keys have or were revoked:
// archives sign by an old and a new key for years.
Result<Signed> verify_detached(const Keyring& keyring, std::string_view text, std::string_view signature,
                               std::stop_token stop = {});
Result<Signed> verify_clear_signed(const Keyring& keyring, std::string_view text, std::stop_token stop = {});

// Of contents of any size, one after the other, by any thread.
class SignatureJudge {
public:
    static Result<std::shared_ptr<const SignatureJudge>> make(const Keyring& keyring, std::stop_token stop);

    // As verify_detached() says.
    Status judge(const Descriptor& content, std::string_view signature) const;
    // The same, and when it was signed last.
    Result<UnixTime> when_signed(const Descriptor& content, std::string_view signature) const;

private:
    Result<std::string> status_of(const Descriptor& content, std::string_view signature) const;

    SignatureJudge(PrivateFolder folder, std::stop_token stop)
        : folder_(std::move(folder)), stop_(std::move(stop)) {}

    PrivateFolder folder_;
    std::stop_token stop_;
    mutable std::atomic<unsigned> asked_ = 0;
};

// Does it begin as clear-signed text does?
bool is_clear_signed(std::string_view text);
// What it says it was signed over, for who asks for no signature.
std::string text_of_clear_signed(std::string_view text);

// What gpgv's status lines come to: the fingerprints, or why not.
Result<std::vector<std::string>> judge_signatures(std::string_view status);
// When the youngest good signature was made, by the same lines; 0 where none is, or that is not told.
UnixTime time_of_signatures(std::string_view status);

}  // namespace mirrorseed::sync
