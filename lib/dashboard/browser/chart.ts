import uPlot from 'uplot';
import { formatTime, formatValue } from './format.ts';
import { NO_SERIES, type Series, spanOf, splitAtOpen } from './series.ts';

/** A chart and what belongs to it. */
export interface Chart {
  /** Draws other data; the same lines keep their place. */
  update(series: Series, labels: readonly string[]): void;
  destroy(): void;
}

/** Called with the window at the pointer or keyboard cursor; `undefined`: none. */
type OnCursor = (index: number | undefined) => void;

const HEIGHT = 280;
const DASH = [4, 4];

/**
 * Draws keys over windows: lines are solid for final windows, and dashed on a hatched background for open ones.
 *
 * @param host the element to draw in; it has keyboard control: arrows move between windows, Escape returns to the newest
 */
export function createChart(host: HTMLElement, onCursor: OnCursor): Chart {
  let plot: uPlot | undefined;
  let lines = -1;
  let shown: Series = NO_SERIES;
  const width = (): number => Math.max(200, host.clientWidth);
  const resize = new ResizeObserver(() => plot?.setSize({ width: width(), height: HEIGHT }));
  resize.observe(host);

  const keyboard = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key];
    if (!plot || shown.times.length === 0) return;
    if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
    if (step === undefined) return;
    event.preventDefault();
    const at = Math.min(shown.times.length - 1, Math.max(0, (plot.cursor.idx ?? shown.times.length - 1) + step));
    const time = shown.times[at] as number;
    plot.setCursor({ left: plot.valToPos(time, 'x'), top: 1 });
  };
  host.addEventListener('keydown', keyboard);

  const make = (labels: readonly string[]): uPlot =>
    new uPlot(
      {
        width: width(),
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        padding: [10, 22, 0, 0],
        scales: {
          // Not uPlot's own range, which is years for a single window.
          x: { range: () => spanOf(shown) },
          y: { range: (_, least, most) => rangeOf(least, most) },
        },
        axes: [
          axis({ space: 70, size: 28, values: (_: uPlot, ticks: number[]) => ticks.map((tick, i) => tickLabel(tick, ticks[i - 1])) }),
          axis({
            values: (_: uPlot, ticks: number[]) => ticks.map((tick) => formatValue(tick)),
            size: (_: uPlot, texts: string[] | null) => 18 + 7 * Math.max(1, ...(texts ?? []).map((text) => text.length)),
          }),
        ],
        series: [{}, ...labels.flatMap((label, i) => [line(label, i, undefined), line(label, i, DASH)])],
        hooks: {
          drawClear: [(u) => hatchOpen(u, shown)],
          setCursor: [(u) => onCursor(u.cursor.idx ?? undefined)],
        },
      },
      [[]],
      host,
    );

  return {
    update(series, labels) {
      shown = series;
      if (!plot || labels.length !== lines) {
        plot?.destroy();
        plot = make(labels);
        lines = labels.length;
      }
      const parts = series.values.map((values) => splitAtOpen(values, series.open));
      plot.setData([[...series.times], ...parts.flatMap(({ final, open }) => [final, open])] as uPlot.AlignedData);
    },
    destroy() {
      resize.disconnect();
      host.removeEventListener('keydown', keyboard);
      plot?.destroy();
    },
  };
}

/** The color of a line, from the style sheet: it differs between light and dark. */
function colorOf(index: number): string {
  return style(`--line-${(index % 8) + 1}`);
}

function style(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function line(label: string, index: number, dash: number[] | undefined): uPlot.Series {
  return {
    label,
    stroke: () => colorOf(index),
    width: 1.75,
    spanGaps: false,
    points: { show: (u, series) => isAlone(u, series), size: 5 },
    ...(dash && { dash }),
  };
}

/** Points are drawn only where there are too few for a line. */
function isAlone(u: uPlot, series: number): boolean {
  return (u.data[series] ?? []).filter((value) => value !== null && value !== undefined).length < 3;
}

/** The time of day in UTC, the date instead where a day begins. */
function tickLabel(seconds: number, before: number | undefined): string {
  const iso = new Date(seconds * 1000).toISOString();
  const [date = '', time = ''] = iso.split('T');
  const newDay = before !== undefined && !new Date(before * 1000).toISOString().startsWith(date);
  if (newDay || time.startsWith('00:00:00')) return date.slice(5);
  return time.slice(0, time.slice(6, 8) === '00' ? 5 : 8);
}

/** From zero, unless there is something below it. */
function rangeOf(least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [0, 1];
  const low = Math.min(0, least);
  const high = Math.max(0, most);
  return low === high ? [0, 1] : [low < 0 ? low * 1.1 : 0, high * 1.1];
}

function axis(more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => style('--muted'),
    grid: { stroke: () => style('--grid'), width: 1 },
    ticks: { show: false },
    font: `12px ${style('--font')}`,
    ...more,
  };
}

/** Hatches the ground behind windows that are not final. */
function hatchOpen(u: uPlot, { times, open }: Series): void {
  const first = times[open];
  if (first === undefined) return;
  const { left, top, width, height } = u.bbox;
  const from = Math.max(left, u.valToPos(first, 'x', true));
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, top, left + width - from, height);
  ctx.clip();
  ctx.strokeStyle = style('--hatch');
  ctx.lineWidth = devicePixelRatio;
  const gap = 8 * devicePixelRatio;
  ctx.beginPath();
  for (let x = from - height; x < left + width; x += gap) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

/** The text alternative of a chart. */
export function describeChart({ times, values, open }: Series, labels: readonly string[], column: string): string {
  if (times.length === 0) return `No windows to draw yet.`;
  const span = `${formatTime(new Date((times[0] as number) * 1000).toISOString())} to ${formatTime(new Date((times.at(-1) as number) * 1000).toISOString())} UTC`;
  const latest = labels.map((label, i) => `${label}: ${formatValue(values[i]?.findLast((value) => value !== null))}`);
  return `${column} over ${times.length} windows, ${span}, ${times.length - open} of them open. Latest: ${latest.join('; ')}.`;
}
