CREATE TABLE bid AS FROM read_json('bid.jsonl', columns = { bidtime: 'TIMESTAMPTZ', price: 'DOUBLE', item: 'VARCHAR', supplier_id: 'VARCHAR' });
CREATE TABLE v1 AS SELECT bucket(bidtime, 600000) AS window_start, after(bucket(bidtime, 600000), 600000) AS window_end, supplier_id,
  sum(price) AS price, count(*) AS cnt FROM bid GROUP BY ALL;
SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) AS rownum FROM v1 QUALIFY rownum <= 3;
