const HEIGHT = 8;
const WIDTH = 72;

/**
 * A curve as text: time to the right, the greatest value of each column.
 *
 * @param title with the unit
 */
export function chart(title: string, values: readonly number[]): string {
  const width = Math.max(1, Math.min(WIDTH, values.length));
  const columns = Array.from({ length: width }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width));
    return Math.max(0, ...part);
  });
  const most = Math.max(1, ...columns);
  const lines: string[] = [];
  for (let row = HEIGHT; row >= 1; row--) {
    const label = row === HEIGHT ? most.toLocaleString('en') : row === 1 ? '0' : '';
    const bars = columns.map((value) => ' ▁▂▃▄▅▆▇█'[Math.max(0, Math.min(8, Math.round((value / most) * HEIGHT * 8) - (row - 1) * 8))]);
    lines.push(`${label.padStart(10)} │${bars.join('')}`);
  }
  return [`${' '.repeat(12)}${title}`, ...lines, `${' '.repeat(11)}└${'─'.repeat(width)}`].join('\n');
}
