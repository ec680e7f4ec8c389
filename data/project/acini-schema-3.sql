-- Schema version 3: objects that touch stay apart, and what was decided about an object says who, when and why.

-- Where pixels of one class are cut apart: 1 from the pixel before them in their row, 2 from that in their column.
-- Tiles of 512 × 512 level-0 pixels, as label_tiles; a missing tile is uncut.
CREATE TABLE seam_tiles (
  slide INTEGER NOT NULL REFERENCES slides (id),
  row INTEGER NOT NULL,
  column INTEGER NOT NULL,
  value INTEGER,
  pixels BLOB,
  PRIMARY KEY (slide, row, column),
  CHECK ((value IS NULL) <> (pixels IS NULL))
) STRICT, WITHOUT ROWID;

-- The tiles of seams that an edit changed, as journal_tiles.
CREATE TABLE journal_seams (
  sequence INTEGER NOT NULL REFERENCES journal (sequence) DEFERRABLE INITIALLY DEFERRED,
  row INTEGER NOT NULL,
  column INTEGER NOT NULL,
  before_value INTEGER,
  before_pixels BLOB,
  after_value INTEGER,
  after_pixels BLOB,
  PRIMARY KEY (sequence, row, column)
) STRICT, WITHOUT ROWID;

ALTER TABLE reviews ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE reviews ADD COLUMN user TEXT NOT NULL DEFAULT '';
ALTER TABLE reviews ADD COLUMN time INTEGER NOT NULL DEFAULT 0;     -- Unix time, seconds
ALTER TABLE reviews ADD COLUMN duration INTEGER NOT NULL DEFAULT -1; -- milliseconds that the decision took; -1: not known
