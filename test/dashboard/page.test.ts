import { linkSync, readFileSync, rmSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dashboardPageFile } from '../../lib/dashboard/page.ts';

it('dashboardPageFile is one file for one page, put in its place whole while others may be reading it', () => {
  const file = dashboardPageFile();
  const read = `${file}.read-${process.pid}`;
  linkSync(file, read);
  try {
    expect(dashboardPageFile()).toBe(file);
    expect(statSync(file).ino).not.toBe(statSync(read).ino);
    expect(readFileSync(file)).toEqual(readFileSync(read));
  } finally {
    rmSync(read);
  }
});
