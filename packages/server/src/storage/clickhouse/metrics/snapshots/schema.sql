-- 000-schema-migrations.sql
CREATE TABLE IF NOT EXISTS schema_migrations ( version UInt32, name String, checksum String, applied_at DateTime('UTC') DEFAULT now() ) ENGINE = ReplacingMergeTree ORDER BY version

-- 001-metric-samples.sql
CREATE TABLE IF NOT EXISTS metric_samples ( metric UInt32 CODEC(ZSTD(1)), hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)), id UInt64 CODEC(ZSTD(1)), t SimpleAggregateFunction(groupArrayArray, Array(UInt32)) CODEC(Delta(4), ZSTD(1)), v SimpleAggregateFunction(groupArrayArray, Array(Int64)) CODEC(Delta(8), T64, ZSTD(1)) ) ENGINE = AggregatingMergeTree PARTITION BY toDate(hour) ORDER BY (metric, hour, id) SETTINGS index_granularity = 4096, index_granularity_bytes = 262144

-- 002-series.sql
CREATE TABLE IF NOT EXISTS series ( day Date CODEC(Delta(2), ZSTD(1)), metric UInt32 CODEC(ZSTD(1)), id UInt64 CODEC(ZSTD(1)), name LowCardinality(String), labels Map(LowCardinality(String), String) CODEC(ZSTD(1)) ) ENGINE = ReplacingMergeTree PARTITION BY day ORDER BY (name, metric, id) SETTINGS index_granularity = 1024

-- 003-metric-metadata.sql
CREATE TABLE IF NOT EXISTS metric_metadata ( name String, type LowCardinality(String), help String, unit String, version UInt64 ) ENGINE = ReplacingMergeTree(version) ORDER BY name

-- 004-exemplars.sql
CREATE TABLE IF NOT EXISTS exemplars ( metric UInt32 CODEC(ZSTD(1)), id UInt64 CODEC(ZSTD(1)), time DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)), value Float64 CODEC(ZSTD(1)), labels Map(LowCardinality(String), String) CODEC(ZSTD(1)) ) ENGINE = ReplacingMergeTree PARTITION BY toDate(time) ORDER BY (metric, id, time) SETTINGS index_granularity = 1024

-- 005-state.sql
CREATE TABLE IF NOT EXISTS state ( kind LowCardinality(String), key String, version UInt64, time DateTime64(3, 'UTC'), actor String, payload String CODEC(ZSTD(1)) ) ENGINE = MergeTree ORDER BY (kind, key, version)

-- 006-alert-events.sql
CREATE TABLE IF NOT EXISTS alert_events ( fingerprint String CODEC(ZSTD(1)), time DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)), sequence UInt64 CODEC(Delta(8), ZSTD(1)), kind LowCardinality(String), group_key LowCardinality(String), receiver LowCardinality(String), integration LowCardinality(String), actor String CODEC(ZSTD(1)), detail String CODEC(ZSTD(1)), labels String CODEC(ZSTD(1)) ) ENGINE = MergeTree PARTITION BY toMonday(time) ORDER BY (fingerprint, time, sequence) SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
