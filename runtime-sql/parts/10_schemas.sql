-- Schemas

CREATE SCHEMA pgtrickle;
COMMENT ON SCHEMA pgtrickle IS 'stream tables: functions and catalog';
CREATE SCHEMA pgtrickle_changes;
COMMENT ON SCHEMA pgtrickle_changes IS 'stream tables: change buffers and pending rows';
CREATE SCHEMA pgtrickle_state;
COMMENT ON SCHEMA pgtrickle_state IS 'stream tables: definition views and auxiliary tables';
CREATE SCHEMA pgtrickle_impl;
COMMENT ON SCHEMA pgtrickle_impl IS 'stream tables: generated functions';

REVOKE ALL ON SCHEMA pgtrickle, pgtrickle_changes, pgtrickle_state, pgtrickle_impl FROM PUBLIC;
-- What may be called is decided function by function; a schema alone reveals nothing.
GRANT USAGE ON SCHEMA pgtrickle, pgtrickle_impl TO PUBLIC;
