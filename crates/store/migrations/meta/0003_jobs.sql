-- Jobs are shared by the servers on this database: one holds a job until it is done, or until its
-- lease runs out because that server is gone.
ALTER TABLE jobs ADD COLUMN holder {text};
ALTER TABLE jobs ADD COLUMN lease {int} NOT NULL DEFAULT 0;
-- Not to be done before; how often it was tried in vain, why, and since when it is given up.
ALTER TABLE jobs ADD COLUMN due {int} NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN tries {int} NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN reason {text};
ALTER TABLE jobs ADD COLUMN failed {int};
-- The owner in the events whom it concerns.
ALTER TABLE jobs ADD COLUMN owner {int};
CREATE INDEX jobs_owner ON jobs(owner);
CREATE INDEX jobs_due ON jobs(due);

-- What is done over and over, on one server at a time.
CREATE TABLE recurring_jobs (
    name {text} PRIMARY KEY,
    holder {text},
    lease {int} NOT NULL,
    due {int} NOT NULL
);
CREATE INDEX presences_expires ON presences(expires);
CREATE INDEX revoked_sessions_expires ON revoked_sessions(expires);
