SELECT max(version) FROM state
SELECT key, record.1, record.2, record.3 FROM (SELECT key, max(version) AS newest, argMax((toUnixTimestamp64Milli(time), actor, payload), version) AS record FROM state WHERE kind = 'silence' GROUP BY key) ORDER BY newest
SELECT key, toUnixTimestamp64Milli(time), actor, payload FROM state WHERE kind = 'silence' AND key = 'it\'s' ORDER BY version
DELETE FROM state WHERE kind = 'notification' AND key IN ('a','b\\')
