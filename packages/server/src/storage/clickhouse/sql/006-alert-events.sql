-- What was decided about alerts and what people did about them: append only. `labels` is JSON, '' where none were recorded.
-- How long it is kept is set when the database is opened.
CREATE TABLE IF NOT EXISTS alert_events {on_cluster}
(
    fingerprint String CODEC(ZSTD(1)),
    time DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    sequence UInt64 CODEC(Delta(8), ZSTD(1)),
    kind LowCardinality(String),
    group_key LowCardinality(String),
    receiver LowCardinality(String),
    integration LowCardinality(String),
    actor String CODEC(ZSTD(1)),
    detail String CODEC(ZSTD(1)),
    labels String CODEC(ZSTD(1))
)
ENGINE = {replicated}MergeTree
PARTITION BY toMonday(time)
ORDER BY (fingerprint, time, sequence)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
