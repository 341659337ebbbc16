-- Nexmark: queries over an auction house's people, auctions and bids (docs/nexmark.md says which, and which not yet).
CREATE TABLE person (
  id bigint NOT NULL,
  name text NOT NULL,
  email_address text NOT NULL,
  credit_card text NOT NULL,
  city text NOT NULL,
  state text NOT NULL,
  date_time timestamptz NOT NULL,
  extra text NOT NULL
) WITH (event_time = 'date_time', max_out_of_orderness = '4 seconds', partition_key = 'id');

CREATE TABLE auction (
  id bigint NOT NULL,
  item_name text NOT NULL,
  description text NOT NULL,
  initial_bid bigint NOT NULL, -- cents
  reserve bigint NOT NULL,     -- cents
  date_time timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  seller bigint NOT NULL,
  category bigint NOT NULL,
  extra text NOT NULL
) WITH (event_time = 'date_time', max_out_of_orderness = '4 seconds', partition_key = 'id');

CREATE TABLE bid (
  auction bigint NOT NULL,
  bidder bigint NOT NULL,
  price bigint NOT NULL, -- cents
  channel text NOT NULL,
  url text NOT NULL,
  date_time timestamptz NOT NULL,
  extra text NOT NULL
) WITH (event_time = 'date_time', max_out_of_orderness = '4 seconds', partition_key = 'auction');

-- Every bid.
CREATE MATERIALIZED VIEW q0 AS
  SELECT auction, bidder, price, date_time, extra FROM bid;

-- Prices in euros.
CREATE MATERIALIZED VIEW q1 AS
  SELECT auction, bidder, 0.908 * price AS price, date_time, extra FROM bid;

-- Bids for every 123rd auction.
CREATE MATERIALIZED VIEW q2 AS
  SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0;

-- Who sells in category 10 and lives in Oregon, Idaho or California, and in which auctions.
CREATE MATERIALIZED VIEW q3 AS
  WITH offer AS (SELECT id, seller FROM auction WHERE category = 10 GROUP BY id, seller),
       local AS (SELECT id AS seller, name, city, state FROM person WHERE state IN ('OR', 'ID', 'CA') GROUP BY id, name, city, state)
  SELECT local.name, local.city, local.state, offer.id FROM offer JOIN local ON offer.seller = local.seller;

-- The average winning price by category. A bid counts from an auction's start to its end.
CREATE MATERIALIZED VIEW q4 AS
  WITH offered AS (SELECT id AS auction, category, date_time, expires FROM auction GROUP BY id, category, date_time, expires),
       prices AS (SELECT auction, date_time, MAX(price) AS price FROM bid GROUP BY auction, date_time)
  SELECT category, AVG(price) AS price FROM (
    SELECT o.auction, o.category, MAX(p.price) AS price
    FROM offered AS o JOIN prices AS p ON o.auction = p.auction AND p.date_time BETWEEN o.date_time AND o.expires
    GROUP BY o.auction, o.category
  ) AS winning
  GROUP BY category;

-- The auctions with most bids in the last ten seconds, every two.
CREATE MATERIALIZED VIEW q5 AS
  SELECT auction_bids.auction, auction_bids.num, auction_bids.window_start, auction_bids.window_end
  FROM (
    SELECT auction, COUNT(*) AS num, window_start, window_end
    FROM TABLE(HOP(TABLE bid, DESCRIPTOR(date_time), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
    GROUP BY auction, window_start, window_end
  ) AS auction_bids
  JOIN (
    SELECT MAX(num) AS maxn, window_start, window_end
    FROM (
      SELECT COUNT(*) AS num, window_start, window_end
      FROM TABLE(HOP(TABLE bid, DESCRIPTOR(date_time), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
      GROUP BY auction, window_start, window_end
    ) AS count_bids
    GROUP BY window_start, window_end
  ) AS max_bids
  ON auction_bids.window_start = max_bids.window_start AND auction_bids.window_end = max_bids.window_end AND auction_bids.num >= max_bids.maxn;

-- The bids with the highest price of every ten seconds.
CREATE MATERIALIZED VIEW q7 AS
  SELECT b.auction, b.bidder, b.price, b.date_time, b.extra
  FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(date_time), INTERVAL '10' SECOND)) AS b
  JOIN (
    SELECT MAX(price) AS maxprice, window_start, window_end
    FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(date_time), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end
  ) AS highest
  ON b.window_start = highest.window_start AND b.window_end = highest.window_end AND b.price = highest.maxprice;

-- People who came and opened an auction in the same ten seconds.
CREATE MATERIALIZED VIEW q8 AS
  SELECT p.id, p.name, p.window_start
  FROM (
    SELECT id, name, window_start, window_end
    FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(date_time), INTERVAL '10' SECOND))
    GROUP BY id, name, window_start, window_end
  ) AS p
  JOIN (
    SELECT seller, window_start, window_end
    FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(date_time), INTERVAL '10' SECOND))
    GROUP BY seller, window_start, window_end
  ) AS a
  ON p.id = a.seller AND p.window_start = a.window_start AND p.window_end = a.window_end;

-- How many bids a bidder makes in a session, until there is none for ten seconds.
CREATE MATERIALIZED VIEW q11 AS
  SELECT bidder, COUNT(*) AS bid_count, window_start, window_end
  FROM TABLE(SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(date_time), INTERVAL '10' SECOND))
  GROUP BY bidder, window_start, window_end;

-- Bids, bidders and auctions of a day, by price.
CREATE MATERIALIZED VIEW q15 AS
  SELECT to_char(date_time, 'YYYY-MM-DD') AS day,
    COUNT(*) AS total_bids,
    COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids,
    COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    COUNT(DISTINCT bidder) AS total_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
    COUNT(DISTINCT auction) AS total_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
  FROM bid
  GROUP BY to_char(date_time, 'YYYY-MM-DD');

-- The same by channel, with the minute of the last bid.
CREATE MATERIALIZED VIEW q16 AS
  SELECT channel, to_char(date_time, 'YYYY-MM-DD') AS day,
    MAX(to_char(date_time, 'HH24:MI')) AS minute,
    COUNT(*) AS total_bids,
    COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids,
    COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    COUNT(DISTINCT bidder) AS total_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders,
    COUNT(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
    COUNT(DISTINCT auction) AS total_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions,
    COUNT(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
  FROM bid
  GROUP BY channel, to_char(date_time, 'YYYY-MM-DD');

-- Bids and prices of an auction's day.
CREATE MATERIALIZED VIEW q17 AS
  SELECT auction, to_char(date_time, 'YYYY-MM-DD') AS day,
    COUNT(*) AS total_bids,
    COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids,
    COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    MIN(price) AS min_price,
    MAX(price) AS max_price,
    AVG(price) AS avg_price,
    SUM(price) AS sum_price
  FROM bid
  GROUP BY auction, to_char(date_time, 'YYYY-MM-DD');

-- A bidder's last bid for an auction.
CREATE MATERIALIZED VIEW q18 AS
  SELECT auction, bidder, LAST(price) AS price, LAST(channel) AS channel, LAST(url) AS url, MAX(date_time) AS date_time, LAST(extra) AS extra
  FROM bid
  GROUP BY auction, bidder;
