-- The tables of project.sqlite, schema version 1.  Later versions are further steps in acini-project.c.

CREATE TABLE slides (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,             -- inside the project folder relative to it, else absolute
  name TEXT NOT NULL,
  organ TEXT NOT NULL DEFAULT '',
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  mpp_x REAL NOT NULL DEFAULT 0,         -- µm per pixel: the user's where given, else the file's, else 0
  mpp_y REAL NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,    -- hidden from the list
  added INTEGER NOT NULL                 -- Unix time, seconds
) STRICT;

-- What people decided.  Tiles of 512 × 512 pixels; level n has 2^n level-0 pixels a pixel; a missing tile is unlabelled.
CREATE TABLE label_tiles (
  slide INTEGER NOT NULL REFERENCES slides (id),
  level INTEGER NOT NULL,
  row INTEGER NOT NULL,
  column INTEGER NOT NULL,
  value INTEGER,                         -- of a tile of one value
  pixels BLOB,                           -- zstd; of any other
  PRIMARY KEY (slide, level, row, column),
  CHECK ((value IS NULL) <> (pixels IS NULL))
) STRICT, WITHOUT ROWID;

-- What was done, in order; rows are only ever added.  What can be undone and redone next is written into each row when
-- it is added, so that the newest row of a slide tells it without a walk through the past.
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  slide INTEGER NOT NULL REFERENCES slides (id),
  time INTEGER NOT NULL,                 -- Unix time, seconds
  user TEXT NOT NULL,
  tool TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo')),
  target INTEGER REFERENCES journal (sequence),      -- undo: the edit it takes back; redo: the undo it takes back
  undo_next INTEGER REFERENCES journal (sequence),   -- the edit that an undo takes back after this row
  redo_next INTEGER REFERENCES journal (sequence),   -- the undo that a redo takes back after this row
  below INTEGER REFERENCES journal (sequence),       -- edit: undo_next before it; undo: redo_next before it
  x INTEGER NOT NULL,                    -- what changed, in level-0 pixels
  y INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  hash BLOB NOT NULL                     -- SHA-256 over this row, its tiles and the hash of the row before
) STRICT;
CREATE INDEX journal_of_slide ON journal (slide, sequence);

-- The level-0 tiles that an edit changed, as they are in label_tiles; a tile that is missing there has value 0 here.
CREATE TABLE journal_tiles (
  sequence INTEGER NOT NULL REFERENCES journal (sequence) DEFERRABLE INITIALLY DEFERRED,
  row INTEGER NOT NULL,
  column INTEGER NOT NULL,
  before_value INTEGER,
  before_pixels BLOB,
  after_value INTEGER,
  after_pixels BLOB,
  PRIMARY KEY (sequence, row, column)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,                    -- as that of a slide
  parent TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL               -- Unix time, seconds
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the label values from 2 on mean.
CREATE TABLE classes (
  label INTEGER PRIMARY KEY CHECK (label BETWEEN 2 AND 254),
  name TEXT NOT NULL
) STRICT;

INSERT INTO classes VALUES (2, 'FTU');
