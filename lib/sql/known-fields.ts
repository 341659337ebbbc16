import { type Construct, type Fail, onlyKnown } from './refusal.ts';

/** The supported fields of expression nodes. Fields of other nodes are checked where the nodes are read. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  ColumnRef: ['fields'],
  A_Const: ['ival', 'fval', 'boolval', 'sval', 'bsval', 'isnull'],
  A_Expr: ['kind', 'name', 'lexpr', 'rexpr', 'rexpr_list_start', 'rexpr_list_end'],
  BoolExpr: ['boolop', 'args'],
  NullTest: ['arg', 'nulltesttype'],
  BooleanTest: ['arg', 'booltesttype'],
  CaseExpr: ['arg', 'args', 'defresult'],
  CaseWhen: ['expr', 'result'],
  CoalesceExpr: ['args'],
  MinMaxExpr: ['op', 'args'],
  A_Indirection: ['arg', 'indirection'],
  NamedArgExpr: ['arg', 'name', 'argnumber'],
  TypeCast: ['arg', 'typeName'],
  typeName: ['names', 'typmods', 'typemod', 'arrayBounds'],
  alias: ['aliasname', 'colnames'],
  List: ['items'],
};

const CONSTRUCTS: Readonly<Record<string, Construct>> = {
  argisrow: ['a test of a whole row', 'test its columns'],
  setof: ['SETOF', 'name the type alone'],
  pct_type: ['%TYPE', 'name the type itself'],
};

/** Refuses fields of expressions that would otherwise be ignored. */
export function checkFields(part: unknown, fail: Fail): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [name, value] of Object.entries(part)) {
    const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
    if (known && typeof value === 'object' && value !== null && !Array.isArray(value)) onlyKnown(value, known, CONSTRUCTS, undefined, fail);
    checkFields(value, fail);
  }
}
