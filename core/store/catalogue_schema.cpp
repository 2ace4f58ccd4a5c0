#include "core/store/catalogue_schema.hpp"

#include "core/store/catalogue_trouble.hpp"
#include "core/store/sqlite.hpp"
#include "core/store/transaction.hpp"

#include <array>
#include <cstdint>
#include <iterator>
#include <string>

namespace mirrorseed {
namespace {

// Step N brings version N to version N+1. A step that has been released is never edited.
//
// Entries are keyed by folder, so that a listing is one walk over neighbours and
// a first publish, which arrives in that order, only appends. The partial
// indices leave out the rows of a first generation and those that still hold:
// nobody asks for them by number, and they are nearly all rows there are.
// A blob's id is never given out again, for rows of history keep the ids of
// contents that are gone.
constexpr std::array steps{
    R"sql(
create table trees(
  id integer primary key,
  name text not null unique,
  lineage text not null default '',
  generation integer not null default 0,
  candidate integer not null default 0,
  held_reason text not null default '',
  paused integer not null default 0,
  checkout integer not null default 0
) strict;
create table generations(
  tree integer not null, number integer not null, published integer not null,
  entries integer not null, files integer not null, bytes integer not null,
  added integer not null, changed integer not null, removed integer not null,
  upstream text not null, manifest blob, kept integer not null default 1,
  primary key(tree, number)
) strict, without rowid;
create table folders(
  id integer primary key, tree integer not null, path blob not null,
  unique(tree, path)
) strict;
create table entries(
  folder integer not null, name blob not null, since integer not null, until integer,
  tree integer not null, kind integer not null, mode integer not null, hidden integer not null,
  size integer not null, mtime integer not null, blob integer, target blob,
  primary key(folder, name, since)
) strict, without rowid;
create index entries_opened on entries(tree, since) where since > 1;
create index entries_closed on entries(tree, until) where until is not null;
create index entries_by_blob on entries(blob) where blob is not null;
create table blobs(
  id integer primary key autoincrement, digest blob not null unique, size integer not null,
  checked integer not null, damaged integer not null default 0
) strict;
create table staged(
  tree integer not null, path blob not null, size integer not null, mtime integer not null, blob integer not null,
  primary key(tree, path)
) strict, without rowid;
create table left_out(
  tree integer not null, path blob not null, reason text not null, size integer, mtime integer, digest blob,
  primary key(tree, path)
) strict, without rowid;
create table withdrawn(
  digest blob primary key, at integer not null
) strict, without rowid;
create table runs(
  id integer primary key, tree integer not null, started integer not null, ended integer not null default 0,
  outcome text not null default '', error text not null default '', upstream text not null default '',
  transferred integer not null default 0
) strict;
create index runs_of_tree on runs(tree, id);
create table releases(
  id integer primary key, tree integer not null, path blob not null, title text not null,
  published integer not null, gone integer, blob integer, size integer not null,
  info_hash_v1 blob, info_hash_v2 blob, withdrawn integer not null default 0
) strict;
create index releases_of_tree on releases(tree, path);
create index releases_by_v1 on releases(info_hash_v1) where info_hash_v1 is not null;
create index releases_by_v2 on releases(info_hash_v2) where info_hash_v2 is not null;
create table release_files(
  release integer not null, position integer not null, path blob not null, blob integer,
  primary key(release, position)
) strict, without rowid;
create index release_files_by_blob on release_files(blob) where blob is not null;
create table descriptions(
  release integer not null, kind text not null, bytes blob not null,
  primary key(release, kind)
) strict, without rowid;
)sql",
    R"sql(
create table content_trees(
  blob integer primary key, span integer not null, root blob not null, nodes blob not null
) strict;
create index content_trees_by_root on content_trees(root);
create table content_pieces(
  blob integer not null, length integer not null, pieces blob not null, padded_last blob not null,
  unique(blob, length)
) strict;
create trigger blob_hashes_go after delete on blobs begin
  delete from content_trees where blob = old.id;
  delete from content_pieces where blob = old.id;
end;
)sql",
    R"sql(
create table revision(number integer not null) strict;
insert into revision values(0);
alter table releases add column name blob not null default x'';
alter table release_files add column size integer not null default 0;
alter table release_files add column pad integer not null default 0;
create index release_files_by_path on release_files(release, path);
create view listed_releases as
  select r.id, r.tree, r.path, r.name, r.title, r.published, r.gone, b.digest as content, r.size,
    r.info_hash_v1, r.info_hash_v2
  from releases r left join blobs b on b.id = r.blob where r.withdrawn = 0;
create view listed_release_files as
  select f.release, f.position, f.path, f.size, b.digest as content, f.pad
  from release_files f left join blobs b on b.id = f.blob;
create trigger release_comes after insert on releases begin update revision set number = number + 1; end;
create trigger release_changes after update on releases begin update revision set number = number + 1; end;
create trigger release_goes after delete on releases begin update revision set number = number + 1; end;
create trigger description_comes after insert on descriptions begin update revision set number = number + 1; end;
create trigger description_changes after update on descriptions begin update revision set number = number + 1; end;
create trigger description_goes after delete on descriptions begin update revision set number = number + 1; end;
)sql",
    R"sql(
create table listings(
  tree integer not null, upstream text not null, folder blob not null, part integer not null, bytes blob not null,
  unique(tree, upstream, folder, part)
) strict;
alter table trees add column listed_for text not null default '';
alter table trees add column listed_at integer not null default 0;
alter table trees add column listed_as blob;
create trigger blob_is_damaged after update of damaged on blobs when new.damaged <> old.damaged begin
  update trees set listed_as = null where listed_as is not null;
end;
create trigger shown_blob_goes before delete on blobs
  when exists (select 1 from entries where blob = old.id and until is null) begin
  update trees set listed_as = null where listed_as is not null;
end;
create trigger content_is_withdrawn after insert on withdrawn begin
  update trees set listed_as = null where listed_as is not null;
end;
)sql",
    R"sql(
alter table generations add column restores integer not null default 0;
alter table trees add column held_name text not null default '';
create table busy_upstreams(
  tree integer not null, upstream text not null, marker blob not null, seen integer not null,
  primary key(tree, upstream)
) strict, without rowid;
)sql",
    R"sql(
alter table trees add column doubted integer not null default 0;
create table refused(
  tree integer not null, path blob not null, size integer not null, mtime integer not null, expected text not null,
  reason text not null, at integer not null,
  primary key(tree, path)
) strict, without rowid;
create table doubted(
  tree integer not null, path blob not null, list blob not null, content blob not null, list_content blob not null,
  reason text not null, is_sure integer not null,
  primary key(tree, path, list)
) strict, without rowid;
alter table blobs add column mode integer;
alter table blobs add column mtime integer;
alter table blobs add column next_mtime integer;
create index blobs_closed on blobs(id) where mode is null or (mode & 4) = 0;
create index blobs_half_dressed on blobs(id) where next_mtime is not null;
create index blobs_damaged on blobs(id) where damaged <> 0;
create trigger damage_is_seen after update of damaged on blobs when new.damaged <> old.damaged begin
  update revision set number = number + 1;
end;
create table owed(
  tree integer not null, generation integer not null, step text not null, tries integer not null default 0,
  first_tried integer not null default 0, error text not null default '', given_up integer not null default 0,
  primary key(tree, generation, step)
) strict, without rowid;
create table told(
  tree integer not null, generation integer not null, step text not null, whom blob not null,
  primary key(tree, generation, step, whom)
) strict, without rowid;
alter table trees add column read_at integer not null default 0;
alter table trees add column behind_since integer not null default 0;
update trees set read_at = coalesce((select max(started) from runs
  where runs.tree = trees.id and outcome in ('published', 'unchanged', 'held')), 0);
create table naming(id integer primary key autoincrement) strict;
insert into naming default values;
)sql",
    R"sql(
alter table entries add column dropped integer not null default 0;
)sql",
    R"sql(
alter table releases add column since integer not null default 0;
alter table releases add column hidden integer not null default 0;
alter table releases add column rule text not null default '';
alter table releases add column thing blob not null default x'';
alter table releases add column keep integer not null default 0;
alter table releases add column keep_versions integer not null default 0;
alter table releases add column piece_length integer not null default 0;
alter table releases add column adopted integer not null default 0;
alter table releases add column tree_name text not null default '';
alter table releases add column over integer;
update releases set tree_name = coalesce((select name from trees where trees.id = releases.tree), '');
drop view listed_releases;
create view known_releases as
  select r.id, r.tree, r.path, r.name, r.title, r.published, r.gone, b.digest as content, r.size,
    r.info_hash_v1, r.info_hash_v2, r.since, r.hidden, r.rule, r.thing, r.keep, r.keep_versions, r.piece_length,
    r.adopted, r.tree_name, r.over
  from releases r left join blobs b on b.id = r.blob where r.withdrawn = 0;
create view listed_releases as select * from known_releases where hidden = 0;
create trigger parts_of_release_go after delete on releases begin
  delete from release_files where release = old.id;
  delete from descriptions where release = old.id;
  delete from web_seeds where release = old.id;
end;
create table web_seeds(
  release integer not null, url text not null, checked integer not null default 0, is_good integer not null default 0,
  reason text not null default '',
  primary key(release, url)
) strict, without rowid;
create trigger web_seed_comes after insert on web_seeds begin update revision set number = number + 1; end;
create trigger web_seed_changes after update on web_seeds begin update revision set number = number + 1; end;
create trigger web_seed_goes after delete on web_seeds begin update revision set number = number + 1; end;
create table undescribed(
  tree integer not null, path blob not null, reason text not null,
  primary key(tree, path)
) strict, without rowid;
alter table trees add column described_for text not null default '';
create table chores(name text primary key, began integer not null) strict, without rowid;
)sql",
    R"sql(
create table sums(
  tree integer not null, sum text not null, blob integer not null,
  primary key(tree, sum)
) strict, without rowid;
create index sums_by_blob on sums(blob);
create trigger sums_of_blob_go after delete on blobs begin delete from sums where blob = old.id; end;
create table not_held(
  tree integer not null, path blob not null, since integer not null, until integer,
  size integer not null, digest blob,
  primary key(tree, path, since)
) strict, without rowid;
create index not_held_opened on not_held(tree, since) where since > 1;
create index not_held_closed on not_held(tree, until) where until is not null;
create table on_demand(
  tree integer not null, blob integer not null, used integer not null,
  primary key(tree, blob)
) strict, without rowid;
create index on_demand_by_blob on on_demand(blob);
create trigger on_demand_goes after delete on blobs begin delete from on_demand where blob = old.id; end;
)sql",
};

std::int64_t version_of(Database& database) {
    auto query = database.query("pragma user_version");
    query.next();
    return query.integer(0);
}

[[noreturn]] void too_new(std::int64_t version) {
    throw CatalogueTrouble(
        Error(Fault::unsupported, "the catalogue has schema version " + std::to_string(version) +
                                      ", which is newer than this program knows (" +
                                      std::to_string(steps.size()) + "); use a newer mirrorseed"));
}

}  // namespace

void migrate_catalogue(Database& database) {
    if (version_of(database) == std::ssize(steps)) return;
    Transaction transaction(database);
    const auto version = version_of(database);  // again: another process may just have done it
    if (version > std::ssize(steps)) too_new(version);
    for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step)
        database.execute(steps[step]);
    database.execute(("pragma user_version = " + std::to_string(steps.size())).c_str());
    transaction.commit();
}

void expect_current_schema(Database& database) {
    const auto version = version_of(database);
    if (version > std::ssize(steps)) too_new(version);
    if (version == 0) throw CatalogueTrouble(Error(Fault::damaged, "the catalogue is empty"));
    if (version < std::ssize(steps))
        throw CatalogueTrouble(Error(Fault::unsupported,
                                     "the catalogue has the older schema version " + std::to_string(version) +
                                         "; run `mirrorseed gc` once, which brings it up to date"));
}

}  // namespace mirrorseed
