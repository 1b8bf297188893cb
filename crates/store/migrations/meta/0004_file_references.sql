-- Which file an artifact or a model is (src/references.rs), so that none is deleted that another
-- one still needs.
ALTER TABLE task_artifacts ADD COLUMN file {blob};
CREATE INDEX task_artifacts_file ON task_artifacts(file);
ALTER TABLE models ADD COLUMN file {blob};
CREATE INDEX models_file ON models(file);
