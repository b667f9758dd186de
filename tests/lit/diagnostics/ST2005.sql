-- Types that no statement defines, and modifiers that a type does not take. After CREATE EXTENSION
-- of one we have no data of, any type may be its.
-- RUN: verify-diagnostics %s

CREATE TYPE mood AS ENUM ('ok');
-- expected-warning@+2 {{ST2005: there is no type `moood`}}
-- expected-help@+1 {{did you mean `mood`\?}}
CREATE TABLE t (a moood);
CREATE TABLE d (a date(3));  -- expected-warning {{ST2005: type `date` takes no modifier}}
CREATE EXTENSION postgis;
CREATE TABLE u (place geometry(Point, 4326));
