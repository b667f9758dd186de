#pragma once

#include "shop_fixture.h"

/// A trading company, and what its management asks: 22 queries as deep as those that decision support is
/// measured by, with joins of up to eight tables, correlated subqueries in several levels, outer joins under
/// groups of groups, and expressions over aggregates.
namespace tricklec::testsupport {

inline constexpr const char* kTradeDdl = R"sql(
CREATE TABLE continent (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE country (id int PRIMARY KEY, name text NOT NULL, continent int NOT NULL REFERENCES continent);
CREATE TABLE vendor (id int PRIMARY KEY, name text NOT NULL, country int NOT NULL REFERENCES country, balance
  numeric(12,2) NOT NULL, remark text NOT NULL);
CREATE TABLE client (id int PRIMARY KEY, name text NOT NULL, country int NOT NULL REFERENCES country, balance
  numeric(12,2) NOT NULL, branch text NOT NULL, phone text NOT NULL);
CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, maker text NOT NULL, kind text NOT NULL, size int NOT
  NULL, box text NOT NULL, price numeric(12,2) NOT NULL);
CREATE TABLE offer (product int NOT NULL REFERENCES product, vendor int NOT NULL REFERENCES vendor, stock int NOT
  NULL, cost numeric(12,2) NOT NULL, PRIMARY KEY (product, vendor));
CREATE TABLE deal (id int PRIMARY KEY, client int NOT NULL REFERENCES client, state char(1) NOT NULL, total
  numeric(12,2) NOT NULL, placed date NOT NULL, urgency text NOT NULL, remark text NOT NULL);
CREATE TABLE item (deal int NOT NULL REFERENCES deal, pos int NOT NULL, product int NOT NULL, vendor int NOT NULL,
  amount numeric(12,2) NOT NULL, price numeric(12,2) NOT NULL, rebate numeric(4,2) NOT NULL, tax numeric(4,2) NOT
  NULL, returned char(1) NOT NULL, state char(1) NOT NULL, shipped date NOT NULL, promised date NOT NULL, received
  date NOT NULL, carrier text NOT NULL, PRIMARY KEY (deal, pos), FOREIGN KEY (product, vendor) REFERENCES offer);
CREATE INDEX ON item (product, vendor); CREATE INDEX ON item (vendor); CREATE INDEX ON deal (client); CREATE INDEX
  ON offer (vendor); CREATE INDEX ON client (country); CREATE INDEX ON vendor (country); CREATE INDEX ON country
  (continent);
)sql";

inline const std::vector<Query>& TradeQueries() {
  static const std::vector<Query> kQueries = {{"summary_by_state", R"sql(
        SELECT returned, state, sum(amount) AS amounts, sum(price) AS prices, sum(price * (1
          - rebate)) AS net, sum(price * (1 - rebate) * (1 + tax)) AS gross, avg(amount) AS
          mean, avg(rebate) AS rebates, count(*) AS n FROM item WHERE shipped <= date
          '2025-12-01' - interval '90 days' GROUP BY returned, state)sql"},
                                              {"cheapest_vendor", R"sql(
        SELECT v.balance, v.name, c.name AS country, p.id, p.maker FROM product p, vendor v,
          offer o, country c, continent k WHERE p.id = o.product AND v.id = o.vendor AND
          p.size > 3 AND p.kind LIKE '%a' AND v.country = c.id AND c.continent = k.id AND
          k.name = 'north' AND o.cost = (SELECT min(o2.cost) FROM offer o2, vendor v2,
          country c2, continent k2 WHERE p.id = o2.product AND v2.id = o2.vendor AND
          v2.country = c2.id AND c2.continent = k2.id AND k2.name = 'north'))sql"},
                                              {"open_deals", R"sql(
        SELECT i.deal, sum(i.price * (1 - i.rebate)) AS revenue, d.placed, d.urgency FROM
          client c, deal d, item i WHERE c.branch = 'b1' AND c.id = d.client AND i.deal =
          d.id AND d.placed < date '2025-06-01' AND i.shipped > date '2025-06-01' GROUP BY
          i.deal, d.placed, d.urgency)sql"},
                                              {"late_deals", R"sql(
        SELECT urgency, count(*) AS n FROM deal d WHERE placed >= date '2025-01-01' AND
          placed < date '2025-01-01' + interval '3 months' AND EXISTS (SELECT * FROM item i
          WHERE i.deal = d.id AND i.promised < i.received) GROUP BY urgency)sql"},
                                              {"trade_at_home", R"sql(
        SELECT n.name, sum(i.price * (1 - i.rebate)) AS revenue FROM client c JOIN deal d ON
          d.client = c.id JOIN item i ON i.deal = d.id JOIN vendor v ON v.id = i.vendor AND
          v.country = c.country JOIN country n ON n.id = v.country JOIN continent k ON k.id
          = n.continent WHERE k.name = 'south' GROUP BY n.name)sql"},
                                              {"revenue_at_stake", R"sql(
        SELECT sum(price * rebate) AS revenue FROM item WHERE shipped >= date '2025-01-01'
          AND rebate BETWEEN 0.02 AND 0.06 AND amount < 24)sql"},
                                              {"trade_of_two_countries", R"sql(
        SELECT seller, buyer, y, sum(volume) AS revenue FROM (SELECT n1.name AS seller,
          n2.name AS buyer, extract(year FROM i.shipped) AS y, i.price * (1 - i.rebate) AS
          volume FROM vendor v, item i, deal d, client c, country n1, country n2 WHERE v.id
          = i.vendor AND d.id = i.deal AND c.id = d.client AND v.country = n1.id AND
          c.country = n2.id AND ((n1.name = 'n1' AND n2.name = 'n2') OR (n1.name = 'n2' AND
          n2.name = 'n1'))) s GROUP BY seller, buyer, y)sql"},
                                              {"share_of_market", R"sql(
        SELECT y, sum(CASE WHEN country = 'n1' THEN volume ELSE 0 END) / sum(volume) AS
          share FROM (SELECT extract(year FROM d.placed) AS y, i.price * (1 - i.rebate) AS
          volume, n2.name AS country FROM product p, vendor v, item i, deal d, client c,
          country n1, country n2, continent k WHERE p.id = i.product AND v.id = i.vendor AND
          i.deal = d.id AND d.client = c.id AND c.country = n1.id AND n1.continent = k.id
          AND k.name = 'north' AND v.country = n2.id) a GROUP BY y)sql"},
                                              {"gain_by_country", R"sql(
        SELECT country, y, sum(gain) AS gain FROM (SELECT n.name AS country, extract(year
          FROM d.placed) AS y, i.price * (1 - i.rebate) - o.cost * i.amount AS gain FROM
          product p, vendor v, item i, offer o, deal d, country n WHERE v.id = i.vendor AND
          o.vendor = i.vendor AND o.product = i.product AND p.id = i.product AND d.id =
          i.deal AND v.country = n.id AND p.name LIKE '%a%') x GROUP BY country, y)sql"},
                                              {"returned_by_client", R"sql(
        SELECT c.id, c.name, sum(i.price * (1 - i.rebate)) AS revenue, c.balance, n.name AS
          country, c.phone FROM client c, deal d, item i, country n WHERE c.id = d.client
          AND i.deal = d.id AND i.returned = 'R' AND c.country = n.id GROUP BY c.id, c.name,
          c.balance, c.phone, n.name)sql"},
                                              {"important_stock", R"sql(
        SELECT o.product, sum(o.cost * o.stock) AS worth FROM offer o, vendor v, country n
          WHERE o.vendor = v.id AND v.country = n.id AND n.name = 'n1' GROUP BY o.product
          HAVING sum(o.cost * o.stock) > (SELECT sum(o.cost * o.stock) * 0.05 FROM offer o,
          vendor v, country n WHERE o.vendor = v.id AND v.country = n.id AND n.name = 'n1'))sql"},
                                              {"carriers", R"sql(
        SELECT i.carrier, sum(CASE WHEN d.urgency IN ('1', '2') THEN 1 ELSE 0 END) AS high,
          sum(CASE WHEN d.urgency <> '1' AND d.urgency <> '2' THEN 1 ELSE 0 END) AS low FROM
          deal d, item i WHERE d.id = i.deal AND i.carrier IN ('rail', 'ship') AND
          i.promised < i.received AND i.shipped < i.promised GROUP BY i.carrier)sql"},
                                              {"clients_by_deals", R"sql(
        SELECT n, count(*) AS clients FROM (SELECT c.id, count(d.id) FROM client c LEFT
          OUTER JOIN deal d ON c.id = d.client AND d.remark NOT LIKE '%special%' GROUP BY
          c.id) AS x (id, n) GROUP BY n)sql"},
                                              {"share_of_kind", R"sql(
        SELECT 100.00 * sum(CASE WHEN p.kind LIKE 'k1%' THEN i.price * (1 - i.rebate) ELSE 0
          END) / nullif(sum(i.price * (1 - i.rebate)), 0) AS promo FROM item i, product p
          WHERE i.product = p.id AND i.shipped >= date '2025-02-01')sql"},
                                              {"best_vendors", R"sql(
        WITH revenue AS (SELECT vendor, sum(price * (1 - rebate)) AS total FROM item WHERE
          shipped >= date '2025-01-01' GROUP BY vendor) SELECT v.id, v.name, r.total FROM
          vendor v, revenue r WHERE v.id = r.vendor AND r.total = (SELECT max(total) FROM
          revenue))sql"},
                                              {"vendors_of_products", R"sql(
        SELECT p.maker, p.kind, p.size, count(DISTINCT o.vendor) AS vendors FROM offer o,
          product p WHERE p.id = o.product AND p.maker <> 'm1' AND p.kind NOT LIKE 'k2%' AND
          p.size IN (1, 3, 5, 7) AND o.vendor NOT IN (SELECT id FROM vendor WHERE remark
          LIKE '%complaint%') GROUP BY p.maker, p.kind, p.size)sql"},
                                              {"small_items", R"sql(
        SELECT sum(i.price) / 7.0 AS yearly FROM item i, product p WHERE p.id = i.product
          AND p.maker = 'm2' AND i.amount < (SELECT 0.2 * avg(j.amount) FROM item j WHERE
          j.product = p.id))sql"},
                                              {"large_deals", R"sql(
        SELECT c.name, c.id AS client, d.id, d.placed, d.total, sum(i.amount) AS amount FROM
          client c, deal d, item i WHERE d.id IN (SELECT deal FROM item GROUP BY deal HAVING
          sum(amount) > 50) AND c.id = d.client AND d.id = i.deal GROUP BY c.name, c.id,
          d.id, d.placed, d.total)sql"},
                                              {"revenue_by_terms", R"sql(
        SELECT sum(i.price * (1 - i.rebate)) AS revenue FROM item i, product p WHERE (p.id =
          i.product AND p.maker = 'm1' AND i.amount BETWEEN 1 AND 11 AND p.size BETWEEN 1
          AND 5) OR (p.id = i.product AND p.maker = 'm2' AND i.amount >= 10 AND p.box IN
          ('x', 'y')) OR (p.id = i.product AND p.maker = 'm3' AND i.carrier = 'air'))sql"},
                                              {"vendors_with_stock", R"sql(
        SELECT v.name, v.remark FROM vendor v, country n WHERE v.id IN (SELECT o.vendor FROM
          offer o WHERE o.product IN (SELECT p.id FROM product p WHERE p.name LIKE 'p1%')
          AND o.stock > (SELECT 0.5 * sum(i.amount) FROM item i WHERE i.product = o.product
          AND i.vendor = o.vendor AND i.shipped >= date '2025-01-01')) AND v.country = n.id
          AND n.name = 'n1')sql"},
                                              {"vendors_who_kept_waiting", R"sql(
        SELECT v.name, count(*) AS waits FROM vendor v, item i1, deal d, country n WHERE
          v.id = i1.vendor AND d.id = i1.deal AND d.state = 'F' AND i1.received >
          i1.promised AND EXISTS (SELECT * FROM item i2 WHERE i2.deal = i1.deal AND
          i2.vendor <> i1.vendor) AND NOT EXISTS (SELECT * FROM item i3 WHERE i3.deal =
          i1.deal AND i3.vendor <> i1.vendor AND i3.received > i3.promised) AND v.country =
          n.id AND n.name = 'n1' GROUP BY v.name)sql"},
                                              {"sleeping_clients", R"sql(
        SELECT code, count(*) AS n, sum(balance) AS balance FROM (SELECT substring(phone
          from 1 for 2) AS code, balance FROM client c WHERE substring(phone from 1 for 2)
          IN ('13', '31', '23') AND balance > (SELECT avg(balance) FROM client WHERE balance
          > 0.00 AND substring(phone from 1 for 2) IN ('13', '31', '23')) AND NOT EXISTS
          (SELECT * FROM deal WHERE client = c.id)) AS x GROUP BY code)sql"}};
  return kQueries;
}

}  // namespace tricklec::testsupport
