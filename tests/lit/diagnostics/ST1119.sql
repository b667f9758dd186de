-- Calls that run on the server.
-- RUN: verify-diagnostics %s

DO $$ BEGIN
  -- expected-warning@+1 {{ST1119: this call of `refresh_stream_table` will run on the server}}
  PERFORM pgtrickle.refresh_stream_table('a');
END $$;
