-- Operational state (silences, acknowledgements, dashboards ...): append only, replayed at start, the audit trail.
CREATE TABLE IF NOT EXISTS state {on_cluster}
(
    kind LowCardinality(String),
    key String,
    version UInt64,
    time DateTime64(3, 'UTC'),
    actor String,
    payload String CODEC(ZSTD(1))
)
ENGINE = {replicated}MergeTree
ORDER BY (kind, key, version)
