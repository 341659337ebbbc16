import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../lib/runtime/read/relation/budget.ts';

const limits = { pages: 10, rows: 10, steps: 1000, seconds: 60 };
const messageOf = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'nothing';
};

describe('a budget', () => {
  it('is spent by rows, and says so', () => {
    const budget = new Budget(limits);
    budget.spend(600);
    budget.spend(400);
    expect(messageOf(() => budget.spend(1))).toMatch(/^limit: this would process more than 1000 rows/);
  });

  it('is spent by what expressions do, five hundred characters a row, and says so', () => {
    const budget = new Budget(limits);
    budget.spend(1000);
    budget.spendOnExpressions(500_000);
    expect(messageOf(() => budget.spendOnExpressions(1))).toMatch(
      /^limit: the expressions would read or create more than 500000 characters/,
    );
  });

  it('is spent by processor time, however little is counted, and says so', () => {
    const budget = new Budget({ ...limits, seconds: 0 });
    const spend = (): void => {
      for (let i = 0; i < 1e9; i++) budget.spendOnExpressions(0);
    };
    expect(messageOf(spend)).toMatch(/^limit: this takes more than 0 seconds of processor time/);
  });

  it('knows what may still be read', () => {
    const budget = new Budget(limits);
    budget.took({ pages: 3, rows: 4 });
    expect(budget.left).toEqual({ pages: 7, rows: 6 });
  });
});
