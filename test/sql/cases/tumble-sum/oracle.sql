CREATE TABLE bid AS FROM read_json('bid.jsonl', columns = { bidtime: 'TIMESTAMPTZ', price: 'DOUBLE', item: 'VARCHAR' });
SELECT bucket(bidtime, 600000) AS window_start, after(bucket(bidtime, 600000), 600000) AS window_end, sum(price) AS total_price
FROM bid GROUP BY ALL;
