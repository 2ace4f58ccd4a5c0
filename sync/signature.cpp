#include "sync/signature.hpp"

#include "core/system/subprocess.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

constexpr Bytes longest_keyring = 16 << 20;
constexpr Bytes longest_text = 64 << 20;
constexpr std::size_t longest_status = 1 << 20;
constexpr auto patience = 60s;

constexpr std::string_view key_block_begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view key_block_end = "-----END PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view clear_signed_begin = "-----BEGIN PGP SIGNED MESSAGE-----";

// ---- armour (RFC 4880, section 6)

std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return trimmed(line);
}

std::uint32_t crc24(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = 0xB704CE;
    for (const auto byte : bytes) {
        crc ^= static_cast<std::uint32_t>(byte) << 16;
        for (int bit = 0; bit < 8; ++bit) {
            crc <<= 1;
            if ((crc & 0x1000000) != 0) crc ^= 0x1864CFB;
        }
    }
    return crc & 0xFFFFFF;
}

bool has_checksum(std::span<const std::uint8_t> bytes, std::string_view line) {
    const auto sum = from_base64(line.substr(1));
    const auto crc = crc24(bytes);
    const std::array<std::uint8_t, 3> wanted{static_cast<std::uint8_t>(crc >> 16),
                                             static_cast<std::uint8_t>(crc >> 8),
                                             static_cast<std::uint8_t>(crc)};
    return sum && std::equal(sum->begin(), sum->end(), wanted.begin(), wanted.end());
}

// What stands between the lines that begin and end it.
Result<std::string> unarmoured(std::string_view block) {
    const Error broken(Fault::bad_input, "an armoured key is damaged");
    while (!block.empty() && !take_line(block).empty()) {
    }  // "Comment: ..." and other headers, up to an empty line
    std::string base64, checksum;
    while (!block.empty()) {
        const auto line = take_line(block);
        if (line.size() == 5 && line.starts_with('='))
            checksum = line;
        else
            base64 += line;
    }
    const auto bytes = from_base64(base64);
    if (!bytes || bytes->empty()) return broken;
    if (!checksum.empty() && !has_checksum(*bytes, checksum)) return broken;
    return std::string(bytes->begin(), bytes->end());
}

Result<std::string> unarmoured_keys(std::string_view text) {
    std::string keys;
    for (auto begin = text.find(key_block_begin); begin != std::string_view::npos;
         begin = text.find(key_block_begin)) {
        text.remove_prefix(begin);
        take_line(text);
        const auto end = text.find(key_block_end);
        if (end == std::string_view::npos) return Error(Fault::bad_input, "an armoured key is cut short");
        const auto key = unarmoured(text.substr(0, end));
        if (!key) return key.error();
        keys += *key;
        text.remove_prefix(end);
    }
    if (keys.empty()) return Error(Fault::bad_input, "there is no public key in it");
    return keys;
}

// ---- gpgv

// What gpgv said on its status channel about `files`, which lie in `folder` beside the keyring, or are
// `lent`.
Result<std::string> status_of_gpgv(const PrivateFolder& folder, const std::vector<std::string>& files,
                                   std::stop_token stop, const Descriptor* lent = nullptr) {
    auto confines = confines_of_a_program();
    confines.workshops.push_back(folder.path());
    const auto landlock = Landlock::prepare(confines);
    if (!landlock) return landlock.error();
    Program gpgv{.arguments = {"gpgv", "--homedir", folder.path(), "--keyring", folder.at("keyring"),
                               "--status-fd", "1", "--output", folder.at("output")},
                 .environment = {"PATH=" + std::string(Program::search_path), "LANG=C.UTF-8",
                                 "HOME=" + folder.path(), "GNUPGHOME=" + folder.path()},
                 .folder = folder.path()};
    if (lent != nullptr) gpgv.arguments.emplace_back("--enable-special-filenames");
    gpgv.arguments.insert(gpgv.arguments.end(), files.begin(), files.end());
    if (lent != nullptr) {
        gpgv.arguments.push_back("-&" + std::to_string(lent->get()));
        gpgv.descriptors.push_back(lent->get());
    }
    gpgv.largest_file = longest_text;
    gpgv.confinement = *landlock ? &**landlock : nullptr;

    std::string status;
    ProgramWatch watch{.timeout = patience, .stop = std::move(stop)};
    watch.output = [&](std::string_view piece) -> Status {
        status += piece;
        if (status.size() > longest_status) return Error(Fault::bad_input, "there are too many signatures");
        return {};
    };
    const auto end = run_program(gpgv, watch);
    if (!end) return end.error();
    if (end->signal != 0) return Error(Fault::failed, "gpgv " + end->text());
    return status;
}

Result<std::vector<std::string>> run_gpgv(const PrivateFolder& folder, const Keyring& keyring,
                                          const std::vector<std::string>& files, std::stop_token stop) {
    if (const auto written = folder.write("keyring", keyring.bytes()); !written) return written.error();
    const auto status = status_of_gpgv(folder, files, std::move(stop));
    if (!status) return status.error();
    return judge_signatures(*status);
}

// ---- its answer

constexpr std::string_view status_prefix = "[GNUPG:] ";

std::string_view take_word(std::string_view& text) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

// "ERRSIG keyid algorithm hash class time reason fingerprint"; reason 9: the key is not there
bool is_unknown_key(std::string_view rest) {
    for (int skipped = 0; skipped < 4; ++skipped)
        take_word(rest);
    return take_word(rest) == "9";
}

// "VALIDSIG fingerprint date time ...", the time in seconds
UnixTime time_of_valid(std::string_view rest) {
    take_word(rest);
    return whole_number<std::uint32_t>(take_word(rest)).value_or(0);
}

struct Verdict {
    bool good = false;
    bool is_of_good = false;  // what comes next
    std::string unknown_key;
    std::string fault;  // the first
    std::string
        outlived;  // the first, of a key or signature whose time is over; counts where there is no good one
    std::vector<std::string> fingerprints;
    UnixTime made = 0;  // the youngest of them

    void blame(const std::string& what) {
        if (fault.empty()) fault = what;
    }
    void note(const std::string& what) {
        if (outlived.empty()) outlived = what;
    }
    void take(std::string_view line) {
        const auto keyword = take_word(line);
        const auto first = take_word(line);
        const auto key = "the key " + escape_text(first.substr(0, 40));
        if (keyword == "VALIDSIG" && is_of_good) {
            fingerprints.emplace_back(first);
            made = std::max(made, time_of_valid(line));
        }
        if (keyword.ends_with("SIG") && keyword != "VALIDSIG") is_of_good = keyword == "GOODSIG";
        if (keyword == "GOODSIG") good = true;
        if (keyword == "BADSIG") blame("the signature by " + key + " is bad");
        if (keyword == "EXPSIG") note("the signature by " + key + " has expired");
        if (keyword == "EXPKEYSIG") note(key + ", which made the signature, has expired");
        if (keyword == "REVKEYSIG") note(key + ", which made the signature, was revoked");
        if (keyword == "ERRSIG" && is_unknown_key(line))
            unknown_key = key;
        else if (keyword == "ERRSIG")
            note("the signature by " + key + " cannot be checked");
    }
};

Verdict verdict_of(std::string_view status) {
    Verdict verdict;
    while (!status.empty()) {
        const auto line = take_line(status);
        if (line.starts_with(status_prefix)) verdict.take(line.substr(status_prefix.size()));
    }
    return verdict;
}

}  // namespace

Result<Keyring> Keyring::parse(std::string_view bytes) {
    if (bytes.empty()) return Error(Fault::bad_input, "it is empty");
    const bool is_packets = (static_cast<unsigned char>(bytes.front()) & 0x80) != 0;
    const bool is_keybox = bytes.size() > 12 && bytes.substr(8, 4) == "KBXf";
    if (is_packets || is_keybox) return Keyring(std::string(bytes));
    auto keys = unarmoured_keys(bytes);
    if (!keys) return keys.error();
    return Keyring(std::move(*keys));
}

Result<Keyring> Keyring::read(const std::string& path) {
    const auto bytes = read_file(path, longest_keyring);
    if (!bytes) return bytes.error();
    auto keyring = parse(*bytes);
    if (!keyring) return keyring.error().within("the keyring " + escape_text(path));
    return keyring;
}

Result<Signed> verify_detached(const Keyring& keyring, std::string_view text, std::string_view signature,
                               std::stop_token stop) {
    const auto folder = PrivateFolder::make("gpgv");
    if (!folder) return folder.error();
    if (const auto written = folder->write("text", text); !written) return written.error();
    if (const auto written = folder->write("signature", signature); !written) return written.error();
    auto fingerprints =
        run_gpgv(*folder, keyring, {folder->at("signature"), folder->at("text")}, std::move(stop));
    if (!fingerprints) return fingerprints.error();
    return Signed{std::string(text), std::move(*fingerprints)};
}

Result<Signed> verify_clear_signed(const Keyring& keyring, std::string_view text, std::stop_token stop) {
    if (!is_clear_signed(text)) return Error(Fault::bad_input, "there is no clear-signed text");
    const auto folder = PrivateFolder::make("gpgv");
    if (!folder) return folder.error();
    if (const auto written = folder->write("signed", text); !written) return written.error();
    auto fingerprints = run_gpgv(*folder, keyring, {folder->at("signed")}, std::move(stop));
    if (!fingerprints) return fingerprints.error();
    auto output = read_file(folder->at("output"), longest_text);
    if (!output) return output.error();
    return Signed{std::move(*output), std::move(*fingerprints)};
}

Result<std::shared_ptr<const SignatureJudge>> SignatureJudge::make(const Keyring& keyring,
                                                                   std::stop_token stop) {
    auto folder = PrivateFolder::make("gpgv");
    if (!folder) return folder.error();
    if (const auto written = folder->write("keyring", keyring.bytes()); !written) return written.error();
    return std::shared_ptr<const SignatureJudge>(new SignatureJudge(std::move(*folder), std::move(stop)));
}

// gpgv reads where we would, so the content is read from its beginning by either.
Result<std::string> SignatureJudge::status_of(const Descriptor& content, std::string_view signature) const {
    const auto name = "signature-" + std::to_string(++asked_);
    if (const auto written = folder_.write(name, signature); !written) return written.error();
    const auto rewound = [&] { return ::lseek(content.get(), 0, SEEK_SET) == 0; };
    const Error broken(Fault::failed, "what is signed cannot be read from its beginning");
    if (!rewound()) return broken;
    auto status = status_of_gpgv(folder_, {folder_.at(name)}, stop_, &content);
    ::unlink(folder_.at(name).c_str());
    if (!status) return status.error();
    if (!rewound()) return broken;
    return status;
}

Status SignatureJudge::judge(const Descriptor& content, std::string_view signature) const {
    const auto when = when_signed(content, signature);
    return when ? Status() : when.error();
}

Result<UnixTime> SignatureJudge::when_signed(const Descriptor& content, std::string_view signature) const {
    const auto status = status_of(content, signature);
    if (!status) return status.error();
    const auto good = judge_signatures(*status);
    if (!good) return good.error();
    return time_of_signatures(*status);
}

bool is_clear_signed(std::string_view text) {
    const auto begin = text.find_first_not_of("\r\n");
    return begin != std::string_view::npos && text.substr(begin).starts_with(clear_signed_begin);
}

// RFC 9580, section 7: armour headers end at an empty line, and lines that began with a dash have "- " before
// it.
std::string text_of_clear_signed(std::string_view text) {
    std::string plain;
    bool is_head = true;
    while (!text.empty()) {
        auto line = take_line(text);
        if (line.starts_with("-----BEGIN PGP SIGNATURE")) break;
        if (is_head) {
            is_head = !trimmed(line).empty();
            continue;
        }
        if (line.starts_with("- ")) line.remove_prefix(2);
        plain.append(line).push_back('\n');
    }
    return plain;
}

Result<std::vector<std::string>> judge_signatures(std::string_view status) {
    auto verdict = verdict_of(status);
    if (!verdict.fault.empty()) return Error(Fault::bad_input, verdict.fault);
    if (verdict.good && !verdict.fingerprints.empty()) return std::move(verdict.fingerprints);
    if (!verdict.outlived.empty()) return Error(Fault::bad_input, verdict.outlived);
    if (verdict.unknown_key.empty()) return Error(Fault::bad_input, "there is no signature");
    return Error(Fault::bad_input,
                 "the signature was made by " + verdict.unknown_key + ", which the keyring does not have");
}

UnixTime time_of_signatures(std::string_view status) {
    return verdict_of(status).made;
}

}  // namespace mirrorseed::sync
