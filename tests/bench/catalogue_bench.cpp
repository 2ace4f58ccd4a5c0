// What a tree of a million entries costs: first publish, no change, 1 % changed, look-ups, a large folder.
//
// Each measurement is a process of its own, so that its memory is its own too; it prints one line of JSON, of
// which catalogue_bench.py makes a table. The digests are known beforehand, and no manifest or checkout is
// written, so that the catalogue alone is measured.
#include "core/store/store.hpp"
#include "core/text.hpp"
#include "sync/generation/candidate.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/plan.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>

namespace mirrorseed {
namespace {

using Clock = std::chrono::steady_clock;

struct Shape {
    std::size_t folders = 50'000;
    std::size_t files_each = 19;  // with its folder each makes 20 entries, a million in all
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::size_t peak_memory_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

void report(const char* what, double value, const char* unit) {
    fmt::print("{{\"what\":\"{}\",\"value\":{:.3f},\"unit\":\"{}\",\"peak_mib\":{}}}\n", what, value, unit,
               peak_memory_mib());
}

Digest digest_for(std::size_t folder, std::size_t file, std::size_t version) {
    return Sha256::of(as_bytes(fmt::format("{}/{}/{}", folder, file, version)));
}

RelPath folder_path(std::size_t index) {
    return RelPath::parse(fmt::format("pool/main/{:02x}/package-{:05}", index % 64, index)).value();
}

std::string file_name(std::size_t index) {
    return fmt::format("package-with-a-name_1.{}-1_amd64.deb", index);
}

Entry file_entry(std::size_t folder, std::size_t file, std::size_t version, bool with_digest) {
    Entry entry{.size = 40'000 + file,
                .mtime = FileTime::from_seconds(1'700'000'000 + static_cast<long>(version))};
    if (with_digest) entry.digest = digest_for(folder, file, version);
    return entry;
}

// Every `changed_every`-th file is of version 1.
sync::Listing make_listing(const Shape& shape, std::size_t changed_every, bool with_digests) {
    sync::Listing listing;
    const auto add_folders = [&](const RelPath& above, auto&& names) {
        std::vector<sync::ListedEntry> entries;
        for (const auto& name : names)
            entries.push_back({.name = name, .entry = {.kind = EntryKind::folder, .mode = 0755}});
        listing.add(above, entries);
    };
    add_folders(RelPath(), std::vector<std::string>{"pool"});
    add_folders(RelPath::parse("pool").value(), std::vector<std::string>{"main"});
    std::vector<std::string> sections;
    for (std::size_t section = 0; section < 64; ++section)
        sections.push_back(fmt::format("{:02x}", section));
    add_folders(RelPath::parse("pool/main").value(), sections);
    for (std::size_t section = 0; section < 64; ++section) {
        std::vector<std::string> packages;
        for (auto index = section; index < shape.folders; index += 64)
            packages.emplace_back(folder_path(index).name());
        add_folders(RelPath::parse("pool/main/" + sections[section]).value(), packages);
    }
    for (std::size_t index = 0; index < shape.folders; ++index) {
        std::vector<sync::ListedEntry> files;
        files.reserve(shape.files_each);
        for (std::size_t file = 0; file < shape.files_each; ++file) {
            const auto number = index * shape.files_each + file;
            const std::size_t version = changed_every != 0 && number % changed_every == 0 ? 1 : 0;
            files.push_back(
                {.name = file_name(file), .entry = file_entry(index, file, version, with_digests)});
        }
        listing.add(folder_path(index), files);
    }
    listing.finish().value();
    return listing;
}

class Bench {
public:
    explicit Bench(const std::string& folder)
        : store_(Store::open({.store = folder, .catalogue = ""}, "bench").value()) {}

    bool run(std::string_view what) {
        if (what == "first")
            first_publish();
        else if (what == "same")
            no_change();
        else if (what == "changed")
            one_percent();
        else if (what == "find")
            look_up();
        else if (what == "folder")
            large_folder();
        else
            return false;
        return true;
    }

private:
    void know_blobs(std::size_t version, std::size_t step) {
        auto transaction = store_.catalogue().begin();
        for (std::size_t number = 0; number < shape_.folders * shape_.files_each; number += step) {
            const auto file =
                file_entry(number / shape_.files_each, number % shape_.files_each, version, true);
            store_.catalogue().contents().add_blob(*file.digest, file.size, 0);
        }
        transaction.commit();
    }

    // Every content that is stored came for its file.
    static std::function<std::optional<Bytes>(const RelPath&, const Digest&)> came(Catalogue& catalogue) {
        return [&catalogue](const RelPath&, const Digest& digest) {
            return catalogue.contents().size_of(digest);
        };
    }

    sync::Plan plan(sync::Listing& listing) {
        const auto tree = store_.catalogue().trees().ensure("bench");
        sync::Known known;
        known.blob_size = came(store_.catalogue());
        const auto current = store_.catalogue().entries().all(tree.id, tree.generation);
        return plan_sync(listing, *current, known, {});
    }

    void publish(const std::string& name, const sync::Listing& listing, const sync::Plan& planned) {
        const auto tree = store_.catalogue().trees().ensure(name);
        const auto leaving = [](const PathEntry&) { return Leaving::dropped_upstream; };
        const auto row =
            sync::build_candidate(store_, tree, listing, planned, {}, {}, leaving, progress_).value();
        publisher_.commit(tree, row, sync::Pause::stays, {}).value();
    }

    void first_publish() {
        know_blobs(0, 1);
        auto listing = make_listing(shape_, 0, true);
        const auto start = Clock::now();
        const auto planned = plan(listing);
        publish("bench", listing, planned);
        report("first publish of 1,000,000 entries, digests known", seconds_since(start), "s");
    }

    void no_change() {
        auto listing = make_listing(shape_, 0, false);
        const auto start = Clock::now();
        const auto planned = plan(listing);
        if (!planned.changes_nothing()) std::abort();
        report("plan of a listing without a change", seconds_since(start), "s");
    }

    void one_percent() {
        know_blobs(1, 100);
        auto listing = make_listing(shape_, 100, true);
        const auto start = Clock::now();
        const auto planned = plan(listing);
        publish("bench", listing, planned);
        report("plan and publish of 1 % changed", seconds_since(start), "s");
    }

    void look_up() {
        auto reader = Catalogue::open_to_read(store_.places().catalogue_file());
        const auto tree = reader.trees().find("bench").value();
        std::mt19937_64 random(1);
        std::vector<double> times;
        for (int i = 0; i < 100'000; ++i) {
            const auto path = folder_path(random() % shape_.folders) /
                              RelPath::parse_name(file_name(random() % shape_.files_each)).value();
            const auto start = Clock::now();
            if (!reader.entries().find(tree.id, tree.generation, path)) std::abort();
            times.push_back(seconds_since(start));
        }
        std::nth_element(times.begin(), times.begin() + 50'000, times.end());
        report("look-up of a path, median", times[50'000] * 1e6, "us");
    }

    void large_folder() {
        auto& catalogue = store_.catalogue();
        sync::Listing listing;
        std::vector<sync::ListedEntry> files;
        for (std::size_t file = 0; file < 10'000; ++file)
            files.push_back(
                {.name = file_name(file), .entry = file_entry(0, file % shape_.files_each, 0, true)});
        listing.add(RelPath(), files);
        listing.finish().value();
        const auto tree = catalogue.trees().ensure("large");
        sync::Known known;
        for (std::size_t file = 0; file < shape_.files_each; ++file)
            catalogue.contents().add_blob(digest_for(0, file, 0), file_entry(0, file, 0, true).size, 0);
        known.blob_size = came(catalogue);
        const auto planned = plan_sync(listing, *catalogue.entries().all(tree.id, 0), known, {});
        publish("large", listing, planned);
        auto reader = Catalogue::open_to_read(store_.places().catalogue_file());
        const auto start = Clock::now();
        if (reader.entries().in_folder(tree.id, 1, RelPath()).size() != 10'000) std::abort();
        report("listing of a folder of 10,000", seconds_since(start) * 1e3, "ms");
    }

    Shape shape_;
    Store store_;
    Progress progress_;
    mirrorseed::Clock clock_ = system_clock();
    sync::Publisher publisher_{
        store_, [](const std::string&) { return sync::Keeping(); }, {}, clock_, progress_};
};

}  // namespace
}  // namespace mirrorseed

int main(int argc, char** argv) {
    if (argc == 3 && mirrorseed::Bench(argv[1]).run(argv[2])) return 0;
    fmt::print(stderr, "usage: catalogue_bench STORE first|same|changed|find|folder, in this order\n");
    return 2;
}
