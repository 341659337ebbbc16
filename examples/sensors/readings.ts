/** `npx node examples/sensors/readings.ts > weather.jsonl`: four years of weather in Seattle (NOAA, in the vega-datasets package) as events. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file of readings: comma-separated, a day a line. */
export const READINGS_FILE = fileURLToPath(new URL('../data/seattle-weather.csv', import.meta.resolve('vega-datasets')));

/** The readings as a sensor sends them. */
export function readings(): Record<string, string | number>[] {
  const [head = '', ...lines] = readFileSync(READINGS_FILE, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, i) => [names[i], Number.isNaN(Number(text)) ? text : Number(text)])),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const reading of readings()) process.stdout.write(`${JSON.stringify(reading)}\n`);
}
