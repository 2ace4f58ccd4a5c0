#include "sync/debian/debian_listing.hpp"

#include "core/store/read_text.hpp"
#include "core/text.hpp"
#include "sync/debian/installer_files.hpp"
#include "sync/debian/pool_choice.hpp"
#include "sync/debian/suite_release.hpp"
#include "sync/selected_files.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace mirrorseed::sync::debian {
namespace {

constexpr Bytes most_of_a_release = Bytes{64} << 20;

RelPath checked(std::string_view path) {
    return RelPath::parse(path).value();
}

struct Suite {
    std::string name{};
    RelPath folder{};
    ReleaseTexts texts{};
    BelievedRelease believed{};
    std::vector<ChosenIndex> indices{};
    bool is_as_before = false;  // the tree has these Release files
};

// One form of an index, on its way.
struct Form {
    std::size_t suite = 0, index = 0, form = 0;
    bool operator==(const Form&) const = default;
};

class DebianListing final : public MetadataListing {
public:
    DebianListing(const DebianWish& wish, const MetadataSurroundings& around)
        : wish_(wish),
          around_(around),
          pool_(wish.packages,
                around.tells_not_held ? PoolChoice::Tells::not_held_too : PoolChoice::Tells::held,
                around.stop),
          installers_(around_) {
        // One that is named twice is read once.
        std::set<std::string> named;
        for (const auto& name : wish.suites)
            if (named.insert(name).second)
                suites_.push_back({.name = name, .folder = checked("dists/" + name)});
    }

    std::vector<NamedFile> wants() override {
        std::vector<NamedFile> files;
        while (files.empty() && stage_ != Stage::done) {
            if (stage_ == Stage::indices && is_as_before()) break;
            switch (stage_) {
                case Stage::releases:
                    files = release_files();
                    stage_ = Stage::indices;
                    break;
                case Stage::indices:
                    files = index_files(Names::by_hash);
                    stage_ = Stage::indices_by_name;
                    break;
                case Stage::indices_by_name:
                    files = index_files(Names::plain);
                    stage_ = Stage::indices_unpacked;
                    break;
                default:
                    fall_back();
                    files = index_files(Names::plain);
                    stage_ = Stage::done;
            }
        }
        return files;
    }

    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        const auto release = releases_.find(file.path);
        if (release != releases_.end())
            return read_release_file(suites_[release->second], file.path, content);
        for (const auto& form : forms_.at(file.path)) {
            const auto taken = take_form(form, content);
            if (!taken) return taken;
        }
        return {};
    }

    Result<Selected> select() override {
        if (lacked_by_all_ && !lacked_by_all_->empty())
            return Error(Fault::bad_input, "no suite has " + escape_text(*lacked_by_all_->begin()));
        if (is_as_before()) return Selected{.is_as_before = true};
        SelectedFiles files(FileTime::from_seconds(newest_));
        for (const auto& suite : suites_) {
            const auto listed = list_suite(suite, files);
            if (!listed) return listed.error();
        }
        auto parts = pool_.parts();
        const auto has_all_images = installers_.add_to(files, parts);
        if (!has_all_images) return has_all_images.error();
        const auto unmet = pool_.add_dependencies();
        if (!unmet) return unmet.error();
        for (const auto& [path, file] : pool_.files())
            files.add(path, file.size, file.digest);
        if (!unmet->empty()) files.leave_out(checked("pool"), tell_unmet(*unmet));
        auto not_held = pool_.not_held();
        if (around_.tells_not_held) add_other_indices(files, not_held);
        auto listing = files.finish();
        if (!listing) return listing.error();
        return Selected{.listing = std::move(*listing),
                        .held_reason = std::move(held_reason_),
                        .parts = std::move(parts),
                        .not_held = std::move(not_held),
                        .is_whole = is_whole_ && *has_all_images};
    }

private:
    enum class Stage { releases, indices, indices_by_name, indices_unpacked, done };
    enum class Names { by_hash, plain };

    std::vector<NamedFile> release_files() {
        std::vector<NamedFile> files;
        for (std::size_t at = 0; at < suites_.size(); ++at)
            for (const auto* name : {"InRelease", "Release", "Release.gpg"}) {
                auto path = suites_[at].folder / checked(name);
                releases_.emplace(path, at);
                files.push_back({.path = std::move(path), .most = most_of_a_release});
            }
        return files;
    }

    // Release.gpg is the last of a suite's.
    Status read_release_file(Suite& suite, const RelPath& path, const Result<Descriptor>& content) {
        auto& text = text_of(suite.texts, path.name());
        if (content) {
            auto read = read_text(*content, path.str());
            if (!read) return read.error();
            text = std::move(*read);
        } else if (!content.error().is(Fault::not_found)) {
            return content.error();
        }
        return path.name() == "Release.gpg" ? settle(suite) : Status();
    }

    static std::optional<std::string>& text_of(ReleaseTexts& texts, std::string_view name) {
        if (name == "InRelease") return texts.in_release;
        return name == "Release" ? texts.release : texts.signature;
    }

    Status settle(Suite& suite) {
        const auto named = [&](const Error& error) { return error.within(escape_text(suite.folder.str())); };
        auto believed = believe(suite.texts, wish_, around_.stop);
        if (!believed) return named(believed.error());
        const auto valid = check_still_valid(believed->release, wish_, around_.now);
        if (!valid) return named(valid.error());
        auto choice = choose_indices(believed->release, wish_.indices);
        if (!choice) return named(choice.error());
        const std::set<std::string> lacks(choice->lacks.begin(), choice->lacks.end());
        if (choice->indices.empty())
            return named(Error(Fault::bad_input, lacks.empty() ? "it names no index"
                                                               : "it has no " + escape_text(*lacks.begin())));
        suite.believed = std::move(*believed);
        suite.indices = std::move(choice->indices);
        note_lacks(lacks);
        newest_ = std::max(newest_, suite.believed.release.date.value_or(0));
        suite.is_as_before = is_held(suite.folder / checked("InRelease"), suite.texts.in_release) &&
                             is_held(suite.folder / checked("Release"), suite.texts.release) &&
                             is_held(suite.folder / checked("Release.gpg"), suite.texts.signature);
        if (wish_.is_dated) compare_with_held(suite);
        return {};
    }

    // A suite may have fewer components than another, but one of them must have what is asked for.
    void note_lacks(const std::set<std::string>& lacks) {
        if (!lacked_by_all_) {
            lacked_by_all_ = lacks;
            return;
        }
        std::erase_if(*lacked_by_all_, [&](const auto& what) { return !lacks.contains(what); });
    }

    bool is_as_before() const {
        return around_.has_all && std::all_of(suites_.begin(), suites_.end(),
                                              [](const Suite& suite) { return suite.is_as_before; });
    }

    bool is_held(const RelPath& path, const std::optional<std::string>& text) const {
        const auto file = around_.held(path);
        if (!file || !text) return !file && !text;
        const auto held = read_text(*file, path.str());
        return held && *held == *text;
    }

    void compare_with_held(const Suite& suite) {
        for (const auto* name : {"InRelease", "Release"}) {
            const auto path = suite.folder / checked(name);
            const auto file = around_.held(path);
            const auto text =
                file ? read_text(*file, path.str()) : Result<std::string>(Error(Fault::not_found, ""));
            const auto release = text ? read_unverified(*text) : Result<ReleaseFile>(text.error());
            if (!release) continue;
            const auto why = went_back(suite.believed.release, *release);
            if (why.empty()) return;
            held_reason_ +=
                (held_reason_.empty() ? "" : "; and ") + escape_text(suite.folder.str()) + ": " + why;
            return;
        }
    }

    // Those of which no form is here yet by the one name are asked for by the other.
    std::vector<NamedFile> index_files(Names names) {
        std::vector<NamedFile> files;
        for (std::size_t s = 0; s < suites_.size(); ++s)
            for (std::size_t i = 0; i < suites_[s].indices.size(); ++i)
                for (std::size_t f = 0; f < suites_[s].indices[i].forms.size(); ++f)
                    ask_for({s, i, f}, names, files);
        return files;
    }

    void fall_back() {
        for (auto& suite : suites_)
            for (auto& index : suite.indices) {
                const bool is_here =
                    std::any_of(index.forms.begin(), index.forms.end(),
                                [&](const auto& form) { return came_.contains(form.digest); });
                if (is_here || !index.otherwise) continue;
                // Then there is nothing of it that a link could lead to.
                if (index.link.has_value()) index.forms.clear();
                index.link.reset();
                index.forms.push_back(*index.otherwise);
            }
    }

    void ask_for(const Form& form, Names names, std::vector<NamedFile>& files) {
        const auto& suite = suites_[form.suite];
        const auto& file = released(form);
        if (came_.contains(file.digest) ||
            (names == Names::by_hash && !is_by_hash_too(suite, suite.indices[form.index])))
            return;
        auto path = suite.folder / (names == Names::by_hash ? by_hash_path(file) : file.path);
        auto& asking = forms_[path];
        if (std::find(asking.begin(), asking.end(), form) != asking.end()) return;
        asking.push_back(form);
        if (asking.size() == 1)
            files.push_back({.path = std::move(path), .digest = file.digest, .most = file.size});
    }

    // What apt does not ask for has one name, whatever Release says of all.
    static bool is_by_hash_too(const Suite& suite, const ChosenIndex& index) {
        return suite.believed.release.by_hash && index.kind != ChosenIndex::Kind::images;
    }

    const ReleasedFile& released(const Form& form) const {
        return suites_[form.suite].indices[form.index].forms[form.form];
    }

    Status take_form(const Form& form, const Result<Descriptor>& content) {
        auto& index = suites_[form.suite].indices[form.index];
        const auto& released = index.forms[form.form];
        if (!content) {
            // What was withdrawn here is as if it were not there.
            if (!content.error().is(Fault::not_found) && !content.error().is(Fault::refused))
                faults_.insert_or_assign(released.digest, content.error().text());
            return {};
        }
        came_.insert(released.digest);
        if (index.kind == ChosenIndex::Kind::plain || !read_.emplace(form.suite, form.index).second)
            return {};
        const auto path = suites_[form.suite].folder / released.path;
        if (index.kind == ChosenIndex::Kind::images) return installers_.read(part_of(form), path, *content);
        const auto read = pool_.read(part_of(form), index.kind, *content,
                                     {packing_of(released.path.name()), unpacked_size(index)});
        return read ? Status() : read.error().within(escape_text(path.str()));
    }

    // As its Release tells it.
    static std::optional<Bytes> unpacked_size(const ChosenIndex& index) {
        return index.otherwise ? std::optional(index.otherwise->size) : std::nullopt;
    }

    // "bookworm/main/amd64"
    std::string part_of(const Form& form) const {
        const auto& suite = suites_[form.suite];
        const auto& index = suite.indices[form.index];
        const bool is_udebs = index.kind == ChosenIndex::Kind::udebs,
                   is_images = index.kind == ChosenIndex::Kind::images;
        const auto installer = is_udebs ? "/installer" : is_images ? "/images" : "";
        return suite.name + "/" + index.component + "/" + index.architecture + installer;
    }

    Status list_suite(const Suite& suite, SelectedFiles& files) {
        if (suite.believed.by_in_release)
            list_text(files, suite.folder / checked("InRelease"), *suite.texts.in_release);
        if (suite.believed.by_release)
            list_text(files, suite.folder / checked("Release"), *suite.texts.release);
        if (suite.believed.by_release && suite.texts.signature)
            list_text(files, suite.folder / checked("Release.gpg"), *suite.texts.signature);
        for (const auto& index : suite.indices) {
            const auto listed = list_index(suite, index, files);
            if (!listed) return listed;
        }
        return {};
    }

    // A suite names forms that its archive does not have; clients take another.
    Status list_index(const Suite& suite, const ChosenIndex& index, SelectedFiles& files) {
        bool is_here = false;
        for (const auto& form : index.forms) {
            const auto path = suite.folder / form.path;
            const auto fault = faults_.find(form.digest);
            if (came_.contains(form.digest)) {
                is_here = true;
                files.add(path, form.size, form.digest);
                if (is_by_hash_too(suite, index))
                    files.add(suite.folder / by_hash_path(form), form.size, form.digest);
            } else if (fault != faults_.end() && index.kind == ChosenIndex::Kind::plain) {
                is_whole_ = false;
                files.leave_out(path, "it is not what its Release says: " + fault->second);
            } else if (fault != faults_.end()) {
                return Error(Fault::changed, "what its Release names is not there: " + fault->second);
            }
        }
        if (is_here && index.link && !is_a_folder(suite, index.link->path))
            files.add_link(suite.folder / index.link->path, index.link->target);
        if (is_here) return {};
        // Mirrors leave installers out; that one has none is no reason to have nothing.
        is_whole_ = is_whole_ && index.kind != ChosenIndex::Kind::images;
        const auto shown = escape_text((suite.folder / index.forms.front().path).str());
        if (index.kind != ChosenIndex::Kind::plain && index.kind != ChosenIndex::Kind::images)
            return Error(Fault::changed, "the upstream has no " + shown + ", which its Release names");
        files.leave_out(suite.folder / index.forms.front().path,
                        "the upstream does not have it, though its Release names it");
        return {};
    }

    // Where the upstream has another list of the same version in it alone.
    bool is_a_folder(const Suite& suite, const RelPath& link) const {
        return std::any_of(suite.indices.begin(), suite.indices.end(), [&](const ChosenIndex& index) {
            return std::any_of(index.forms.begin(), index.forms.end(), [&](const ReleasedFile& form) {
                return form.path.is_within(link) && came_.contains(form.digest);
            });
        });
    }

    // What Release files name of components, architectures and languages that were not chosen.
    void add_other_indices(const SelectedFiles& files, std::vector<NotHeldFile>& others) const {
        const auto add = [&](RelPath path, const ReleasedFile& file) {
            if (!files.has(path)) others.push_back({std::move(path), file.size, file.digest});
        };
        for (const auto& suite : suites_)
            for (const auto& file : suite.believed.release.files) {
                add(suite.folder / file.path, file);
                if (suite.believed.release.by_hash) add(suite.folder / by_hash_path(file), file);
            }
    }

    static void list_text(SelectedFiles& files, const RelPath& path, const std::string& text) {
        files.add(path, text.size(), Sha256::of(as_bytes(text)));
    }

    static std::string tell_unmet(const std::vector<std::string>& unmet) {
        const auto count =
            std::to_string(unmet.size()) + (unmet.size() == 1 ? " dependency" : " dependencies");
        return count + " cannot be met here, the first of them: " + unmet.front();
    }

    const DebianWish& wish_;
    MetadataSurroundings around_;
    PoolChoice pool_;
    InstallerFiles installers_;
    Stage stage_ = Stage::releases;
    std::vector<Suite> suites_;
    std::unordered_map<RelPath, std::size_t> releases_;     // Release files that were asked for, and whose
    std::unordered_map<RelPath, std::vector<Form>> forms_;  // indices that were asked for
    std::unordered_set<Digest> came_;
    std::unordered_map<Digest, std::string>
        faults_;  // of what the upstream has, and is not what it should be
    std::set<std::pair<std::size_t, std::size_t>> read_;  // suite and index
    std::optional<std::set<std::string>> lacked_by_all_;
    std::string held_reason_;
    bool is_whole_ = true;
    UnixTime newest_ = 0;
};

}  // namespace

std::unique_ptr<MetadataListing> debian_listing(const DebianWish& wish, const MetadataSurroundings& around) {
    return std::make_unique<DebianListing>(wish, around);
}

}  // namespace mirrorseed::sync::debian
