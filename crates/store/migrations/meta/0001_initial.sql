-- Metadata. Times are milliseconds since the epoch, booleans 0 or 1. Words in braces stand for
-- what differs between the engines (src/db/migrate.rs). `doc` holds a JSON object of what is
-- neither sorted, joined nor filtered often.

CREATE TABLE companies (
    id {text} PRIMARY KEY,
    name {text} NOT NULL,
    doc {blob} NOT NULL
);

CREATE TABLE settings (
    name {text} PRIMARY KEY,
    value {blob} NOT NULL
);

CREATE TABLE users (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    name {text} NOT NULL,
    role {text} NOT NULL,
    email {text} UNIQUE,
    -- Name and argon2id hash of the sign-in; NULL for users without one.
    login {text} UNIQUE,
    password {text},
    -- Raised by every change of access: tokens of an older epoch are dead.
    epoch {int} NOT NULL DEFAULT 0,
    blocked {int} NOT NULL DEFAULT 0,
    created {int} NOT NULL,
    doc {blob} NOT NULL
);

CREATE TABLE credentials (
    access_key {text} PRIMARY KEY,
    user_id {text} NOT NULL,
    company {text} NOT NULL,
    secret_hash {blob} NOT NULL,
    label {text},
    epoch {int} NOT NULL DEFAULT 0,
    created {int} NOT NULL,
    last_used {int},
    last_used_from {text}
);
CREATE INDEX credentials_user ON credentials(user_id);

-- Signed-out sessions, until their token would have expired anyway.
CREATE TABLE revoked_sessions (
    session {text} PRIMARY KEY,
    expires {int} NOT NULL
);

-- Scroll positions and other things that live for minutes and are shared by servers.
CREATE TABLE cursors (
    id {text} PRIMARY KEY,
    expires {int} NOT NULL,
    state {blob} NOT NULL
);
CREATE INDEX cursors_expires ON cursors(expires);

CREATE TABLE projects (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    company_origin {text},
    user_id {text},
    name {text} NOT NULL,
    basename {text} NOT NULL,
    parent {text},
    description {text},
    default_output_destination {text},
    featured {int},
    created {int},
    last_update {int},
    doc {blob} NOT NULL
);
CREATE UNIQUE INDEX projects_name ON projects(company, name);
CREATE INDEX projects_parent ON projects(parent);

-- Every ancestor of a project, the root at depth 0.
CREATE TABLE project_ancestors (
    owner {int} NOT NULL,
    depth {int} NOT NULL,
    ancestor {text} NOT NULL,
    PRIMARY KEY (owner, depth)
);
CREATE INDEX project_ancestors_ancestor ON project_ancestors(ancestor, owner);

-- Under private visibility: projects (with all below them) that a user may see, or also change.
CREATE TABLE project_shares (
    project {text} NOT NULL,
    user_id {text} NOT NULL,
    may_write {int} NOT NULL,
    PRIMARY KEY (project, user_id)
);
CREATE INDEX project_shares_user ON project_shares(user_id);

CREATE TABLE project_tags (
    owner {int} NOT NULL,
    system {int} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (owner, system, value)
);
CREATE INDEX project_tags_value ON project_tags(value, system, owner);

CREATE TABLE tasks (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    company_origin {text},
    user_id {text},
    project {text},
    parent {text},
    name {text} NOT NULL,
    type {text} NOT NULL,
    status {text} NOT NULL,
    status_reason {text},
    status_message {text},
    status_changed {int},
    created {int},
    started {int},
    completed {int},
    published {int},
    last_update {int},
    last_change {int},
    last_worker_report {int},
    last_changed_by {text},
    last_worker {text},
    active_duration {int},
    last_iteration {int} NOT NULL DEFAULT 0,
    comment {text},
    execution_queue {text},
    enqueue_status {text},
    -- The sequence of the last events whose effects this row shows (ev.activity).
    events_seq {int} NOT NULL DEFAULT 0,
    doc {blob} NOT NULL
);
CREATE INDEX tasks_project ON tasks(project, status);
CREATE INDEX tasks_parent ON tasks(parent);
CREATE INDEX tasks_name ON tasks(name);
CREATE INDEX tasks_status ON tasks(status);
CREATE INDEX tasks_user ON tasks(user_id);
CREATE INDEX tasks_created ON tasks(created);
CREATE INDEX tasks_last_update ON tasks(last_update);
CREATE INDEX tasks_last_change ON tasks(last_change);
CREATE INDEX tasks_queue ON tasks(execution_queue);

CREATE TABLE task_tags (
    owner {int} NOT NULL,
    system {int} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (owner, system, value)
);
CREATE INDEX task_tags_value ON task_tags(value, system, owner);

-- Hyperparameters. `sort_key` puts values in natural order.
CREATE TABLE task_params (
    owner {int} NOT NULL,
    section {text} NOT NULL,
    name {text} NOT NULL,
    value {text} NOT NULL,
    type {text},
    description {text},
    sort_key {blob} NOT NULL,
    PRIMARY KEY (owner, section, name)
);
CREATE INDEX task_params_name ON task_params(section, name, sort_key, owner);

-- Configuration objects; the value is zstd-compressed text.
CREATE TABLE task_configs (
    owner {int} NOT NULL,
    name {text} NOT NULL,
    value {blob},
    type {text},
    description {text},
    PRIMARY KEY (owner, name)
);

-- Long texts (`script.diff`, `script.requirements`, `report`), zstd-compressed JSON.
CREATE TABLE task_texts (
    owner {int} NOT NULL,
    field {text} NOT NULL,
    value {blob} NOT NULL,
    PRIMARY KEY (owner, field)
);

-- Free-form maps (`runtime`, `container`); the value is JSON, the sort key of its text.
CREATE TABLE task_maps (
    owner {int} NOT NULL,
    field {text} NOT NULL,
    name {text} NOT NULL,
    value {text} NOT NULL,
    sort_key {blob} NOT NULL,
    PRIMARY KEY (owner, field, name)
);
CREATE INDEX task_maps_name ON task_maps(field, name, sort_key, owner);

-- Artifacts; unique by key and mode. The document (with its preview) is zstd-compressed JSON.
CREATE TABLE task_artifacts (
    owner {int} NOT NULL,
    name {text} NOT NULL,
    mode {text} NOT NULL,
    value {blob} NOT NULL,
    PRIMARY KEY (owner, name, mode)
);

-- Models a task reads (`input`) and writes (`output`), in order of appearance.
CREATE TABLE task_models (
    owner {int} NOT NULL,
    direction {text} NOT NULL,
    position {int} NOT NULL,
    name {text} NOT NULL,
    model {text},
    updated {int},
    PRIMARY KEY (owner, direction, position)
);
CREATE INDEX task_models_model ON task_models(model, direction, owner);

CREATE TABLE models (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    company_origin {text},
    user_id {text},
    project {text},
    parent {text},
    task {text},
    name {text} NOT NULL,
    uri {text},
    framework {text},
    ready {int} NOT NULL,
    comment {text},
    created {int},
    last_update {int},
    last_change {int},
    last_changed_by {text},
    last_iteration {int} NOT NULL DEFAULT 0,
    events_seq {int} NOT NULL DEFAULT 0,
    doc {blob} NOT NULL
);
CREATE INDEX models_project ON models(project);
CREATE INDEX models_task ON models(task);
CREATE INDEX models_name ON models(name);
CREATE INDEX models_uri ON models(uri);
CREATE INDEX models_last_update ON models(last_update);

CREATE TABLE model_tags (
    owner {int} NOT NULL,
    system {int} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (owner, system, value)
);
CREATE INDEX model_tags_value ON model_tags(value, system, owner);

CREATE TABLE model_maps (
    owner {int} NOT NULL,
    field {text} NOT NULL,
    name {text} NOT NULL,
    value {text} NOT NULL,
    sort_key {blob} NOT NULL,
    PRIMARY KEY (owner, field, name)
);
CREATE INDEX model_maps_name ON model_maps(field, name, sort_key, owner);

CREATE TABLE queues (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    user_id {text},
    name {text} NOT NULL,
    display_name {text},
    created {int},
    last_update {int},
    doc {blob} NOT NULL
);
CREATE UNIQUE INDEX queues_name ON queues(company, name);

CREATE TABLE queue_tags (
    owner {int} NOT NULL,
    system {int} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (owner, system, value)
);
CREATE INDEX queue_tags_value ON queue_tags(value, system, owner);

CREATE TABLE queue_maps (
    owner {int} NOT NULL,
    field {text} NOT NULL,
    name {text} NOT NULL,
    value {text} NOT NULL,
    sort_key {blob} NOT NULL,
    PRIMARY KEY (owner, field, name)
);

-- Waiting tasks, lowest position first.
CREATE TABLE queue_entries (
    queue {text} NOT NULL,
    task {text} NOT NULL,
    position {int} NOT NULL,
    added {int} NOT NULL,
    PRIMARY KEY (queue, task)
);
CREATE INDEX queue_entries_position ON queue_entries(queue, position);
CREATE INDEX queue_entries_task ON queue_entries(task);

-- Workers and serving containers that reported lately; the report is JSON.
CREATE TABLE presences (
    company {text} NOT NULL,
    kind {text} NOT NULL,
    user_id {text} NOT NULL,
    name {text} NOT NULL,
    expires {int} NOT NULL,
    report {blob} NOT NULL,
    PRIMARY KEY (company, kind, user_id, name)
);

-- Files. The path is a name; `object` is the SHA-256 of the content.
CREATE TABLE blobs (
    company {text} NOT NULL,
    path {text} NOT NULL,
    object {text} NOT NULL,
    size {int} NOT NULL,
    created {int} NOT NULL,
    user_id {text} NOT NULL,
    -- The task named in the path.
    task {text},
    PRIMARY KEY (company, path)
);
CREATE INDEX blobs_object ON blobs(object);
CREATE INDEX blobs_task ON blobs(task);

-- Contents: small ones here, others where `location` says.
CREATE TABLE objects (
    sha256 {text} PRIMARY KEY,
    size {int} NOT NULL,
    content {blob},
    location {text}
);

-- Contents no row of `objects` speaks of any more, until they are removed.
CREATE TABLE dead_objects (
    location {text} PRIMARY KEY
);

-- Work to be done after a change, which survives a crash; JSON.
CREATE TABLE jobs (
    pk {pk},
    work {blob} NOT NULL,
    created {int} NOT NULL
);
