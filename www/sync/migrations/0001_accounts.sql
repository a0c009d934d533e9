-- One row per linked account of a User Profile.
CREATE TABLE accounts (
  ref_id TEXT NOT NULL,
  network TEXT NOT NULL,
  title TEXT,
  username TEXT,
  display_name TEXT,
  profile_url TEXT,
  refresh_required TEXT,
  -- The last sync that contained it.
  sync INTEGER NOT NULL,
  PRIMARY KEY (ref_id, network)
) WITHOUT ROWID;

-- One row per batch file. Until the newest one is `finished`, `accounts` is a mixture of its file and the previous one.
CREATE TABLE syncs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The file's `lastUpdated`.
  file TEXT NOT NULL UNIQUE,
  -- How many of its profiles are in `accounts`, counted from the start of the file.
  profiles INTEGER NOT NULL DEFAULT 0,
  began TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  finished TEXT
);
