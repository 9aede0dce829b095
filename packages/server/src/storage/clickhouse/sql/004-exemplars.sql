-- Samples that carry a trace.
CREATE TABLE IF NOT EXISTS exemplars {on_cluster}
(
    metric UInt32 CODEC(ZSTD(1)),
    id UInt64 CODEC(ZSTD(1)),
    time DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    value Float64 CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree
PARTITION BY toDate(time)
ORDER BY (metric, id, time)
SETTINGS index_granularity = 1024
