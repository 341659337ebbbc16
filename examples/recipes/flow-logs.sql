-- Rejected connections and bytes by port and ten minutes, from VPC flow logs in the default format.
CREATE TABLE flows (srcaddr text, dstport bigint, bytes bigint, started bigint NOT NULL, action text)
  WITH (format = 'text', null_text = '-', event_time = 'started', event_time_unit = 's', max_out_of_orderness = '10 minutes',
    pattern = '\d+ \S+ \S+ (?<srcaddr>\S+) \S+ \S+ (?<dstport>\S+) \S+ \S+ (?<bytes>\S+) (?<started>\d+) \d+ (?<action>\S+) \S+');

CREATE MATERIALIZED VIEW rejected AS
  SELECT dstport, window_start, window_end, count(*) AS flows, sum(bytes) AS bytes, count(DISTINCT srcaddr) AS sources
  FROM TUMBLE(flows, started, INTERVAL '10 minutes') WHERE action = 'REJECT'
  GROUP BY dstport, window_start, window_end;
