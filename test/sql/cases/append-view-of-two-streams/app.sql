CREATE TABLE impressions (id bigint, ad text, at timestamptz) WITH (event_time = 'at');
CREATE TABLE clicks (imp bigint, ad text, at timestamptz) WITH (event_time = 'at');
SELECT 'shown' AS what, id, ad FROM impressions WHERE id < 10 UNION ALL SELECT 'clicked', imp, ad FROM clicks WHERE imp < 10;
