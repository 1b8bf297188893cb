-- Events. `owner` is a task's key, or minus a model's. Times are milliseconds since the epoch.
-- Values that are not a number are NULL. Words in braces: src/db/migrate.rs.

-- Names of metrics with their variants; known by their hashes, as on the wire.
CREATE TABLE ev.metric (
    id {pk},
    metric {text} NOT NULL,
    variant {text} NOT NULL,
    metric_hash {text} NOT NULL,
    variant_hash {text} NOT NULL,
    UNIQUE (metric_hash, variant_hash)
);

-- What arrived for an owner so far; what its row in the metadata shows of it is derived from here.
CREATE TABLE ev.activity (
    owner {int} PRIMARY KEY,
    -- Raised by every addition.
    seq {int} NOT NULL,
    updated {int} NOT NULL,
    last_iteration {int},
    -- Metrics of the last addition: JSON list of [metric, event type, latest time].
    metric_stats {text} NOT NULL,
    worker {text} NOT NULL,
    series {int} NOT NULL,
    tail_rows {int} NOT NULL,
    tail_points {int} NOT NULL,
    -- Log chunks that are still small: how many, and from which sequence number on.
    log_rows {int} NOT NULL,
    log_open {int} NOT NULL
);
CREATE INDEX {index_ev}activity_updated ON {table_ev}activity(updated);

-- One row a scalar series: the last metrics.
CREATE TABLE ev.series (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    -- 0: beyond the number of metrics shown with a task; only the points are kept.
    shown {int} NOT NULL,
    -- 0: nothing but a single value was reported.
    plain {int} NOT NULL,
    count {int} NOT NULL,
    finite {int} NOT NULL,
    sum {real} NOT NULL,
    value {real},
    min_value {real},
    min_iter {int},
    max_value {real},
    max_iter {int},
    first_value {real},
    first_iter {int},
    x_axis_label {text},
    PRIMARY KEY (owner, metric_id)
) {keyed};
CREATE INDEX {index_ev}series_value ON {table_ev}series(metric_id, value, owner);
CREATE INDEX {index_ev}series_min ON {table_ev}series(metric_id, min_value, owner);
CREATE INDEX {index_ev}series_max ON {table_ev}series(metric_id, max_value, owner);

-- Points not yet sealed: one row an addition, with a run of points for each of its series.
CREATE TABLE ev.tail (
    owner {int} NOT NULL,
    seq {int} NOT NULL,
    worker {text} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (owner, seq)
);

-- Sealed points; the blocks of a series are disjoint and ascending.
CREATE TABLE ev.block (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    min_iter {int} NOT NULL,
    max_iter {int} NOT NULL,
    count {int} NOT NULL,
    finite {int} NOT NULL,
    sum {real} NOT NULL,
    min_value {real},
    max_value {real},
    min_ts {int} NOT NULL,
    max_ts {int} NOT NULL,
    worker {text} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (owner, metric_id, min_iter)
);

-- Values reported without an iteration.
CREATE TABLE ev.single (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    value {real},
    ts {int} NOT NULL,
    worker {text} NOT NULL,
    PRIMARY KEY (owner, metric_id)
);

-- Console lines in compressed chunks; sorted by (seq, position) they are in the order of arrival.
CREATE TABLE ev.log (
    owner {int} NOT NULL,
    seq {int} NOT NULL,
    min_ts {int} NOT NULL,
    max_ts {int} NOT NULL,
    count {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (owner, seq)
);

CREATE TABLE ev.plot (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    iter {int} NOT NULL,
    ts {int} NOT NULL,
    worker {text} NOT NULL,
    -- Outcome of the text's validation; NULL without one.
    valid {int},
    -- JSON list of the images' URLs in it.
    source_urls {text},
    data {blob} NOT NULL,
    PRIMARY KEY (owner, metric_id, iter)
);
CREATE INDEX {index_ev}plot_iter ON {table_ev}plot(owner, iter);

-- Debug images, audio and video.
CREATE TABLE ev.sample (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    iter {int} NOT NULL,
    name {text} NOT NULL,
    ts {int} NOT NULL,
    worker {text} NOT NULL,
    url {text},
    PRIMARY KEY (owner, metric_id, iter, name)
);
CREATE INDEX {index_ev}sample_iter ON {table_ev}sample(owner, iter);

CREATE TABLE ev.vector (
    owner {int} NOT NULL,
    metric_id {int} NOT NULL,
    iter {int} NOT NULL,
    ts {int} NOT NULL,
    worker {text} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (owner, metric_id, iter)
);
CREATE INDEX {index_ev}vector_iter ON {table_ev}vector(owner, iter);

-- Compressed already.
{postgres}ALTER TABLE ev.block ALTER COLUMN data SET STORAGE EXTERNAL;
{postgres}ALTER TABLE ev.tail ALTER COLUMN data SET STORAGE EXTERNAL;
{postgres}ALTER TABLE ev.log ALTER COLUMN data SET STORAGE EXTERNAL;
{postgres}ALTER TABLE ev.plot ALTER COLUMN data SET STORAGE EXTERNAL;
