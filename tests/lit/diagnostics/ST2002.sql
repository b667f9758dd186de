-- A second definition of one name.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id bigint);
CREATE TABLE orders (id int);  -- expected-error {{ST2002: table `public.orders` exists already}}
CREATE VIEW orders AS SELECT 1;  -- expected-error {{ST2002: table `public.orders` exists already}}
CREATE TABLE IF NOT EXISTS orders (id int);
CREATE TABLE u (a int, a text);  -- expected-error {{ST2002: column `a` exists already}}
CREATE TYPE mood AS ENUM ();
CREATE DOMAIN mood AS text;  -- expected-error {{ST2002: type `public.mood` exists already}}
