-- Schema version 5: parts of a slide that people outlined.

CREATE TABLE regions (
  slide INTEGER NOT NULL REFERENCES slides (id),
  id INTEGER NOT NULL CHECK (id > 0),    -- of the slide's regions: chance, so that several windows can draw some
  name TEXT NOT NULL CHECK (name <> ''), -- several may have one: the parts of something
  kind TEXT NOT NULL CHECK (kind IN ('region', 'exclusion')),
  polygon TEXT NOT NULL,                 -- JSON [x, y, x, y, …]: level-0 pixels, closed from the last to the first
  PRIMARY KEY (slide, id)
) STRICT, WITHOUT ROWID;
