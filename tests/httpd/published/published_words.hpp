// A store with one tree that a test fills, and short words for reading it.
#pragma once

#include "httpd/own_answers.hpp"
#include "httpd/published/published.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace mirrorseed::httpd {

namespace fs = std::filesystem;

inline RelPath path(std::string_view text) {
    return RelPath::parse(text).value();
}

class PublishedTest : public testing::Test {
protected:
    void SetUp() override {
        fs::remove_all(root_);
        blobs_.emplace(BlobStore::open(root_).value());
        catalogue_.emplace(Catalogue::open(root_ + "/catalogue.db"));
        tree_ = catalogue_->trees().ensure("debian");
        catalogue_->trees().set_lineage(tree_.id, "lineage");
        read_with({});
    }
    void read_with(Describing describing) {
        reader_ =
            Published::open(
                {.store = root_, .catalogue = root_ + "/catalogue.db", .describing = std::move(describing)},
                troubles_)
                .value();
    }
    void TearDown() override { fs::remove_all(root_); }

    Digest store(const std::string& text) {
        const auto staging = blobs_->staging("debian").value();
        const auto name = path("incoming");
        auto intake = Intake::open(staging, name, 0, {}).value();
        EXPECT_TRUE(intake.write(as_bytes(text)));
        const auto digest = intake.finish();
        EXPECT_TRUE(blobs_->put(staging, name, digest, Entry{}, [] { return Existing::keep; }));
        catalogue_->contents().add_blob(digest, text.size(), 1);
        return digest;
    }

    void put(const std::string& at, Entry entry) {
        const auto place = path(at);
        catalogue_->entries().put(tree_.id, next_, place.parent(), place.name(), entry);
    }
    Digest put_file(const std::string& at, const std::string& text, bool hidden = false) {
        const auto digest = store(text);
        put(at,
            {.hidden = hidden, .size = text.size(), .mtime = FileTime::from_seconds(100), .digest = digest});
        return digest;
    }
    void put_folder(const std::string& at) { put(at, {.kind = EntryKind::folder, .mode = 0755}); }
    void put_link(const std::string& at, const std::string& target) {
        put(at, {.kind = EntryKind::link, .target = target});
    }
    void publish() {
        catalogue_->trees().publish(tree_.id, {.number = next_,
                                               .published = 200,
                                               .entries = 3,
                                               .files = 2,
                                               .bytes = 10,
                                               .manifest = Sha256::of(as_bytes("lines"))});
        ++next_;
    }

    // What a request for the path comes to, in a word.
    std::string found(const std::string& at, Spelling spelling = Spelling::as_file) {
        return in_a_word(reader_->find(path(at), spelling), at);
    }
    std::string found_own(const std::string& at, Spelling spelling = Spelling::as_file) {
        return in_a_word(ask_own(at, spelling), at);
    }
    // As a request for the path below /-/ does.
    Found ask_own(const std::string& at, Spelling spelling = Spelling::as_file) {
        const Target target{
            .path = path("-") / path(at), .folder = spelling == Spelling::as_folder, .query = {}};
        return mirrorseed::httpd::find_own(target, {}, *reader_, Site());
    }
    static std::string in_a_word(Found answer, const std::string& at) {
        if (const auto* refused = std::get_if<Refused>(&answer)) return std::to_string(refused->status);
        if (std::holds_alternative<MovedToFolder>(answer)) return "301";
        if (const auto* text = std::get_if<TextFound>(&answer)) return text->text;
        if (const auto* folder = std::get_if<FolderFound>(&answer)) {
            std::string names;
            for (const auto& item : folder->items)
                names += item.name + " ";
            return names;
        }
        auto& file = std::get<FileFound>(answer);
        std::string text(file.facts.size, '\0');
        EXPECT_TRUE(read_some(file.file, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, at));
        return text;
    }

    const std::string root_ = testing::TempDir() + "mirrorseed_published_test." + std::to_string(::getpid());
    Log log_ = Log::silent();
    std::shared_ptr<Troubles> troubles_ = std::make_shared<Troubles>(log_);
    std::optional<BlobStore> blobs_;
    std::optional<Catalogue> catalogue_;
    TreeRow tree_;
    Generation next_ = 1;
    std::unique_ptr<Published> reader_;
};

}  // namespace mirrorseed::httpd
