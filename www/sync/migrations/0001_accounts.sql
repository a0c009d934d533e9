-- One row for each linked account of each User Profile.
CREATE TABLE accounts (
  ref_id TEXT NOT NULL,
  network TEXT NOT NULL,
  title TEXT,
  username TEXT,
  display_name TEXT,
  profile_url TEXT,
  refresh_required TEXT,
  -- The sync that saw it last.
  sync INTEGER NOT NULL,
  PRIMARY KEY (ref_id, network)
) WITHOUT ROWID;

-- One row for each batch file. Until the newest one is `finished`, `accounts` is a mixture of its file and of the one before.
CREATE TABLE syncs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The file's `lastUpdated`.
  file TEXT NOT NULL UNIQUE,
  -- How many of its profiles are in `accounts`, counted from the file's beginning.
  profiles INTEGER NOT NULL DEFAULT 0,
  began TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  finished TEXT
);
