SELECT max(sequence) FROM alert_events
SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'alert_events'
SELECT toUnixTimestamp64Milli(time), CAST(kind, 'String'), fingerprint, CAST(group_key, 'String'), CAST(receiver, 'String'), CAST(integration, 'String'), actor, detail, labels FROM alert_events WHERE time >= fromUnixTimestamp64Milli(0, 'UTC') AND time <= fromUnixTimestamp64Milli(1000, 'UTC') ORDER BY time DESC, sequence DESC LIMIT 10
SELECT toUnixTimestamp64Milli(time), CAST(kind, 'String'), fingerprint, CAST(group_key, 'String'), CAST(receiver, 'String'), CAST(integration, 'String'), actor, detail, labels FROM alert_events WHERE fingerprint = 'it\'s' AND time >= fromUnixTimestamp64Milli(0, 'UTC') AND time <= fromUnixTimestamp64Milli(253402300799000, 'UTC') AND kind IN ('sent','failed') ORDER BY time DESC, sequence DESC LIMIT 1
ALTER TABLE alert_events REMOVE TTL
ALTER TABLE alert_events MODIFY TTL toDateTime(time) + toIntervalSecond(86400) SETTINGS materialize_ttl_after_modify = 0
