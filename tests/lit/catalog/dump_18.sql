-- UPDATE: full
-- RUN: tricklec compile --emit catalog --target-version 18 --schema %sql %S/Inputs/nothing.sql | FileCheck --match-full-lines %s
--
-- PostgreSQL database dump
--

\restrict kPpJ2cGqBvRkQkDjJ7yPpVyAbCdEfGh

-- Dumped from database version 18.0
-- Dumped by pg_dump version 18.0

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA app;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: customers; Type: TABLE; Schema: app; Owner: -
--

CREATE TABLE app.customers (
    id bigint NOT NULL,
    email text CONSTRAINT email_given NOT NULL,
    name text NOT NULL NO INHERIT,
    short text GENERATED ALWAYS AS (left(name, 3)),
    upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
    CONSTRAINT name_short CHECK ((length(name) < 100)) NOT ENFORCED
);

ALTER TABLE app.customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE app.orders (
    id bigint NOT NULL,
    customer bigint,
    total numeric(12,2),
    CONSTRAINT orders_total_not_null NOT NULL total,
    CONSTRAINT orders_total_check CHECK ((total >= (0)::numeric))
);

CREATE TABLE app.stays (
    room integer NOT NULL,
    during daterange NOT NULL
);

ALTER TABLE ONLY app.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY app.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY app.stays
    ADD CONSTRAINT stays_pkey PRIMARY KEY (room, during WITHOUT OVERLAPS);

ALTER TABLE ONLY app.orders
    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES app.customers(id) NOT ENFORCED;

ALTER TABLE app.orders
    ADD CONSTRAINT customer_given NOT NULL customer NOT VALID;

GRANT SELECT,MAINTAIN ON TABLE app.orders TO reporting;

\unrestrict kPpJ2cGqBvRkQkDjJ7yPpVyAbCdEfGh

-- CHECK: {
-- CHECK-NEXT:   "catalog_format": 1,
-- CHECK-NEXT:   "server_version": 18,
-- CHECK-NEXT:   "schemas": [
-- CHECK-NEXT:     "app",
-- CHECK-NEXT:     "public"
-- CHECK-NEXT:   ],
-- CHECK-NEXT:   "relations": [
-- CHECK-NEXT:     {
-- CHECK-NEXT:       "name": "app.customers",
-- CHECK-NEXT:       "kind": "table",
-- CHECK-NEXT:       "columns": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "id",
-- CHECK-NEXT:           "type": "bigint",
-- CHECK-NEXT:           "not_null": true,
-- CHECK-NEXT:           "identity": "always"
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "email",
-- CHECK-NEXT:           "type": "text",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "name",
-- CHECK-NEXT:           "type": "text",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "short",
-- CHECK-NEXT:           "type": "text",
-- CHECK-NEXT:           "generated": "virtual",
-- CHECK-NEXT:           "expression": "\"left\"(name, 3)"
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "upper_name",
-- CHECK-NEXT:           "type": "text",
-- CHECK-NEXT:           "generated": "stored",
-- CHECK-NEXT:           "expression": "upper(name)"
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "constraints": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customers_id_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "id"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customers_name_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "name"
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "no_inherit": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customers_pkey",
-- CHECK-NEXT:           "kind": "primary key",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "id"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "email_given",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "email"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "name_short",
-- CHECK-NEXT:           "kind": "check",
-- CHECK-NEXT:           "expression": "length(name) < 100",
-- CHECK-NEXT:           "validated": false,
-- CHECK-NEXT:           "enforced": false
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "indexes": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customers_pkey",
-- CHECK-NEXT:           "unique": true,
-- CHECK-NEXT:           "primary": true,
-- CHECK-NEXT:           "of_constraint": true,
-- CHECK-NEXT:           "keys": [
-- CHECK-NEXT:             {
-- CHECK-NEXT:               "column": "id"
-- CHECK-NEXT:             }
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "proves_key": true
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ]
-- CHECK-NEXT:     },
-- CHECK-NEXT:     {
-- CHECK-NEXT:       "name": "app.orders",
-- CHECK-NEXT:       "kind": "table",
-- CHECK-NEXT:       "columns": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "id",
-- CHECK-NEXT:           "type": "bigint",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customer",
-- CHECK-NEXT:           "type": "bigint"
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "total",
-- CHECK-NEXT:           "type": "numeric(12,2)",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "constraints": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "customer_given",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "customer"
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "validated": false
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_customer_fkey",
-- CHECK-NEXT:           "kind": "foreign key",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "customer"
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "references": "app.customers",
-- CHECK-NEXT:           "ref_columns": [
-- CHECK-NEXT:             "id"
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "validated": false,
-- CHECK-NEXT:           "enforced": false
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_id_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "id"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_pkey",
-- CHECK-NEXT:           "kind": "primary key",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "id"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_total_check",
-- CHECK-NEXT:           "kind": "check",
-- CHECK-NEXT:           "expression": "total >= 0::numeric"
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_total_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "total"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "indexes": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "orders_pkey",
-- CHECK-NEXT:           "unique": true,
-- CHECK-NEXT:           "primary": true,
-- CHECK-NEXT:           "of_constraint": true,
-- CHECK-NEXT:           "keys": [
-- CHECK-NEXT:             {
-- CHECK-NEXT:               "column": "id"
-- CHECK-NEXT:             }
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "proves_key": true
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ]
-- CHECK-NEXT:     },
-- CHECK-NEXT:     {
-- CHECK-NEXT:       "name": "app.stays",
-- CHECK-NEXT:       "kind": "table",
-- CHECK-NEXT:       "columns": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "room",
-- CHECK-NEXT:           "type": "integer",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "during",
-- CHECK-NEXT:           "type": "daterange",
-- CHECK-NEXT:           "not_null": true
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "constraints": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "stays_during_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "during"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "stays_pkey",
-- CHECK-NEXT:           "kind": "primary key",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "room",
-- CHECK-NEXT:             "during"
-- CHECK-NEXT:           ],
-- CHECK-NEXT:           "without_overlaps": true
-- CHECK-NEXT:         },
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "stays_room_not_null",
-- CHECK-NEXT:           "kind": "not null",
-- CHECK-NEXT:           "columns": [
-- CHECK-NEXT:             "room"
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ],
-- CHECK-NEXT:       "indexes": [
-- CHECK-NEXT:         {
-- CHECK-NEXT:           "name": "stays_pkey",
-- CHECK-NEXT:           "unique": true,
-- CHECK-NEXT:           "primary": true,
-- CHECK-NEXT:           "of_constraint": true,
-- CHECK-NEXT:           "method": "gist",
-- CHECK-NEXT:           "keys": [
-- CHECK-NEXT:             {
-- CHECK-NEXT:               "column": "room"
-- CHECK-NEXT:             },
-- CHECK-NEXT:             {
-- CHECK-NEXT:               "column": "during"
-- CHECK-NEXT:             }
-- CHECK-NEXT:           ]
-- CHECK-NEXT:         }
-- CHECK-NEXT:       ]
-- CHECK-NEXT:     }
-- CHECK-NEXT:   ]
-- CHECK-NEXT: }
-- CHECK-NOT: {{.}}
