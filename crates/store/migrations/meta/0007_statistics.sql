-- Statistics over time. What is measured is summed up in periods of a few lengths (`step`, ms) that
-- are kept for different whiles (src/statistics).

-- Workers and serving containers that were ever measured, each with a bit for every metric.
CREATE TABLE statistic_subjects (
    pk {pk},
    company {text} NOT NULL,
    kind {text} NOT NULL,
    user_id {text} NOT NULL,
    name {text} NOT NULL,
    -- URL of the endpoint a container serves; empty for workers.
    place {text} NOT NULL,
    metrics {int} NOT NULL
);
CREATE UNIQUE INDEX statistic_subjects_name
    ON statistic_subjects(company, kind, name, place, user_id);

-- A subject in a period that begins at `at`; `active` when it ran a task in it.
CREATE TABLE statistics (
    subject {int} NOT NULL,
    step {int} NOT NULL,
    at {int} NOT NULL,
    active {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (subject, step, at)
) {keyed};

-- How many tasks wait, and the sum of the times at which they were added: how long they wait is
-- known without looking at each.
ALTER TABLE queues ADD COLUMN waiting {int} NOT NULL DEFAULT 0;
ALTER TABLE queues ADD COLUMN waiting_added {int} NOT NULL DEFAULT 0;
UPDATE queues SET
    waiting = (SELECT count(*) FROM queue_entries e WHERE e.queue = queues.id),
    waiting_added = (SELECT CAST(coalesce(sum(e.added), 0) AS {int}) FROM queue_entries e
                     WHERE e.queue = queues.id);

-- A queue in a period: the sample with the longest mean waiting time, in seconds.
CREATE TABLE queue_samples (
    queue {int} NOT NULL,
    step {int} NOT NULL,
    at {int} NOT NULL,
    waiting {real} NOT NULL,
    length {int} NOT NULL,
    PRIMARY KEY (queue, step, at)
) {keyed};
