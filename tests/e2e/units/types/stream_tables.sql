CREATE STREAM TABLE app.by_state IMMEDIATE AS
  SELECT state, count(*) AS n, sum("Amount") AS amount FROM app."Odd" GROUP BY state;
CREATE STREAM TABLE app.copied IMMEDIATE AS SELECT * FROM app."Odd" WHERE "Amount" > 3 OR low IS NULL;
CREATE STREAM TABLE app.by_note DIFFERENTIAL AS
  SELECT note, tags, count(*) AS n, min(low) AS low, max(high) AS high FROM app."Odd" GROUP BY note, tags;
CREATE STREAM TABLE app.sensors IMMEDIATE AS
  SELECT sensor, count(value) AS n, sum(value) AS total, avg(exact) AS mean, max(span) AS longest
  FROM app.measured GROUP BY sensor;
CREATE STREAM TABLE app.readings DIFFERENTIAL AS
  SELECT at, sensor, value, exact, span, payload, raw FROM app.measured WHERE value IS NULL OR value < 10;
CREATE STREAM TABLE app.payloads DIFFERENTIAL AS SELECT DISTINCT payload, span FROM app.measured;
CREATE STREAM TABLE app.booked IMMEDIATE AS SELECT during, room, day FROM app.booking WHERE room > 1;
CREATE STREAM TABLE app.edges IMMEDIATE AS
  SELECT c.id, p.label AS parent, c.label, c.weight FROM app.node c JOIN app.node p ON p.id = c.parent;
CREATE STREAM TABLE app.children DIFFERENTIAL AS
  SELECT parent, count(*) AS n, sum(weight) AS weight FROM app.node GROUP BY parent HAVING count(*) > 1;
CREATE STREAM TABLE app.everything FULL AS
  SELECT label AS text, 'node' AS kind FROM app.node UNION ALL SELECT note, 'odd' FROM app."Odd";
