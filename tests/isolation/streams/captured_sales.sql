CREATE STREAM TABLE captured_sales DIFFERENTIAL AS SELECT id, region, amount FROM sale WHERE amount > 0;
