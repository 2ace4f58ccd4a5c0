#include "sync/arch/arch_listing.hpp"

#include "core/clock.hpp"
#include "core/store/read_text.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/arch/database.hpp"
#include "sync/arch/held_names.hpp"
#include "sync/arch/upstream_names.hpp"
#include "sync/selected_files.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mirrorseed::sync::arch {
namespace {

constexpr Bytes most_of_a_marker = Bytes{64} << 10;
constexpr Bytes most_of_a_signature = Bytes{64} << 10;
constexpr Bytes most_of_a_database = Bytes{1} << 30;

RelPath checked(std::string_view path) {
    return RelPath::parse(path).value();
}

RelPath with(const RelPath& path, std::string_view ending) {
    return checked(path.str() + std::string(ending));
}

// What is read of a repository, in the order in which it is asked for: a signature before what it is of.
enum class Part : std::size_t { database_signature, database, files_signature, files };
constexpr std::array<std::string_view, 4> part_endings{".db.sig", ".db", ".files.sig", ".files"};

struct Repo {
    std::string name{};  // "core/x86_64"
    RelPath folder{};
    RelPath root{};  // its database's path, without ".db"
    std::array<std::optional<UpstreamNames::Led>, part_endings.size()> parts{};  // those that are there
    std::array<std::string, part_endings.size()> signatures{};
    std::vector<Package> packages{}, in_files{};
    std::optional<bool> has_signatures{};  // in the tree, of any of them
};

// 0 for what is no time.
UnixTime epoch_of(std::string_view text) {
    return whole_number<std::uint32_t>(trimmed(text)).value_or(0);
}

bool name_the_same(const std::vector<Package>& some, const std::vector<Package>& others) {
    return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                      [](const Package& one, const Package& other) {
                          return one.file == other.file && one.digest == other.digest;
                      });
}

class ArchListing final : public MetadataListing {
public:
    ArchListing(const ArchWish& wish, const MetadataSurroundings& around)
        : wish_(wish), around_(around), names_(around_) {
        std::set<std::string> named;
        for (const auto& repo : wish.repos)
            for (const auto& architecture : wish.architectures) {
                auto folder = checked(repo + "/os/" + architecture);
                auto root = folder / checked(checked(repo).name());
                if (named.insert(folder.str()).second)
                    repos_.push_back({.name = repo + "/" + architecture,
                                      .folder = std::move(folder),
                                      .root = std::move(root)});
            }
    }

    std::vector<NamedFile> wants() override {
        if (fault_) return {};
        switch (stage_) {
            case Stage::markers:
                stage_ = Stage::databases;
                return {{.path = last_update_, .most = most_of_a_marker},
                        {.path = last_sync_, .most = most_of_a_marker}};
            case Stage::databases:
                stage_ = Stage::done;
                return is_as_before() ? std::vector<NamedFile>() : databases();
            default:
                return {};
        }
    }

    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        if (!content && !content.error().is(Fault::not_found)) return content.error();
        if (file.path == last_update_ || file.path == last_sync_) return read_marker(file.path, content);
        for (auto& repo : repos_)
            for (std::size_t part = 0; part < part_endings.size(); ++part) {
                auto& led = repo.parts[part];
                if (!led || led->file != file.path) continue;
                const auto read = read_part(repo, Part{part}, content);
                if (!read) return read.error().within(escape_text(file.path.str()));
            }
        return {};
    }

    Result<Selected> select() override {
        if (fault_) return *fault_;
        if (is_as_before()) return as_before();
        Selected selected{.held_reason = held_reason_};
        files_.emplace(undated());
        for (auto& repo : repos_) {
            const auto listed = list_repo(repo, selected);
            if (!listed) return listed.error();
        }
        for (const auto& [path, is_there] : markers_)
            if (is_there) files_->add(path, Entry{.mtime = undated()}, Sureness::none);
        auto listing = files_->finish();
        if (!listing) return listing.error();
        selected.listing = std::move(*listing);
        selected.is_whole = is_whole_;
        const auto judge = this->judge();
        if (!judge) return judge.error();
        if (*judge)
            selected.to_be_signed.judge = [judge = *judge](const Descriptor& content,
                                                           std::string_view signature) {
                return judge->judge(content, signature);
            };
        return selected;
    }

private:
    enum class Stage { markers, databases, done };

    // ---- what is read

    Status read_marker(const RelPath& path, const Result<Descriptor>& content) {
        markers_[path] = content.has_value();
        const auto text = content ? read_text(*content, path.str()) : Result<std::string>(content.error());
        if (path != last_update_ || !text) return {};
        const auto held = around_.held(path);
        const auto before = held ? read_text(*held, path.str()) : Result<std::string>(content.error());
        is_same_update_ = before && *before == *text;
        newest_ = epoch_of(*text);
        const auto had = before ? epoch_of(*before) : 0;
        if (newest_ < had)
            held_reason_ = "lastupdate is of " + format_iso_time(newest_) + ", and here is one of " +
                           format_iso_time(had);
        return {};
    }

    // One that came or went is for a whole listing to tell.
    bool is_as_before() const {
        const auto there = markers_.find(last_sync_);
        return around_.has_all && is_same_update_ && there != markers_.end() &&
               there->second == around_.held_entry(last_sync_).has_value();
    }

    // Nobody but the origin writes lastsync, so it is taken over as it is.
    Result<Selected> as_before() {
        Selected selected{.is_as_before = true};
        if (!markers_[last_sync_]) return selected;
        selected.listing = around_.held_listing();
        const auto finished = selected.listing.finish();
        if (!finished) return finished.error();
        selected.listing.put(last_sync_, {});  // what came of it is known
        return selected;
    }

    std::vector<NamedFile> databases() {
        std::vector<NamedFile> files;
        for (auto& repo : repos_)
            for (std::size_t part = 0; part < part_endings.size(); ++part) {
                auto led = names_.follow(with(repo.root, part_endings[part]));
                if (!led) {
                    fault_ = led.error();
                    return {};
                }
                if (led->is_absent() && Part{part} != Part::database) continue;
                const bool is_signature =
                    Part{part} == Part::database_signature || Part{part} == Part::files_signature;
                files.push_back(
                    {.path = led->file, .most = is_signature ? most_of_a_signature : most_of_a_database});
                repo.parts[part] = std::move(*led);
            }
        return files;
    }

    Status read_part(Repo& repo, Part part, const Result<Descriptor>& content) {
        const auto at = static_cast<std::size_t>(part);
        if (!content && part == Part::database) return content.error();
        if (!content) {
            repo.parts[at].reset();
            return {};
        }
        switch (part) {
            case Part::database_signature:
            case Part::files_signature: {
                auto text = read_text(*content, repo.root.str());
                if (!text) return text.error();
                repo.signatures[at] = std::move(*text);
                return {};
            }
            case Part::database:
            case Part::files:
                break;
        }
        const auto& signature = repo.signatures[at - 1];
        if (signature.empty() && wish_.keyring && around_.held_entry(with(repo.root, part_endings[at - 1])))
            return Error(Fault::refused, "it was signed, and is no longer");
        if (!signature.empty()) {
            const auto judge = this->judge();
            if (!judge) return judge.error();
            const auto made = *judge ? (*judge)->when_signed(*content, signature) : Result<UnixTime>(0);
            if (!made) return made.error();
            if (const auto compared = compare_with_held(repo, part, signature, *made); !compared)
                return compared;
        }
        auto packages = read_database(*content, around_.stop);
        if (!packages) return packages.error();
        (part == Part::database ? repo.packages : repo.in_files) = std::move(*packages);
        return {};
    }

    // A lastupdate is written by anybody; when a database was signed, only who has the key can say.
    Status compare_with_held(const Repo& repo, Part part, const std::string& signature, UnixTime made) {
        const auto at = static_cast<std::size_t>(part);
        const auto held = held_content(with(repo.root, part_endings[at])),
                   held_signature = held_content(with(repo.root, part_endings[at - 1]));
        if (!judge_ || !held || !held_signature) return {};
        const auto text = read_text(*held_signature, repo.root.str());
        if (!text) return text.error();
        if (*text == signature) return {};
        const auto when = judge_->when_signed(*held, *text);
        // What nobody vouches for any more is nothing to go by.
        if (!when && when.error().is(Fault::bad_input)) return {};
        if (!when) return when.error();
        const auto name = escape_text(with(repo.root, part_endings[at]).str());
        if (held_reason_.empty()) held_reason_ = signed_before(name, made, *when);
        return {};
    }

    std::optional<Descriptor> held_content(const RelPath& path) const {
        const auto chain = held_chain(around_.held_entry, path);
        return chain.empty() ? std::nullopt : around_.held(chain.back().path);
    }

    // Nobody, where no keyring is given.
    Result<std::shared_ptr<const SignatureJudge>> judge() {
        if (judge_ || !wish_.keyring) return judge_;
        auto made = SignatureJudge::make(*wish_.keyring, around_.stop);
        if (made) judge_ = *made;
        return made;
    }

    // ---- what is selected

    Status list_repo(Repo& repo, Selected& selected) {
        const bool is_fit = name_the_same(repo.packages, repo.in_files);
        for (std::size_t part = 0; part < part_endings.size(); ++part) {
            if (!repo.parts[part]) continue;
            const bool is_of_files = Part{part} == Part::files || Part{part} == Part::files_signature;
            if (is_of_files && !is_fit) {
                is_whole_ = false;
                files_->leave_out(with(repo.root, part_endings[part]),
                                  "it names other packages than the database");
                keep_what_is_held(with(repo.root, part_endings[part]));
                continue;
            }
            add_links(*repo.parts[part]);
            files_->add(repo.parts[part]->file, Entry{.mtime = undated()}, Sureness::none);
        }
        selected.parts.push_back({.name = repo.name});
        for (auto& package : repo.packages) {
            if (!is_wanted(package)) {
                if (around_.tells_not_held) note_not_held(repo, package, selected);
                continue;
            }
            const auto listed = list_package(repo, package, selected);
            if (!listed) return listed;
        }
        return {};
    }

    // Until it is one that fits.
    void keep_what_is_held(const RelPath& path) {
        for (const auto& [at, entry] : held_chain(around_.held_entry, path))
            files_->add(at, entry, Sureness::exact);
    }

    // Its signature too, of which only the database may tell what it is.
    static void note_not_held(const Repo& repo, const Package& package, Selected& selected) {
        const auto path = repo.folder / package.file;
        selected.not_held.push_back({path, package.size, package.digest});
        const auto& signature = package.signature;
        const auto digest = signature.empty() ? std::nullopt : std::optional(Sha256::of(as_bytes(signature)));
        selected.not_held.push_back({with(path, ".sig"), signature.size(), digest});
    }

    FileTime undated() const { return FileTime::from_seconds(newest_); }

    bool is_wanted(const Package& package) const {
        if (wish_.none) return false;
        const auto name = RelPath::parse_name(package.name);
        return wish_.packages.empty() ||
               (name && std::any_of(wish_.packages.begin(), wish_.packages.end(),
                                    [&](const Glob& glob) { return glob.matches(*name); }));
    }

    Status list_package(Repo& repo, Package& package, Selected& selected) {
        const auto path = repo.folder / package.file;
        const auto led = names_.follow(path);
        if (!led) return led.error();
        add_links(*led);
        Entry entry{.size = package.size, .mtime = undated(), .digest = package.digest};
        const bool is_dated = led->entry && led->entry->size == package.size;
        if (is_dated) entry.mtime = led->entry->mtime;
        if (is_dated) entry.mode = led->entry->mode;
        // It is opened one day, and no database tells of that.
        if (!readable_by_all(EntryKind::file, entry.mode)) is_whole_ = false;
        const auto [at, is_new] = packages_.emplace(led->file, package.digest);
        if (!is_new && at->second != package.digest)
            return Error(Fault::bad_input,
                         "the databases tell two contents of " + escape_text(led->file.str()));
        if (is_new) {
            files_->add(led->file, entry, {Sure::exact, is_dated ? Sure::exact : Sure::none});
            ++selected.parts.back().files;
            selected.parts.back().bytes += package.size;
        }
        const auto signature = list_signature(repo, path, led->file, package, selected);
        if (!signature) return signature.error();
        if (wish_.keyring && is_new)
            selected.to_be_signed.files.push_back(
                {.path = led->file, .signature = *signature, .otherwise = std::move(package.signature)});
        return {};
    }

    // Where it is, if there is one: beside the package, whatever the database says. Where only asking tells,
    // what the tree has of a package that it has still is as it was.
    Result<RelPath> list_signature(Repo& repo, const RelPath& package, const RelPath& content,
                                   const Package& told, Selected& selected) {
        const auto led = names_.follow(with(package, ".sig"));
        if (!led) return led.error();
        if (led->is_absent()) return led->file;
        if (led->is_told) {
            add_links(*led);
            files_->add(led->file, *led->entry, Sureness::exact);
            return led->file;
        }
        const auto held = around_.held_entry(content);
        const auto held_signature = around_.held_entry(led->file);
        const bool is_held = held && held->digest == told.digest;
        if (is_held && !held_signature && !has_signatures(repo)) return led->file;
        add_links(*led);
        if (is_held && held_signature && !is_asked_again(content, told, *held_signature)) {
            files_->add(led->file, *held_signature, Sureness::exact);
        } else {
            files_->add(led->file, Entry{.mtime = undated()}, Sureness::none);
            selected.perhaps.insert(led->file);
        }
        return led->file;
    }

    // It was not good when it was judged last, or the database tells another.
    bool is_asked_again(const RelPath& content, const Package& told, const Entry& held_signature) const {
        const bool is_another =
            !told.signature.empty() && Sha256::of(as_bytes(told.signature)) != held_signature.digest;
        return is_another || around_.is_full || around_.was_refused(content);
    }

    // One that lacks its signature among others that have theirs got none while the upstream was updated.
    bool has_signatures(Repo& repo) const {
        if (wish_.keyring) return true;
        if (!repo.has_signatures)
            repo.has_signatures =
                std::any_of(repo.packages.begin(), repo.packages.end(), [&](const Package& package) {
                    return around_.held_entry(with(repo.folder / package.file, ".sig")).has_value();
                });
        return *repo.has_signatures;
    }

    void add_links(const UpstreamNames::Led& led) {
        for (const auto& [path, entry] : led.links)
            files_->add(path, entry, Sureness::exact);
    }

    const ArchWish& wish_;
    MetadataSurroundings around_;
    UpstreamNames names_;
    Stage stage_ = Stage::markers;
    std::optional<Error> fault_;
    std::shared_ptr<const SignatureJudge> judge_;
    const RelPath last_update_ = checked("lastupdate"), last_sync_ = checked("lastsync");
    std::map<RelPath, bool> markers_;  // those that were asked for: are they there?
    bool is_same_update_ = false;
    UnixTime newest_ = 0;
    std::string held_reason_;
    std::vector<Repo> repos_;
    std::optional<SelectedFiles> files_;
    std::unordered_map<RelPath, Digest> packages_;
    bool is_whole_ = true;
};

}  // namespace

std::unique_ptr<MetadataListing> arch_listing(const ArchWish& wish, const MetadataSurroundings& around) {
    return std::make_unique<ArchListing>(wish, around);
}

}  // namespace mirrorseed::sync::arch
