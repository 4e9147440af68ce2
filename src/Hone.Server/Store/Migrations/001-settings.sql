-- What the server remembers of itself: one row for each name.
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
