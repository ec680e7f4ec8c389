-- Schema version 6: objects whose pixels no tool changes.

CREATE TABLE locks (
  slide INTEGER NOT NULL REFERENCES slides (id),
  x INTEGER NOT NULL CHECK (x >= 0),     -- a level-0 pixel of the object …
  y INTEGER NOT NULL CHECK (y >= 0),
  "left" INTEGER NOT NULL,               -- … the box of its pixels when it was locked …
  top INTEGER NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  runs TEXT NOT NULL,                    -- … and they, by rows of the box: lengths of what is outside, inside, outside …
  PRIMARY KEY (slide, x, y)
) STRICT, WITHOUT ROWID;
