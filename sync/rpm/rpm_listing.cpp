#include "sync/rpm/rpm_listing.hpp"

#include "core/store/read_text.hpp"
#include "core/text.hpp"
#include "sync/rpm/repo_choice.hpp"
#include "sync/rpm/repo_root.hpp"
#include "sync/selected_files.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mirrorseed::sync::rpm {
namespace {

constexpr Bytes most_of_a_root = Bytes{16} << 20;

RelPath checked(std::string_view path) {
    return RelPath::parse(path).value();
}

struct Repo {
    RelPath folder{};
    RootTexts texts{};
    Repomd repomd{};
    Treeinfo treeinfo{};
    bool is_as_before = false;  // the tree has these roots
};

// What repomd.xml names, and what became of it.
struct Named {
    std::size_t repo = 0;
    const RepoFile* file = nullptr;
    std::optional<std::string> fault{};  // why what the upstream has under that name is not it
    bool came = false;
    Bytes size = 0;  // of what came
};

// The files that clients read first, in the order in which they are asked for.
struct Root {
    const char* path;
    std::optional<std::string> RootTexts::*text;
    bool is_of_images = false;
};
constexpr Root roots[] = {{"repodata/repomd.xml", &RootTexts::repomd},
                          {"repodata/repomd.xml.key", &RootTexts::key},
                          {".treeinfo", &RootTexts::treeinfo, true},
                          {"treeinfo", &RootTexts::plain_treeinfo, true},
                          {"repodata/repomd.xml.asc", &RootTexts::signature}};

class RpmListing final : public MetadataListing {
public:
    RpmListing(const RpmWish& wish, const MetadataSurroundings& around)
        : wish_(wish),
          around_(around),
          choice_(wish.packages,
                  around.tells_not_held ? RepoChoice::Tells::not_held_too : RepoChoice::Tells::held,
                  around.stop) {
        // One that is named twice is read once.
        for (const auto& folder : wish.repos) {
            const auto is_here = [&](const Repo& repo) { return repo.folder == folder; };
            if (std::none_of(repos_.begin(), repos_.end(), is_here)) repos_.push_back({.folder = folder});
        }
    }

    std::vector<NamedFile> wants() override {
        if (!std::exchange(asked_for_roots_, true)) return root_files();
        if (std::exchange(asked_for_files_, true) || is_as_before()) return {};
        return named_files();
    }

    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        const auto root = roots_.find(file.path);
        return root != roots_.end() ? read_root(*root->second.first, *root->second.second, content)
                                    : read_named(named_.at(file.path), content);
    }

    Result<Selected> select() override {
        if (is_as_before()) return Selected{.is_as_before = true};
        SelectedFiles files(FileTime::from_seconds(newest_));
        for (const auto& repo : repos_)
            add_roots(repo, files);
        for (const auto& [path, named] : named_) {
            const auto added = add_named(path, named, files);
            if (!added) return added.error();
        }
        for (const auto& [path, package] : choice_.files()) {
            if (roots_.contains(path) || named_.contains(path)) return two_contents(path);
            add(files, path, package.size, package.sum);
        }
        for (const auto& repo : repos_) {
            const auto added = add_images(repo, files);
            if (!added) return added.error();
        }
        for (const auto& architecture : choice_.lacks())
            files.leave_out(repos_.front().folder,
                            "no repository has a package for " + escape_text(architecture));
        auto listing = files.finish();
        if (!listing) return listing.error();
        return Selected{.listing = std::move(*listing),
                        .sums = std::move(sums_),
                        .held_reason = std::move(held_reason_),
                        .parts = choice_.parts(),
                        .not_held = choice_.not_held(),
                        .is_whole = is_whole_};
    }

private:
    std::vector<NamedFile> root_files() {
        std::vector<NamedFile> files;
        for (auto& repo : repos_)
            for (const auto& root : roots) {
                if (root.is_of_images && !wish_.images) continue;
                auto path = repo.folder / checked(root.path);
                roots_.emplace(path, std::pair(&repo, &root));
                files.push_back({.path = std::move(path), .most = most_of_a_root});
            }
        return files;
    }

    static NamedFile wanted(RelPath path, const Checksum& sum, Bytes most) {
        NamedFile file{.path = std::move(path), .digest = sum.digest(), .most = most};
        if (!file.digest) file.sum = sum;
        return file;
    }

    std::vector<NamedFile> named_files() const {
        std::vector<NamedFile> files;
        for (const auto& repo : repos_)
            for (const auto& file : repo.repomd.files) {
                auto path = repo.folder / file.path;
                const bool is_first = named_.at(path).file == &file;
                if (is_first)
                    files.push_back(wanted(std::move(path), file.sum, file.size.value_or(NamedFile().most)));
            }
        return files;
    }

    Status read_root(Repo& repo, const Root& root, const Result<Descriptor>& content) {
        auto& text = repo.texts.*root.text;
        if (content) {
            auto read = read_text(*content, root.path);
            if (!read) return read.error();
            text = std::move(*read);
        } else if (!content.error().is(Fault::not_found)) {
            return content.error();
        }
        const bool is_last = &root == std::end(roots) - 1;
        const auto settled = is_last ? settle(repo) : Status();
        return settled ? settled : settled.error().within(shown(repo));
    }

    static std::string shown(const Repo& repo) {
        return repo.folder.is_root() ? "the repository" : escape_text(repo.folder.str());
    }

    Status settle(Repo& repo) {
        if (!is_vouched_for(repo.texts.repomd))
            return Error(Fault::bad_input, "repomd.xml is none of those that the metalink tells of");
        auto repomd = believe(repo.texts, wish_.keyring, around_.stop);
        if (!repomd) return repomd.error();
        repo.repomd = std::move(*repomd);
        if (!around_.vouched.empty())
            drop_what_nobody_vouches_for(repo.texts, held_texts(repo), wish_.keyring.has_value());
        auto treeinfo = read_treeinfo(repo.texts);
        if (!treeinfo) return treeinfo.error();
        repo.treeinfo = std::move(*treeinfo);
        newest_ = std::max(newest_, repo.repomd.dated());
        for (const auto& file : repo.repomd.files) {
            const auto named = name(repo, file);
            if (!named) return named;
        }
        repo.is_as_before = std::all_of(std::begin(roots), std::end(roots), [&](const Root& root) {
            return (root.is_of_images && !wish_.images) ||
                   is_held(repo.folder / checked(root.path), repo.texts.*root.text);
        });
        if (wish_.is_dated && !repo.is_as_before) compare_with_held(repo);
        return {};
    }

    // A mirror that has none is told of by those that look for it.
    bool is_vouched_for(const std::optional<std::string>& repomd) const {
        return !repomd || around_.vouched.empty() ||
               std::any_of(around_.vouched.begin(), around_.vouched.end(),
                           [&](const VouchedContent& content) { return content.is(*repomd); });
    }

    Status name(const Repo& repo, const RepoFile& file) {
        const auto path = repo.folder / file.path;
        const auto number = static_cast<std::size_t>(&repo - repos_.data());
        const auto [at, is_new] = named_.try_emplace(path, Named{.repo = number, .file = &file});
        const auto& before = at->second;
        const bool is_same =
            before.repo == number && before.file->sum == file.sum && before.file->type == file.type;
        return roots_.contains(path) || (!is_new && !is_same) ? Status(two_contents(path)) : Status();
    }

    static Error two_contents(const RelPath& path) {
        return Error(Fault::bad_input, "two contents are told of " + escape_text(path.str()));
    }

    bool is_as_before() const {
        return around_.has_all &&
               std::all_of(repos_.begin(), repos_.end(), [](const Repo& repo) { return repo.is_as_before; });
    }

    bool is_held(const RelPath& path, const std::optional<std::string>& text) const {
        const auto file = around_.held(path);
        if (!file || !text) return !file && !text;
        const auto held = read_text(*file, path.str());
        return held && *held == *text;
    }

    // Those that the tree has.
    RootTexts held_texts(const Repo& repo) const {
        RootTexts texts;
        for (const auto& root : roots) {
            const auto path = repo.folder / checked(root.path);
            const auto file = around_.held(path);
            auto text =
                file ? read_text(*file, path.str()) : Result<std::string>(Error(Fault::not_found, ""));
            if (text) texts.*root.text = std::move(*text);
        }
        return texts;
    }

    void compare_with_held(const Repo& repo) {
        const auto texts = held_texts(repo);
        const auto held =
            texts.repomd ? parse_repomd(*texts.repomd) : Result<Repomd>(Error(Fault::not_found, ""));
        const auto why = held ? went_back(repo.repomd, *held) : std::string();
        if (!why.empty()) held_reason_ += (held_reason_.empty() ? "" : "; and ") + shown(repo) + ": " + why;
    }

    Status read_named(Named& named, const Result<Descriptor>& content) {
        if (!content) {
            // What was withdrawn here is as if it were not there.
            if (!content.error().is(Fault::not_found) && !content.error().is(Fault::refused))
                named.fault = content.error().text();
            return {};
        }
        const auto facts = facts_of(*content, named.file->path.str());
        if (!facts) return facts.error();
        named.came = true;
        named.size = facts->size;
        if (named.file->type != "primary") return {};
        const auto& folder = repos_[named.repo].folder;
        const auto read = choice_.read(folder, *content, packing_of(named.file->path.name()));
        return read ? Status() : read.error().within(escape_text((folder / named.file->path).str()));
    }

    void add(SelectedFiles& files, const RelPath& path, Bytes size, const Checksum& sum) {
        files.add(path, size, sum.digest());
        if (!sum.digest()) sums_.emplace(path, sum);
    }

    void add_roots(const Repo& repo, SelectedFiles& files) const {
        for (const auto& root : roots) {
            const auto& text = repo.texts.*root.text;
            if (text) files.add(repo.folder / checked(root.path), text->size(), Sha256::of(as_bytes(*text)));
        }
    }

    // Their sizes are not told, and so are asked for.
    Status add_images(const Repo& repo, SelectedFiles& files) {
        std::vector<RelPath> paths;
        std::vector<Checksum> sums;
        for (const auto& image : repo.treeinfo.images) {
            const auto path = repo.folder / image.path;
            if (files.has(path)) continue;
            paths.push_back(path);
            sums.push_back(image.sum);
        }
        const auto sizes = paths.empty() ? Result<Sizes>(Sizes()) : around_.sizes_of(paths);
        if (!sizes) return sizes.error();
        for (std::size_t at = 0; at < paths.size(); ++at) {
            const auto& size = (*sizes)[at];
            if (size) {
                add(files, paths[at], *size, sums[at]);
                continue;
            }
            files.leave_out(paths[at], "the upstream does not have it, though .treeinfo names it");
            is_whole_ = false;
        }
        for (const auto& path : repo.treeinfo.without_sum)
            if (!files.has(repo.folder / path))
                files.leave_out(repo.folder / path, ".treeinfo names it, and tells no sum of it");
        return {};
    }

    // Clients live without any but the primary index.
    // A client that finds one of these gone fails; the others it does without.
    static bool is_read_by_all(std::string_view type) {
        constexpr std::string_view types[] = {"primary", "filelists",  "group",
                                              "modules", "updateinfo", "group_gz"};
        return std::find(std::begin(types), std::end(types), type) != std::end(types);
    }

    Status add_named(const RelPath& path, const Named& named, SelectedFiles& files) {
        if (named.came) {
            add(files, path, named.size, named.file->sum);
            return {};
        }
        const auto what = named.fault
                              ? "what repomd.xml names is not there: " + *named.fault
                              : "the upstream has no " + escape_text(path.str()) + ", which repomd.xml names";
        if (is_read_by_all(named.file->type)) return Error(Fault::changed, what);
        files.leave_out(path, what);
        is_whole_ = false;
        return {};
    }

    const RpmWish& wish_;
    MetadataSurroundings around_;
    RepoChoice choice_;
    std::vector<Repo> repos_;
    std::unordered_map<RelPath, std::pair<Repo*, const Root*>> roots_;
    std::map<RelPath, Named> named_;
    ExpectedSums sums_;
    std::string held_reason_;
    bool is_whole_ = true;
    bool asked_for_roots_ = false, asked_for_files_ = false;
    UnixTime newest_ = 0;
};

}  // namespace

std::unique_ptr<MetadataListing> rpm_listing(const RpmWish& wish, const MetadataSurroundings& around) {
    return std::make_unique<RpmListing>(wish, around);
}

}  // namespace mirrorseed::sync::rpm
