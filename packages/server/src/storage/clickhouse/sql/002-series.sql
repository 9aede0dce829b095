-- Which series had a sample on which day.
CREATE TABLE IF NOT EXISTS series {on_cluster}
(
    day Date CODEC(Delta(2), ZSTD(1)),
    metric UInt32 CODEC(ZSTD(1)),
    id UInt64 CODEC(ZSTD(1)),
    name LowCardinality(String),
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (name, metric, id)
SETTINGS index_granularity = 1024
