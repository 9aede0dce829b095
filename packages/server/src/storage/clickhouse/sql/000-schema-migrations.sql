-- Which files of this folder were applied to this database, and what they said.
CREATE TABLE IF NOT EXISTS schema_migrations {on_cluster}
(
    version UInt32,
    name String,
    checksum String,
    applied_at DateTime('UTC') DEFAULT now()
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY version
