// The frame of a plot: axes, healthy range, zoom by drag or keys, and a crosshair that all plots of a group share.
import { h, svg } from './dom.js';
import { number } from './format.js';

const margin = { left: 46, right: 10, top: 8, bottom: 22 };
const height = 190;

// Plots that are looked at together: one range of steps, one crosshair.
export class PlotGroup {
  plots = new Set();
  range = null;
  at = null;

  zoom(range) {
    this.range = range;
    this.draw();
  }

  point(at) {
    this.at = at;
    for (const plot of this.plots) {
      plot.drawCursor();
    }
  }

  draw() {
    for (const plot of this.plots) {
      plot.draw();
    }
  }

  // The same steps stand below each other in all plots.
  get whole() {
    const ends = [...this.plots].map(plot => plot.content.steps()).filter(steps => steps.length).flatMap(steps => [steps[0], steps.at(-1)]);
    return ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
  }
}

// Round numbers, about as many as asked for.
export function ticks(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(factor => factor * power >= rough) * power;
  const list = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) {
    list.push(Math.abs(value) < step * 1e-9 ? 0 : value);
  }
  return list;
}

export class Frame {
  // content: { steps(): sorted numbers, extent(low, high): [y, y], paint(frame): nodes, words(step): text }
  constructor(name, content, group, { unit = 'step', healthy = null } = {}) {
    Object.assign(this, { name, content, group, unit, healthy });
    this.body = svg('g');
    this.cursor = svg('g', { class: 'cursor' });
    this.brush = svg('rect', { class: 'brush', width: 0 });
    this.picture = svg('svg', { 'aria-hidden': 'true' }, this.body, this.brush, this.cursor);
    this.readout = h('p', { class: 'readout' }, ' ');
    this.reset = h('button', { type: 'button', class: 'quiet small', hidden: true, onclick: () => group.zoom(null), 'aria-label': `Show all steps of ${name}` }, 'All steps');
    this.slider = h('div', { class: 'plot', role: 'slider', tabindex: '0', 'aria-label': `${name}, by ${unit}` }, this.picture);
    this.node = h('div', { class: 'plot-box' }, this.slider, h('div', { class: 'plot-foot' }, this.readout, this.reset));
    group.plots.add(this);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.slider);
  }

  get range() {
    const [low, high] = this.group.range ?? this.group.whole;
    return high > low ? [low, high] : [low - 0.5, low + 0.5];
  }

  draw() {
    const width = this.slider.clientWidth;
    if (width === 0) {
      return;
    }
    this.width = width;
    this.picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.picture.setAttribute('height', height);
    const [from, to] = this.range;
    let [low, high] = this.content.extent(from, to);
    if (!(high > low)) {
      [low, high] = [low - Math.max(0.5, Math.abs(low) / 2), low + Math.max(0.5, Math.abs(low) / 2)];
    }
    this.x = step => margin.left + (step - from) / (to - from) * (width - margin.left - margin.right);
    this.y = value => height - margin.bottom - (value - low) / (high - low) * (height - margin.top - margin.bottom);
    this.body.replaceChildren(...this.band(low, high), ...this.axes(from, to, low, high), this.clipped(this.content.paint(this)));
    this.reset.hidden = !this.group.range;
    this.drawCursor();
  }

  band(low, high) {
    if (!this.healthy) {
      return [];
    }
    const top = Math.min(high, this.healthy.high ?? high), bottom = Math.max(low, this.healthy.low ?? low);
    return top > bottom
      ? [svg('rect', { class: 'healthy', x: margin.left, width: this.width - margin.left - margin.right, y: this.y(top), height: this.y(bottom) - this.y(top) })]
      : [];
  }

  axes(from, to, low, high) {
    const right = this.width - margin.right;
    return [
      ...ticks(low, high, 4).map(value => svg('g', {},
        svg('line', { class: 'grid', x1: margin.left, x2: right, y1: this.y(value), y2: this.y(value) }),
        svg('text', { x: margin.left - 6, y: this.y(value) + 4, 'text-anchor': 'end' }, short(value)))),
      ...ticks(from, to, Math.max(2, Math.floor(this.width / 90))).filter(Number.isInteger).map(value =>
        svg('text', { x: this.x(value), y: height - 6, 'text-anchor': 'middle' }, short(value))),
    ];
  }

  clipped(nodes) {
    return svg('svg', {
      x: margin.left - 5, y: margin.top - 5, width: Math.max(1, this.width - margin.left - margin.right + 10), height: height - margin.top - margin.bottom + 10,
      viewBox: `${margin.left - 5} ${margin.top - 5} ${Math.max(1, this.width - margin.left - margin.right + 10)} ${height - margin.top - margin.bottom + 10}`,
      preserveAspectRatio: 'none',
    }, nodes);
  }

  drawCursor() {
    const steps = this.content.steps(), { at } = this.group;
    this.cursor.replaceChildren();
    const [from, to] = this.range;
    this.slider.setAttribute('aria-valuemin', Math.round(from));
    this.slider.setAttribute('aria-valuemax', Math.round(to));
    this.slider.setAttribute('aria-valuenow', Math.round(at ?? to));
    this.slider.setAttribute('aria-valuetext', steps.length ? this.content.words(at ?? steps.at(-1)) : 'nothing yet');
    if (at === null || steps.length === 0 || !this.x) {
      this.readout.textContent = steps.length ? this.content.words(steps.at(-1)) : ' ';
      return;
    }
    this.readout.textContent = this.content.words(at);
    if (at >= from && at <= to) {
      this.cursor.append(svg('line', { x1: this.x(at), x2: this.x(at), y1: margin.top, y2: height - margin.bottom }));
    }
  }

  stepAt(event) {
    const box = this.slider.getBoundingClientRect(), [from, to] = this.range;
    return from + (event.clientX - box.left - margin.left) / (this.width - margin.left - margin.right) * (to - from);
  }

  nearest(value) {
    const [from, to] = this.range;
    return this.content.steps().filter(step => step >= from && step <= to)
      .reduce((best, step) => best === null || Math.abs(step - value) < Math.abs(best - value) ? step : best, null);
  }

  listen() {
    let start = null;
    this.slider.addEventListener('pointerdown', event => {
      start = event.clientX;
      this.slider.setPointerCapture(event.pointerId);
    });
    this.slider.addEventListener('pointermove', event => {
      this.group.point(this.nearest(this.stepAt(event)));
      if (start !== null && Math.abs(event.clientX - start) > 6) {
        const left = this.slider.getBoundingClientRect().left;
        const [a, b] = [start - left, event.clientX - left].sort((one, other) => one - other);
        for (const [name, value] of Object.entries({ x: a, width: b - a, y: margin.top, height: height - margin.top - margin.bottom })) {
          this.brush.setAttribute(name, value);
        }
      }
    });
    this.slider.addEventListener('pointerup', event => {
      if (start !== null && Math.abs(event.clientX - start) > 6) {
        const ends = [this.stepAt({ clientX: start }), this.stepAt(event)].sort((one, other) => one - other);
        if (ends[1] - ends[0] >= 1) {
          this.group.zoom(ends);
        }
      }
      start = null;
      this.brush.setAttribute('width', 0);
    });
    this.slider.addEventListener('pointercancel', () => {
      start = null;
      this.brush.setAttribute('width', 0);
    });
    this.slider.addEventListener('pointerleave', () => start === null && this.group.point(null));
    this.slider.addEventListener('dblclick', () => this.group.zoom(null));
    this.slider.addEventListener('keydown', event => this.key(event));
  }

  key(event) {
    const steps = this.content.steps();
    const [from, to] = this.range;
    const at = this.group.at ?? this.nearest(to) ?? to, index = steps.indexOf(at), many = Math.max(1, Math.round(steps.length / 10));
    const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: many, PageDown: -many, Home: -steps.length, End: steps.length };
    const inward = share => [at - (at - from) * share, at + (to - at) * share];
    if (event.key in moves && steps.length) {
      this.group.point(steps[Math.min(steps.length - 1, Math.max(0, index + moves[event.key]))]);
    } else if (event.key === '+' || event.key === '=') {
      this.group.zoom(to - from > 4 ? inward(0.6) : [from, to]);
    } else if (event.key === '-') {
      const [low, high] = inward(1 / 0.6);
      const [first, last] = this.group.whole;
      this.group.zoom(low <= first && high >= last ? null : [Math.max(low, first), Math.min(high, last)]);
    } else if (event.key === '0' || event.key === 'Escape') {
      this.group.zoom(null);
    } else {
      return;
    }
    event.preventDefault();
  }
}

const short = value => Math.abs(value) >= 10000 ? `${number(value / 1000, 0)}k` : Math.abs(value) < 1e-9 ? '0'
  : Math.abs(value) < 0.001 ? value.toExponential(0).replace('-', '−') : String(Number(value.toPrecision(6))).replace('-', '−');
