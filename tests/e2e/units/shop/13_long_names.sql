-- after: 14_long_source
CREATE STREAM TABLE reports.totals_of_a_name_that_is_cut_because_it_is_longer_than_it_may DIFFERENTIAL AS
  SELECT label, sum(n) AS n FROM reports.one_with_a_name_that_is_as_long_as_the_other_and_cut_as_well_2 GROUP BY label;
