import fc from 'fast-check';

type Kind = 'bigint' | 'double' | 'text' | 'boolean' | 'time' | 'interval';
type Sql = fc.Arbitrary<string>;

/** Leaves are columns: PostgreSQL computes with literals while it plans, and may so leave out what would fail. */
const COLUMNS: Readonly<Record<Kind, readonly string[]>> = {
  bigint: ['i', 'j', 'x'],
  double: ['d', 'e', 'p'],
  text: ['s', 'u', 'y'],
  boolean: ['b', 'c'],
  time: ['t', 'w'],
  interval: ['n', 'm'],
};
const FIELDS = ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year', 'century'];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
const LIKES = ['%o%', 'H%', '_', '%_b%', '%d', '', '%l_o W%'];
const REGEXES = ['o', '^[A-Z]', '\\w+$', '(l|o)+', '[^a-z]', '^$'];

const quoted = (texts: readonly string[]): Sql => fc.constantFrom(...texts).map((text) => `'${text}'`);
/** An expression made of others: `build('lower(', text, ')')`. */
const build = (...parts: readonly (string | Sql)[]): Sql =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''));

const tied = fc.letrec<Record<Kind, string>>((tie) => {
  const of = (kind: Kind): Sql => tie(kind);
  const [int, double, text, truth, time, span] = [of('bigint'), of('double'), of('text'), of('boolean'), of('time'), of('interval')];
  const leaf = (kind: Kind): Sql => fc.constantFrom(...COLUMNS[kind]);
  const small = fc.constantFrom('x::int', '(x % 5)::int');
  const any = fc.constantFrom(int, double, text, truth, time, span);
  /** What every type has. */
  const general = (kind: Kind): Sql[] => [
    build('CASE WHEN ', truth, ' THEN ', of(kind), ' ELSE ', of(kind), ' END'),
    build('CASE WHEN ', truth, ' THEN ', of(kind), ' END'),
    build('COALESCE(', of(kind), ', ', of(kind), ')'),
    build('NULLIF(', of(kind), ', ', of(kind), ')'),
    build('GREATEST(', of(kind), ', ', of(kind), ')'),
    build('LEAST(', of(kind), ', ', of(kind), ')'),
  ];
  const node = (kind: Kind, ...own: Sql[]): Sql => fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf(kind), ...own, ...general(kind));
  const compared = any.chain((operand) => build('(', operand, ' ', fc.constantFrom('=', '<>', '<', '<=', '>', '>='), ' ', operand, ')'));
  return {
    bigint: node(
      'bigint',
      build('(', int, ' ', fc.constantFrom('+', '-', '*', '/', '%', '&', '|', '#'), ' ', int, ')'),
      build('(- ', int, ')'),
      build('abs(', int, ')'),
      build('(', double, ')::bigint'),
      build('(', truth, ')::int::bigint'),
      build(fc.constantFrom('length', 'octet_length', 'ascii'), '(', text, ')::bigint'),
      build('strpos(', text, ', ', leaf('text'), ')::bigint'),
      build('extract(', fc.constantFrom(...FIELDS, 'dow', 'isodow', 'doy', 'week', 'isoyear'), ' FROM ', time, ')::bigint'),
    ),
    double: node(
      'double',
      build('(', double, ' ', fc.constantFrom('+', '-', '*', '/'), ' ', double, ')'),
      build('(', double, ' ', fc.constantFrom('+', '-', '*', '/'), ' ', int, ')'),
      build(fc.constantFrom('abs', 'floor', 'ceil', 'round', 'trunc', 'sign'), '(', double, ')'),
      build('sqrt(abs(', double, '))'),
      build('(', int, ')::float8'),
      build('extract(epoch FROM ', time, ')::float8'),
    ),
    text: node(
      'text',
      build('(', text, ' || ', text, ')'),
      build('(', text, ' || ', int, ')'),
      build(fc.constantFrom('lower', 'initcap', 'reverse', 'trim', 'md5'), '(', text, ')'),
      build(fc.constantFrom('left', 'right', 'substr'), '(', text, ', ', small, ')'),
      build('substr(', text, ', ', small, ', ', small, ')'),
      build(fc.constantFrom('lpad', 'rpad'), '(', text, ', ', small, ', ', leaf('text'), ')'),
      build('replace(', text, ', ', leaf('text'), ', ', leaf('text'), ')'),
      build('translate(', text, ', ', leaf('text'), ', ', leaf('text'), ')'),
      build('split_part(', text, ', ', quoted([' ', 'o', 'l']), ', ', small, ')'),
      build('regexp_replace(', text, ', ', quoted(REGEXES), ", '<\\&>', ", quoted(['', 'g', 'i']), ')'),
      build('substring(', text, ' FROM ', quoted(REGEXES), ')'),
      build('concat(', text, ', ', int, ', ', truth, ')'),
      build("concat_ws('-', ", text, ', ', text, ')'),
      build(
        '(',
        fc.constantFrom(int, double, truth, time, span).chain((arbitrary) => arbitrary),
        ')::text',
      ),
    ),
    boolean: node(
      'boolean',
      compared,
      build('(', truth, ' ', fc.constantFrom('AND', 'OR'), ' ', truth, ')'),
      build('(NOT ', truth, ')'),
      any.chain((operand) => build('(', operand, fc.constantFrom(' IS NULL)', ' IS NOT NULL)'))),
      any.chain((operand) => build('(', operand, fc.constantFrom(' IS DISTINCT FROM ', ' IS NOT DISTINCT FROM '), operand, ')')),
      any.chain((operand) => build('(', operand, fc.constantFrom(' IN (', ' NOT IN ('), operand, ', ', operand, ', NULL))')),
      any.chain((operand) =>
        build('(', operand, fc.constantFrom(' BETWEEN ', ' NOT BETWEEN ', ' BETWEEN SYMMETRIC '), operand, ' AND ', operand, ')'),
      ),
      build('(', text, fc.constantFrom(' LIKE ', ' NOT LIKE ', ' ILIKE '), quoted(LIKES), ')'),
      build('(', text, fc.constantFrom(' ~ ', ' !~ ', ' ~* '), quoted(REGEXES), ')'),
      build('(', int, ' <> 0)'),
      build('(', truth, fc.constantFrom(' IS TRUE)', ' IS NOT FALSE)', ' IS UNKNOWN)')),
    ),
    time: node(
      'time',
      build('(', time, ' ', fc.constantFrom('+', '-'), ' ', span, ')'),
      build("date_trunc('", fc.constantFrom(...FIELDS, 'week', 'decade', 'millennium'), "', ", time, ')'),
      build("date_trunc('", fc.constantFrom('hour', 'day', 'week', 'month'), "', ", time, ', ', quoted(ZONES), ')'),
      fc.constantFrom(...ZONES).chain((zone) => build("(date_trunc('hour', ", time, ` AT TIME ZONE '${zone}') AT TIME ZONE '${zone}')`)),
      build("date_bin(interval '", fc.constantFrom('15 minutes', '7 hours', '3 days'), "', ", time, ', ', leaf('time'), ')'),
      build('to_timestamp(x::float8 * 86400)'),
    ),
    interval: node(
      'interval',
      build('(', span, ' ', fc.constantFrom('+', '-'), ' ', span, ')'),
      build('(', time, ' - ', time, ')'),
      build('(', span, ' * ', small, ')'),
      build('(- ', span, ')'),
      build("date_trunc('", fc.constantFrom(...FIELDS), "', ", span, ')'),
    ),
  };
});

/** SQL of a random expression over the columns of the sample, of any type. */
export const randomExpression: Sql = fc.oneof(...Object.values(tied));
