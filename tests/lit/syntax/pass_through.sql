-- UPDATE: full
-- Everything else is left as it is, cut where PostgreSQL ends a statement.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE TABLE stream (a int, b text DEFAULT ';');
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
  SELECT CASE WHEN true THEN 1 END;
  SELECT 2;
END;
CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN NULL; END; $body$;
CREATE RULE r AS ON INSERT TO stream DO ALSO (SELECT 1; SELECT 2);
COPY stream FROM stdin;
1	;'
\.
/* a; /* b; */ */ INSERT INTO stream VALUES (1); GRANT SELECT ON stream TO PUBLIC;
CREATE STREAM TABLE c AS SELECT a FROM stream;
