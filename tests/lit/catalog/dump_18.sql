-- UPDATE: full
-- RUN: tricklec compile --emit catalog --target-version 18 %sql | FileCheck --match-full-lines %s
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
