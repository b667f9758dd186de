-- A type that the compiler cannot know: the server says what it is, and hidden columns follow.
-- RUN: tricklec compile %sql | FileCheck %s
CREATE EXTENSION postgis;
CREATE TABLE shapes (id integer PRIMARY KEY, outline geometry);
CREATE STREAM TABLE boxes IMMEDIATE AS SELECT st_envelope(outline) AS box FROM shapes;

-- CHECK: CREATE TABLE public.boxes AS
-- CHECK-SAME: SELECT v.box FROM pgtrickle_state."public.boxes" AS v WITH NO DATA;
-- CHECK-NEXT: ALTER TABLE public.boxes
-- CHECK-NEXT:   ADD COLUMN __pgt_id integer NOT NULL;
-- CHECK-NOT: DO $types$
