CREATE MATERIALIZED VIEW summary AS TABLE definition;
CREATE UNIQUE INDEX ON summary (category);
