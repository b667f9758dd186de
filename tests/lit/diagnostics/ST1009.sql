-- COPY data end with a line of a backslash and a full stop.
-- RUN: verify-diagnostics %s

COPY t FROM stdin;
1 -- expected-error {{ST1009: COPY data without the line `\\\.` at the end}}
2
