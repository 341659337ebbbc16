CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH named (part, number) AS (SELECT coalesce(k, 'none'), x FROM ev WHERE ok) SELECT part || '!' AS part, number FROM named WHERE number % 2 = 0;
