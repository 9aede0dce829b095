-- Type, help and unit of metric families; the newest version counts.
CREATE TABLE IF NOT EXISTS metric_metadata {on_cluster}
(
    name String,
    type LowCardinality(String),
    help String,
    unit String,
    version UInt64
)
ENGINE = {replicated}ReplacingMergeTree(version)
ORDER BY name
