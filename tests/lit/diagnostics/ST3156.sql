-- An outer join whose condition is more than equalities, over a table without a key.
-- RUN: verify-diagnostics %s
CREATE TABLE visits (customer_id bigint, day date, page varchar(40));
CREATE TABLE sales (id bigint PRIMARY KEY, customer_id bigint, day date, amount integer);
CREATE INDEX ON visits (customer_id);
CREATE INDEX ON sales (customer_id);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT v.page, s.id FROM visits AS v LEFT JOIN sales AS s ON s.customer_id = v.customer_id AND s.day > v.day;  -- expected-error {{ST3156: an outer join on this condition cannot follow changes of `public.visits`, which has no key}}
CREATE STREAM TABLE b IMMEDIATE AS
  SELECT v.page, s.id FROM visits AS v LEFT JOIN sales AS s
  ON s.customer_id = v.customer_id AND s.amount > 10 AND v.page <> '';
