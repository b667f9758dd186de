CREATE STREAM TABLE reports.one_with_a_name_that_is_as_long_as_the_other_and_cut_as_well_1 IMMEDIATE AS
  SELECT region AS label, count(*) AS n FROM customer GROUP BY region;
CREATE STREAM TABLE reports.one_with_a_name_that_is_as_long_as_the_other_and_cut_as_well_2 IMMEDIATE AS
  SELECT name AS label, count(*) AS n FROM customer GROUP BY name;
