-- Sums over the tasks of projects are made from this index alone.
DROP INDEX tasks_project;
CREATE INDEX tasks_project ON tasks(project, status, company, user_id, started, completed);

-- Where a user has tasks and models.
DROP INDEX tasks_user;
CREATE INDEX tasks_user ON tasks(user_id, project, company);
CREATE INDEX models_user ON models(user_id, project, company);
