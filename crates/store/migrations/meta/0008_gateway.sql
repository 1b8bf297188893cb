-- The gateway (src/gateway).

-- What is registered: machines, endpoints, task templates, APIs, plans, grants, issuers of tokens
-- and callers' tokens. It is always read as a whole, by its kind, and kept in memory; nothing in
-- `doc` (a JSON object) is ever searched by SQL.
CREATE TABLE gateway_entries (
    pk {pk},
    company {text} NOT NULL,
    kind {text} NOT NULL,
    id {text} NOT NULL,
    -- What no two entries of a kind share.
    name {text} NOT NULL,
    created {int} NOT NULL,
    updated {int} NOT NULL,
    doc {blob} NOT NULL
);
CREATE UNIQUE INDEX gateway_entries_id ON gateway_entries(company, kind, id);
CREATE UNIQUE INDEX gateway_entries_name ON gateway_entries(company, kind, name);

-- Every call. A sporadic one is written with its clone; others after their answer.
CREATE TABLE gateway_calls (
    pk {pk},
    id {text} NOT NULL UNIQUE,
    company {text} NOT NULL,
    at {int} NOT NULL,
    -- `sporadic` or `stable`.
    mode {text} NOT NULL,
    -- Who called (src/gateway/calls.rs); empty when that is not known.
    caller {text} NOT NULL,
    caller_name {text} NOT NULL,
    token {text},
    address {text} NOT NULL,
    api {text},
    grant_id {text},
    -- Task id of the template or of the serving machine, and the endpoint.
    target {text} NOT NULL,
    endpoint {text} NOT NULL,
    clone {text},
    -- Whether another caller's identical run answers it.
    shared {int} NOT NULL DEFAULT 0,
    -- HTTP status, and what was wrong.
    status {int} NOT NULL,
    error {text},
    -- Microseconds; bytes.
    latency {int} NOT NULL,
    request_size {int} NOT NULL,
    answer_size {int} NOT NULL,
    -- How the clone ended, and how long it computed (of a stable call: how long its endpoint did), ms.
    ended {text},
    compute {int} NOT NULL DEFAULT 0,
    idempotency {text},
    -- Hash of what makes two sporadic calls identical.
    fingerprint {text},
    callback {text}
);
CREATE INDEX gateway_calls_at ON gateway_calls(company, at);
CREATE INDEX gateway_calls_caller ON gateway_calls(caller, at);
CREATE INDEX gateway_calls_grant ON gateway_calls(grant_id, caller, at, compute);
CREATE INDEX gateway_calls_clone ON gateway_calls(clone);
CREATE INDEX gateway_calls_fingerprint ON gateway_calls(fingerprint);
CREATE UNIQUE INDEX gateway_calls_idempotency ON gateway_calls(caller, idempotency);

-- What was asked and answered, packed (src/document/packed.rs).
CREATE TABLE gateway_payloads (
    call {int} PRIMARY KEY,
    request {blob},
    answer {blob}
);

-- How many calls of a plan are used in the minute, day or month that begins at `at`.
CREATE TABLE gateway_counters (
    grant_id {text} NOT NULL,
    caller {text} NOT NULL,
    span {text} NOT NULL,
    at {int} NOT NULL,
    used {int} NOT NULL,
    PRIMARY KEY (grant_id, caller, span, at)
) {keyed};

-- Calls under way, where a plan limits how many there are at a time: until `expires`, or as long
-- as the clone waits or runs.
CREATE TABLE gateway_slots (
    call {text} PRIMARY KEY,
    grant_id {text} NOT NULL,
    caller {text} NOT NULL,
    clone {text},
    expires {int} NOT NULL
);
CREATE INDEX gateway_slots_grant ON gateway_slots(grant_id, caller);

-- A caller's token that is handed on to a clone, for as long as it runs.
CREATE TABLE gateway_secrets (
    task {text} PRIMARY KEY,
    secret {blob} NOT NULL,
    expires {int} NOT NULL
);
