-- Values that an option cannot have.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1109: option `hidden_columns` cannot be `aside`}}
CREATE STREAM TABLE a WITH (hidden_columns = aside) AS SELECT 1;
-- expected-help@-1 {{did you mean `side`\?}}
-- expected-error@+1 {{ST1109: option `float` cannot be without a value}}
CREATE STREAM TABLE a WITH (float) AS SELECT 1;
-- expected-error@+1 {{ST1109: option `full_threshold` cannot be `1.5`}}
CREATE STREAM TABLE a WITH (full_threshold = 1.5) AS SELECT 1;
-- expected-error@+1 {{ST1109: option `full_threshold` cannot be `-1`}}
CREATE STREAM TABLE a WITH (full_threshold = - 1) AS SELECT 1;
-- expected-error@+1 {{ST1109: option `auxiliary` cannot be `on`}}
CREATE STREAM TABLE a WITH (auxiliary = on) AS SELECT 1;
