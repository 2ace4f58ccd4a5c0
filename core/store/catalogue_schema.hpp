// The tables of catalogue.db, and how an older catalogue becomes a newer one.
#pragma once

namespace mirrorseed {

class Database;

// Brings an empty or older database to the newest version, whole or not at all; throws on one that is newer
// than this program.
void migrate_catalogue(Database& database);

// Throws unless a reader of this version can use the database as it is.
void expect_current_schema(Database& database);

}  // namespace mirrorseed
