// What is drawn into a frame: lines, the stacked time of a step, and the distribution of rewards.
import { h, svg } from './dom.js';
import { Frame } from './frame.js';
import { duration, number, percent } from './format.js';

const finite = points => points.filter(([, value]) => value !== null && Number.isFinite(value));

// A running mean over a twentieth of the steps: the eye sees the course, the thin line keeps the noise honest.
function smooth(points) {
  const half = Math.floor(Math.max(3, points.length / 20) / 2);
  return points.map(([step], i) => {
    const near = points.slice(Math.max(0, i - half), i + half + 1);
    return [step, near.reduce((sum, [, value]) => sum + value, 0) / near.length];
  });
}

const path = (points, frame) => points.map(([step, value], i) => `${i ? 'L' : 'M'}${frame.x(step).toFixed(1)} ${frame.y(value).toFixed(1)}`).join('');

export const zoomHint = () => h('p', { class: 'soft hint' }, 'Drag across a plot to look at some steps more closely; all plots follow. With the keyboard: arrows, + and −, 0 for all.');

// The head of a plot's card: its name, and below it the unit and, where it is judged, what it looks like.
export const cardHead = (title, unit, state) => h('header', {}, h('h2', {}, title), h('span', { class: 'unit' }, unit || ''), state);

export function legend(lines) {
  return h('p', { class: 'legend' }, lines.map(line => h('span', {}, h('i', { class: `key ${line.look}` }), line.name)));
}

// lines: [{ name, look, points: [[step, value]], marked }]
export function linePlot(name, lines, group, { healthy = null, share = false, format = value => number(value) } = {}) {
  let current = [];
  const steps = () => [...new Set(current.flatMap(line => line.points.map(([step]) => step)))].sort((a, b) => a - b);
  let known = [];
  const frame = new Frame(name, {
    steps: () => known,
    extent: (from, to) => {
      const values = current.flatMap(line => line.points.filter(([step]) => step >= from && step <= to).map(([, value]) => value));
      if (share) {
        return [Math.min(0, ...values), Math.max(1, ...values)];
      }
      const low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.08;
      return values.length ? [low >= 0 && low < high / 2 ? 0 : low - room, high + room] : [0, 1];
    },
    paint: at => current.flatMap(line => line.marked
      ? [svg('path', { class: `line ${line.look} marked`, d: path(line.points, at) }),
        ...line.points.map(([step, value]) => svg('circle', { class: `dot ${line.look}`, cx: at.x(step), cy: at.y(value), r: 3.5 }))]
      : [line.points.length > 12 ? svg('path', { class: `line ${line.look} raw`, d: path(line.points, at) }) : null,
        svg('path', { class: `line ${line.look}`, d: path(line.points.length > 12 ? smooth(line.points) : line.points, at) }),
        line.points.length === 1 ? svg('circle', { class: `dot ${line.look}`, cx: at.x(line.points[0][0]), cy: at.y(line.points[0][1]), r: 3.5 }) : null]),
    words: step => {
      const found = current.map(line => [line.name, line.points.find(([one]) => one === step)]).filter(([, point]) => point);
      return `step ${step}: ${found.map(([one, [, value]]) => `${one} ${format(value)}`).join(', ') || 'nothing'}`;
    },
  }, group, { healthy });
  frame.set = (next, range = frame.healthy) => {
    current = next.map(line => ({ ...line, points: finite(line.points) })).filter(line => line.points.length);
    known = steps();
    frame.healthy = range;
    frame.draw();
    frame.drawCursor();
  };
  frame.set(lines, healthy);
  return frame;
}

// parts: [{ name, look, values }] of one step each, stacked; the lowest has a limit, drawn where a healthy run's stays below it.
export function stackPlot(name, group) {
  let steps = [], parts = [], limit = null;
  const top = (i, upTo) => parts.slice(0, upTo + 1).reduce((sum, part) => sum + (part.values[i] ?? 0), 0);
  const frame = new Frame(name, {
    steps: () => steps,
    extent: (from, to) => [0, Math.max(1e-6, ...steps.map((step, i) => step >= from && step <= to ? top(i, parts.length - 1) : 0)) * 1.05],
    paint: at => [...parts.map((part, p) => svg('path', {
      class: `area ${part.look}`,
      d: steps.length === 0 ? '' : `M${steps.map((step, i) => `${at.x(step).toFixed(1)} ${at.y(top(i, p)).toFixed(1)}`).join('L')}`
        + `L${steps.map((step, i) => `${at.x(step).toFixed(1)} ${at.y(p ? top(i, p - 1) : 0).toFixed(1)}`).reverse().join('L')}Z`,
    })), limit === null ? null : svg('line', { class: 'limit', x1: at.x(at.range[0]), x2: at.x(at.range[1]), y1: at.y(limit), y2: at.y(limit) })],
    words: step => {
      const i = steps.indexOf(step);
      return i < 0 ? `step ${step}` : `step ${step}: ${parts.map(part => `${part.name} ${duration(part.values[i])}`).join(', ')}`;
    },
  }, group);
  frame.set = (nextSteps, nextParts, healthy = null) => {
    [steps, parts, limit] = [nextSteps, nextParts, healthy?.high ?? null];
    frame.draw();
    frame.drawCursor();
  };
  return frame;
}

const mostColumns = 160;

// { least, most, bins, steps, counts }: a column for each step, or for several where there are many.
export function stripPlot(name, group) {
  let data = { least: 0, most: 1, bins: 1, steps: [], counts: [] }, means = [];
  const frame = new Frame(name, {
    steps: () => data.steps,
    extent: () => [data.least, data.most],
    paint: at => [...columns(data, at.range).flatMap(({ from, to, counts }) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      const left = at.x(from - 0.5), width = Math.max(1, at.x(to + 0.5) - left + 0.3), size = (data.most - data.least) / data.bins;
      return counts.map((count, bin) => count === 0 ? null : svg('rect', {
        class: 'cell', x: left.toFixed(1), width: width.toFixed(1), y: at.y(data.least + (bin + 1) * size).toFixed(1),
        height: (at.y(data.least + bin * size) - at.y(data.least + (bin + 1) * size)).toFixed(1), 'fill-opacity': (0.12 + 0.88 * Math.sqrt(count / all)).toFixed(2),
      })).filter(Boolean);
    }), means.length > 1 ? svg('path', { class: 'line ink', d: path(means.length > 12 ? smooth(means) : means, at) }) : null],
    words: step => {
      const counts = data.counts[data.steps.indexOf(step)];
      if (!counts) {
        return `step ${step}`;
      }
      const all = counts.reduce((sum, count) => sum + count, 0), size = (data.most - data.least) / data.bins;
      const share = bins => percent(bins.reduce((sum, count) => sum + count, 0) / all);
      return `step ${step}, ${all} answers: ${share(counts.slice(-1))} at ${number(data.most - size, 2)} or more, ${share(counts.slice(0, 1))} below ${number(data.least + size, 2)}`;
    },
  }, group);
  frame.set = (next, mean, healthy) => {
    data = next;
    means = finite(mean);
    frame.healthy = healthy;
    frame.draw();
    frame.drawCursor();
  };
  return frame;
}

function columns({ steps, counts, bins }, [from, to]) {
  const seen = steps.map((step, i) => [step, counts[i]]).filter(([step]) => step >= from && step <= to);
  const each = Math.max(1, Math.ceil(seen.length / mostColumns));
  const list = [];
  for (let i = 0; i < seen.length; i += each) {
    const group = seen.slice(i, i + each);
    list.push({ from: group[0][0], to: group.at(-1)[0], counts: Array.from({ length: bins }, (_, bin) => group.reduce((sum, [, one]) => sum + one[bin], 0)) });
  }
  return list;
}
