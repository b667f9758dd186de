-- The tables that the examples of these pages are about.
CREATE TABLE regions (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    region text,
    customer integer NOT NULL,
    state text,
    amount numeric(10, 2),
    cancelled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    placed timestamptz,
    note json,
    tags text[]
);
CREATE TABLE visits (customer_id bigint, page text);  -- without a key
CREATE TABLE events (id bigint PRIMARY KEY, name text, at timestamp, payload jsonb);
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE accounts (id bigint PRIMARY KEY, balance numeric(12, 2));
CREATE TABLE parcels (id bigint PRIMARY KEY, outline geometry);
