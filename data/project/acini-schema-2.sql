-- Schema version 2: the journal has more kinds, says what was there before and after, and how long it took.  Rows of
-- version 1 keep their content and their hashes; the chain goes on behind them.

CREATE TABLE journal_2 (
  sequence INTEGER PRIMARY KEY,
  format INTEGER NOT NULL,               -- how the hash is made: 1 or 2; never less than in the row before
  slide INTEGER REFERENCES slides (id),  -- null: of the whole project
  time INTEGER NOT NULL,                 -- Unix time, seconds: when the hand did it
  duration INTEGER,                      -- milliseconds that the hand took; null: not known
  user TEXT NOT NULL,
  tool TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'review', 'class', 'slide', 'import', 'model', 'undo', 'redo')),
  target INTEGER REFERENCES journal (sequence),      -- undo: the row it takes back; redo: the undo it takes back
  undo_next INTEGER REFERENCES journal (sequence),   -- the row that an undo takes back after this row
  redo_next INTEGER REFERENCES journal (sequence),   -- the undo that a redo takes back after this row
  below INTEGER REFERENCES journal (sequence),       -- what can be undone: undo_next before it; undo: redo_next before it
  x INTEGER NOT NULL,                    -- what changed of the labels, in level-0 pixels; width 0: nothing
  y INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  before TEXT,                           -- JSON: what was changed other than labels
  after TEXT,
  hash BLOB NOT NULL                     -- SHA-256 over this row, its tiles and the hash of the row before
) STRICT;

INSERT INTO journal_2
  SELECT sequence, 1, slide, time, NULL, user, tool, kind, target, undo_next, redo_next, below, x, y, width, height,
    NULL, NULL, hash FROM journal;
DROP TABLE journal;
ALTER TABLE journal_2 RENAME TO journal;
CREATE INDEX journal_of_slide ON journal (slide, sequence);

-- What a person decided about the object at a point.
CREATE TABLE reviews (
  slide INTEGER NOT NULL REFERENCES slides (id),
  x INTEGER NOT NULL,                    -- level-0 pixels
  y INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state <> ''),
  PRIMARY KEY (slide, x, y)
) STRICT, WITHOUT ROWID;
