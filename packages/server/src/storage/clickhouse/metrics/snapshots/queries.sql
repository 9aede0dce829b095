-- rows of series since a day
SELECT toUInt64(count()) FROM series WHERE day >= toDate('2026-05-27')

-- samples of a day
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), t, v FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781438400, 'UTC') AND hour <= toDateTime(1781524800, 'UTC') AND id IN (7,8)

-- samples of whole metrics
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), t, v FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781438400, 'UTC')

-- samples of five minutes
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), arrayFilter(x -> x >= 960016 AND x < 5760016, t) AS ct, arrayFilter((y, x) -> x >= 960016 AND x < 5760016, v, t) AS cv FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781524800, 'UTC') AND hour <= toDateTime(1781524800, 'UTC') AND id IN (7)

-- samples across two hours
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), arrayFilter(x -> (toUInt32(hour) != 1781521200 OR x >= 56640016) AND (toUInt32(hour) != 1781524800 OR x < 960016), t) AS ct, arrayFilter((y, x) -> (toUInt32(hour) != 1781521200 OR x >= 56640016) AND (toUInt32(hour) != 1781524800 OR x < 960016), v, t) AS cv FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781521200, 'UTC') AND hour <= toDateTime(1781524800, 'UTC') AND id IN (7)

-- samples since a minute
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), arrayFilter(x -> (toUInt32(hour) != 1781438400 OR x >= 944016), t) AS ct, arrayFilter((y, x) -> (toUInt32(hour) != 1781438400 OR x >= 944016), v, t) AS cv FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781438400, 'UTC') AND id IN (7)

-- samples of many series
SELECT id, toUInt32(hour), CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32'), t, v FROM metric_samples WHERE metric IN (1,2) AND hour >= toDateTime(1781438400, 'UTC') AND hour <= toDateTime(1781524800, 'UTC') AND id IN (SELECT arrayJoin(CAST('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99]', 'Array(UInt64)')))

-- load series
SELECT metric, id, groupUniqArray(toUInt16(day)), CAST(any(name), 'String'), CAST(any(mapKeys(labels)), 'Array(String)'), any(mapValues(labels)) FROM series WHERE day >= toDate('2026-05-27') GROUP BY metric, id LIMIT 1000

-- count series
SELECT toUInt16(last), toUInt64(count()) FROM (SELECT max(day) AS last FROM series WHERE day >= toDate('2026-05-27') GROUP BY metric, id) GROUP BY last ORDER BY last DESC

-- match series
SELECT metric, id, groupUniqArray(toUInt16(day)), CAST(any(name), 'String'), CAST(any(mapKeys(labels)), 'Array(String)'), any(mapValues(labels)) FROM series WHERE day >= toDate('2026-05-27') AND day <= toDate('2026-05-28') AND name = 'it\'s' AND labels['job'] != 'a\\b' AND match(labels['path'], '^(?s:/api/.*\n)$') AND NOT match(labels['env'], '^(?s:prod|dev)$') GROUP BY metric, id LIMIT 10

-- exemplars
SELECT id, toUnixTimestamp64Milli(time), value, CAST(mapKeys(labels), 'Array(String)'), mapValues(labels) FROM exemplars FINAL WHERE id IN (7,8) AND time >= fromUnixTimestamp64Milli(1781524799000, 'UTC') AND time <= fromUnixTimestamp64Milli(1781524800000, 'UTC') ORDER BY id, time LIMIT 5

-- metadata
SELECT name, CAST(type, 'String'), help, unit FROM metric_metadata FINAL

-- tables
SELECT table, toUInt64(sum(rows)), toUInt64(sum(bytes_on_disk)), toUInt64(count()) FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table

-- count samples
SELECT toUInt64(sum(length(t))), toUInt32(min(hour)), toUInt32(max(hour)) FROM metric_samples

-- old partitions
SELECT DISTINCT table, partition_id FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('metric_samples', 'series', 'exemplars') AND partition_id < '20260527' ORDER BY table, partition_id

-- drop partition
ALTER TABLE metric_samples DROP PARTITION ID '20260601'
