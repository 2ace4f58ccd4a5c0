// The server's end of what it and its keeper say to each other (app/keeper/server_words.hpp).
#pragma once

#include "app/keeper/server_files.hpp"
#include "app/keeper/server_words.hpp"
#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/system/folder.hpp"
#include "httpd/awaited.hpp"
#include "httpd/part_file.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mirrorseed::app {

// Safe from any thread, but for hear().
class KeeperLine {
public:
    // None where nobody looks after this process.
    static std::shared_ptr<KeeperLine> from_environment();
    KeeperLine(Descriptor hears, Descriptor speaks, bool is_mortal)
        : hears_(std::move(hears)), speaks_(std::move(speaks)), is_mortal_(is_mortal) {}

    // To wait for words at; -1 when there will be none any more.
    int socket() const noexcept { return is_over_ ? -1 : hears_.get(); }
    void say_alive(const ServerCounts& counts) const;
    // Now and then only; what gets lost is said again at a later request.
    void looks_changed(const Digest& content);

    // False where there is nobody who would, or he did not hear it.
    bool ask_sync(const std::string& tree) const;

    // Is there somebody who would bring a file?
    bool brings() const noexcept { return !is_mortal_; }
    // Of a file that a client waits for; safe to say again and again.
    httpd::Prospect want(const httpd::WantedContent& file, const std::string& client);
    // It is here, and is used.
    void note_use(const httpd::WantedContent& file);
    // It was told a moment ago that nobody has it.
    bool is_gone(const httpd::WantedContent& file);

    // The next hand-over, if there is one. What runs at the store is noted on the way, and so are questions.
    std::optional<ServerFiles> hear();
    struct SwarmQuestion {
        SwarmsAsked word;
        Descriptor sheet;  // where the answer is written
    };
    // Those that were heard, each once. On the thread that hears.
    std::vector<SwarmQuestion> take_questions() { return std::exchange(questions_, {}); }
    void answered(const SwarmQuestion& question) const;
    // The keeper is gone, and so is what we are for.
    bool ends_us() const noexcept { return is_over_ && is_mortal_; }
    std::string live() const;  // JSON; empty: nothing was told, or there is nobody any more who would

private:
    void note_lost(const FileLost& lost);
    void note_comes(const FileComes& comes, Descriptor part);
    void note_came(const FileCame& came);
    std::shared_ptr<const httpd::PartFile> part_of(const std::string& key,
                                                   std::chrono::steady_clock::time_point now);
    void end_parts();
    void end_part(const std::string& key, httpd::PartState state);
    bool has_enough_on_the_way(const std::string& client, std::chrono::steady_clock::time_point now) const;
    Descriptor hears_, speaks_;
    bool is_mortal_;
    std::atomic<bool> is_over_ = false;
    mutable std::mutex mutex_;
    std::unordered_map<Digest, std::chrono::steady_clock::time_point> told_;
    // Files that were asked for a little while ago, and what was heard of them.
    struct Asked {
        std::chrono::steady_clock::time_point said{}, lost{};
        bool is_gone = false, is_here = false;
        std::string client{};  // that was the first to want it
    };
    std::unordered_map<std::string, Asked> asked_;
    // What is read along, until it ends.
    struct Part {
        FileFacts begun;
        std::shared_ptr<httpd::PartFile> file;
    };
    std::unordered_map<std::string, Part> parts_;
    std::string live_;
    std::vector<SwarmQuestion> questions_;
};

}  // namespace mirrorseed::app
