/** What `npx cdk deploy` makes. */
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { MillraceApplication } from 'millrace/cdk';
import app from './app.ts';

const stack = new Stack(new App(), 'millrace-__name__', { description: 'Millrace application __name__' });
new MillraceApplication(stack, 'Millrace', { app, entry: fileURLToPath(import.meta.resolve('./app.ts')) });
