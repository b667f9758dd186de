CREATE STREAM TABLE whole_visits FULL AS SELECT page, seconds FROM visit;
