import { STORES } from '../support/stores.ts';
import { describeStore } from './store-conformance.ts';

for (const [name, start] of STORES) describeStore(name, start);
