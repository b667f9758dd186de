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

-- CHECK: pass through @4:1-4:48
-- CHECK-NEXT: pass through @5:1-8:4
-- CHECK-NEXT: pass through @9:1-9:84
-- CHECK-NEXT: pass through @10:1-10:66
-- CHECK-NEXT: pass through @11:1-11:23
-- CHECK-NEXT: copy data @12:1-13:3
-- CHECK-NEXT: pass through @14:19-14:48
-- CHECK-NEXT: pass through @14:50-14:82
-- CHECK-NEXT: create stream table "c" @15:1-15:46
-- CHECK-NEXT:   query @15:26-15:46
-- CHECK-NEXT:     | SELECT a FROM stream
-- CHECK-NOT: {{.}}
