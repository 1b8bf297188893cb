-- Which metrics tasks and models have reported. Tasks of one kind report the same, so that there are
-- few sets; `members` is a JSON list of the metrics' numbers (ev.metric), ascending.
CREATE TABLE metric_sets (
    pk {pk},
    digest {text} NOT NULL UNIQUE,
    members {blob} NOT NULL
);

ALTER TABLE tasks ADD COLUMN metric_set {int};
ALTER TABLE models ADD COLUMN metric_set {int};
-- How many metrics that set has.
ALTER TABLE tasks ADD COLUMN metric_count {int} NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN metric_count {int} NOT NULL DEFAULT 0;

CREATE INDEX tasks_metric_set ON tasks(metric_set, project, company, user_id);
CREATE INDEX models_metric_set ON models(metric_set, project, company, user_id);

-- What was reported before is noted by a job.
INSERT INTO jobs (work, created) SELECT CAST('{"kind":"note_metrics"}' AS {blob}), 0
    WHERE EXISTS (SELECT 1 FROM tasks) OR EXISTS (SELECT 1 FROM models);
