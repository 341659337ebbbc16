// `npm run build`: what is published, in dist/: JavaScript with types, and the dashboard as one finished page.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const { buildPage } = await import('../lib/dashboard/page.ts');
writeFileSync('dist/lib/dashboard/page.html', buildPage());
