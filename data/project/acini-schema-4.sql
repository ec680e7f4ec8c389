-- Schema version 4: what else is known of a slide; '' and -1 where it is not.

ALTER TABLE slides ADD COLUMN patient TEXT NOT NULL DEFAULT '';
ALTER TABLE slides ADD COLUMN source TEXT NOT NULL DEFAULT '';       -- where it comes from: a laboratory, a collection
ALTER TABLE slides ADD COLUMN split TEXT NOT NULL DEFAULT '';        -- "train", "validation", "test"
ALTER TABLE slides ADD COLUMN sex TEXT NOT NULL DEFAULT '';
ALTER TABLE slides ADD COLUMN age REAL NOT NULL DEFAULT -1;          -- years
ALTER TABLE slides ADD COLUMN thickness REAL NOT NULL DEFAULT -1;    -- of the section, µm
