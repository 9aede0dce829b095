-- Samples, one row per series and hour: merges append the arrays of equal keys in the order of insertion.
-- t: milliseconds within the hour times 16, plus the kind of the value; v: the value as the kind says (metrics/sample-code.ts).
-- Rows are thin when they arrive and fat after merges, so granules are cut by bytes, not by rows.
CREATE TABLE IF NOT EXISTS metric_samples {on_cluster}
(
    metric UInt32 CODEC(ZSTD(1)),
    hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    id UInt64 CODEC(ZSTD(1)),
    t SimpleAggregateFunction(groupArrayArray, Array(UInt32)) CODEC(Delta(4), ZSTD(1)),
    v SimpleAggregateFunction(groupArrayArray, Array(Int64)) CODEC(Delta(8), T64, ZSTD(1))
)
ENGINE = {replicated}AggregatingMergeTree
PARTITION BY toDate(hour)
ORDER BY (metric, hour, id)
SETTINGS index_granularity = 4096, index_granularity_bytes = 262144
