-- Catalog tables
--
-- Relations are stored as regclass: it compares like an oid, but a dump writes the name, so the catalog
-- is still right after a restore into another cluster.

CREATE TABLE pgtrickle.pgt_runtime (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version text NOT NULL,
  system_identifier bigint NOT NULL,
  scheduler_heartbeat timestamptz,
  installed_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
COMMENT ON TABLE pgtrickle.pgt_runtime IS 'the installed version of the runtime, and signs of life of the scheduler';
INSERT INTO pgtrickle.pgt_runtime (version, system_identifier)
  SELECT '@VERSION@', c.system_identifier FROM pg_catalog.pg_control_system() c;

CREATE TABLE pgtrickle.pgt_upgrades (
  upgrade_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_version text,
  to_version text NOT NULL,
  upgraded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  script_hash text
);
COMMENT ON TABLE pgtrickle.pgt_upgrades IS 'one row for each installation and upgrade of the runtime';
INSERT INTO pgtrickle.pgt_upgrades (from_version, to_version) VALUES (NULL, '@VERSION@');

CREATE TABLE pgtrickle.pgt_settings (
  key text PRIMARY KEY,
  value text,
  description text NOT NULL
);
COMMENT ON TABLE pgtrickle.pgt_settings IS 'settings of this database; change them with UPDATE as the owner of the runtime';
INSERT INTO pgtrickle.pgt_settings (key, value, description) VALUES
  ('default_schedule', '1m', 'refresh interval of calculated stream tables that nothing else reads'),
  ('schedule_time_zone', 'UTC', 'time zone that calendars of schedules are in'),
  ('stale_after', '2', 'times in a row that a schedule is missed after which a stream table is stale'),
  ('max_consecutive_errors', '3', 'failed refreshes in a row after which a stream table is suspended'),
  ('history_retention', '30d', 'age at which rows of the refresh history are removed'),
  ('full_threshold', '0.1', 'share of changed rows of a source from which a refresh recomputes, where the stream table has none of its own; 1 is never'),
  ('full_threshold_rows', '1000', 'changed rows of a source up to which the setting full_threshold is not looked at'),
  ('notifications', 'all', 'what is sent to the channel pg_trickle_alert: all, troubles or none; a transaction that notified cannot be prepared'),
  ('cleanup_interval', '1m', 'how often the scheduler cleans up change buffers and history'),
  ('buffer_warning_rows', '1000000', 'rows in a change buffer from which health_check warns, and an alert is sent');

CREATE TABLE pgtrickle.pgt_stream_tables (
  pgt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pgt_relid regclass NOT NULL UNIQUE,
  pgt_schema name NOT NULL,
  pgt_name name NOT NULL,
  defining_query text NOT NULL,
  original_query text NOT NULL,
  schedule text,
  refresh_mode text NOT NULL CHECK (refresh_mode IN ('FULL', 'DIFFERENTIAL', 'IMMEDIATE')),
  status text NOT NULL DEFAULT 'INITIALIZING'
    CHECK (status IN ('INITIALIZING', 'ACTIVE', 'SUSPENDED', 'ERROR')),
  is_populated boolean NOT NULL DEFAULT false,
  data_timestamp timestamptz,
  last_refresh_at timestamptz,
  consecutive_errors int NOT NULL DEFAULT 0 CHECK (consecutive_errors >= 0),
  needs_reinit boolean NOT NULL DEFAULT false,
  reinit_reason text,
  full_threshold double precision CHECK (full_threshold BETWEEN 0 AND 1),
  diamond_consistency text NOT NULL DEFAULT 'atomic' CHECK (diamond_consistency IN ('atomic', 'none')),
  diamond_schedule_policy text NOT NULL DEFAULT 'fastest'
    CHECK (diamond_schedule_policy IN ('fastest', 'slowest')),
  strategy text NOT NULL CHECK (strategy IN ('linear', 'algebraic', 'keyed', 'whole', 'full')),
  lock_class text NOT NULL CHECK (lock_class IN ('none', 'key', 'table')),
  definition_hash text NOT NULL,
  compiler_format int NOT NULL CHECK (compiler_format > 0),
  created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  updated_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  UNIQUE (pgt_schema, pgt_name),
  CHECK (NOT needs_reinit OR reinit_reason IS NOT NULL),
  CHECK (schedule IS NULL OR refresh_mode <> 'IMMEDIATE')
);
COMMENT ON TABLE pgtrickle.pgt_stream_tables IS 'the stream tables of this database';

CREATE TABLE pgtrickle.pgt_columns (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  column_name name NOT NULL,
  column_role text NOT NULL CHECK (column_role IN ('key', 'value', 'hidden')),
  compare text NOT NULL CHECK (compare IN ('image', 'equal', 'approximate')),
  PRIMARY KEY (pgt_id, column_name)
);
COMMENT ON TABLE pgtrickle.pgt_columns IS 'columns of stream tables: their role, and how verify_stream_table compares them';

CREATE TABLE pgtrickle.pgt_frontiers (
  pgt_id bigint PRIMARY KEY REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  snap pg_snapshot NOT NULL,
  own xid8 NOT NULL,
  last bigint NOT NULL,
  system_identifier bigint NOT NULL
);
COMMENT ON TABLE pgtrickle.pgt_frontiers IS 'which captured changes each differential stream table has consumed';

CREATE TABLE pgtrickle.pgt_dependencies (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  source_relid regclass NOT NULL,
  source_type text NOT NULL CHECK (source_type IN
    ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE', 'VIEW', 'MATVIEW', 'FOREIGN_TABLE')),
  columns_used text[] NOT NULL,
  schema_fingerprint text NOT NULL,
  PRIMARY KEY (pgt_id, source_relid)
);
CREATE INDEX ON pgtrickle.pgt_dependencies (source_relid);
COMMENT ON TABLE pgtrickle.pgt_dependencies IS 'the relations that each stream table reads';

CREATE TABLE pgtrickle.pgt_triggers (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  source_relid regclass NOT NULL,
  event text NOT NULL CHECK (event IN ('before', 'insert', 'update', 'delete', 'truncate')),
  trigger_name name NOT NULL,
  function_name text NOT NULL,
  PRIMARY KEY (pgt_id, source_relid, event)
);
CREATE INDEX ON pgtrickle.pgt_triggers (source_relid);
COMMENT ON TABLE pgtrickle.pgt_triggers IS 'the maintenance triggers of IMMEDIATE stream tables, on their sources';

CREATE TABLE pgtrickle.pgt_refresh_history (
  refresh_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  data_timestamp timestamptz,
  start_time timestamptz NOT NULL,
  end_time timestamptz,
  action text NOT NULL CHECK (action IN ('NO_DATA', 'FULL', 'DIFFERENTIAL', 'REINITIALIZE', 'SKIP')),
  status text NOT NULL CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED')),
  rows_inserted bigint,
  rows_updated bigint,
  rows_deleted bigint,
  delta_row_count bigint,
  was_full_fallback boolean NOT NULL DEFAULT false,
  reason text,
  error_message text,
  freshness_deadline timestamptz,
  CHECK (end_time >= start_time)
);
CREATE INDEX ON pgtrickle.pgt_refresh_history (pgt_id, refresh_id DESC);
COMMENT ON TABLE pgtrickle.pgt_refresh_history IS 'refreshes of stream tables; a count is NULL where it is not known';

CREATE TABLE pgtrickle.pgt_change_tracking (
  source_relid regclass PRIMARY KEY,
  source_name text NOT NULL,
  buffer name NOT NULL UNIQUE,
  columns text[] NOT NULL,
  capture text NOT NULL DEFAULT 'STATEMENT' CHECK (capture IN ('STATEMENT', 'ROW')),
  tracked_by bigint[] NOT NULL DEFAULT '{}',
  complete_since bigint NOT NULL,
  complete_xid xid8 NOT NULL
);
COMMENT ON TABLE pgtrickle.pgt_change_tracking IS 'change buffers and the stream tables that read them; nothing is missing from a buffer since the change and transaction given';

CREATE TABLE pgtrickle.pgt_objects (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('table', 'view', 'function', 'index')),
  identity text NOT NULL,
  role text NOT NULL CHECK (role IN ('stream_table', 'definition', 'fill', 'differential', 'full', 'verify', 'refresh', 'detach',
                                     'auxiliary', 'part')),
  content_hash text NOT NULL,
  functions_used text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (pgt_id, kind, identity)
);
CREATE UNIQUE INDEX ON pgtrickle.pgt_objects (pgt_id, role) WHERE role NOT IN ('auxiliary', 'part');
COMMENT ON TABLE pgtrickle.pgt_objects IS 'every object generated for a stream table, with a hash of its content; with the definition, those of the functions it uses';

CREATE TABLE pgtrickle.pgt_facts (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  relid regclass NOT NULL,
  constraint_name text NOT NULL,
  used_for text NOT NULL,
  protection text NOT NULL,
  definition text NOT NULL,
  PRIMARY KEY (pgt_id, relid, constraint_name, used_for)
);
COMMENT ON TABLE pgtrickle.pgt_facts IS 'the constraints that maintenance relies on, and what keeps them true';

-- One row per stream table. Its presence shows that the stream table is older than a transaction's
-- snapshot; a new version of it makes transactions with older snapshots fail instead of being wrong.
CREATE TABLE pgtrickle_state.version (
  id text PRIMARY KEY,
  xid xid8 NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE pgtrickle_state.version IS 'one row per stream table: visibility guard and lock';

-- Alerts whose reason still holds, so that each is sent once.
CREATE TABLE pgtrickle_state.alerts (
  pgt_id bigint NOT NULL REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  event text NOT NULL,
  source_table text NOT NULL,
  raised_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  PRIMARY KEY (pgt_id, event, source_table)
);
COMMENT ON TABLE pgtrickle_state.alerts IS 'alerts that were sent and whose reason still holds';

CREATE TABLE pgtrickle_state.detached (
  pgt_id bigint PRIMARY KEY REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  definition text NOT NULL,
  comment text,
  files text NOT NULL
);
COMMENT ON TABLE pgtrickle_state.detached IS 'definition views that detach_definitions dropped, and the files of the sources at that time';

CREATE TABLE pgtrickle_state.inspected (
  pgt_id bigint PRIMARY KEY REFERENCES pgtrickle.pgt_stream_tables ON DELETE CASCADE,
  nodes bigint[] NOT NULL,
  relations oid[],
  parents oid[],
  functions oid[],
  types oid[],
  operators oid[],
  collations oid[],
  schemas oid[],
  versions numeric NOT NULL,
  seen_by xid8 NOT NULL,
  database oid NOT NULL,
  system_identifier bigint NOT NULL
);
COMMENT ON TABLE pgtrickle_state.inspected IS 'which versions of which catalog rows a stream table was last found to fit';

-- One sequence for all buffers, so that one number says what a transaction had written by when.
CREATE SEQUENCE pgtrickle_state.change CACHE 1;
COMMENT ON SEQUENCE pgtrickle_state.change IS 'numbers of captured changes';
-- From now on last_value is a number that was given.
SELECT pg_catalog.nextval('pgtrickle_state.change');

CREATE TABLE pgtrickle_changes.truncations (
  change_id bigint NOT NULL DEFAULT pg_catalog.nextval('pgtrickle_state.change'),
  xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
  source_relid regclass NOT NULL
);
CREATE INDEX ON pgtrickle_changes.truncations (source_relid, xid);
COMMENT ON TABLE pgtrickle_changes.truncations IS 'a row for each TRUNCATE of a captured source';

CREATE TYPE pgtrickle.refresh_counts AS (
  rows_inserted bigint,
  rows_updated bigint,
  rows_deleted bigint,
  delta_rows bigint
);
COMMENT ON TYPE pgtrickle.refresh_counts IS 'what a refresh changed, and how many changes of sources it read';
