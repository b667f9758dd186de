-- Names are cut to 63 bytes, between characters.
-- RUN: verify-diagnostics %s

-- expected-warning@+1 {{ST1006: name is longer than 63 bytes and is cut to `x123456789x123456789x123456789x123456789x123456789x123456789xy`}}
DROP STREAM TABLE X123456789X123456789X123456789X123456789X123456789X123456789XYé;
