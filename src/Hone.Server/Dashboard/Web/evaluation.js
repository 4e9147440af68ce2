import { h, svg, fill, loading, named, empty } from './dom.js';
import { get, job as address } from './api.js';
import { count, number, percent, points, signed, whole } from './format.js';
import { jobHeader } from './shell.js';
import { chip } from './rollouts.js';
import { marked } from './diff.js';

// Base and tuned as bars with their intervals, the paired difference below on its own scale.
export function intervals(verdict) {
  const say = value => verdict.isGraded ? number(value) : percent(value, 1);
  const most = Math.max(verdict.isGraded ? 0 : 1, verdict.base.high, verdict.tuned.high), least = Math.min(0, verdict.base.low, verdict.tuned.low);
  // Drawn narrower for a phone, so that its letters keep their size.
  const width = matchMedia('(max-width: 640px)').matches ? 330 : 640;
  const x = value => 52 + (width - 76) * (value - least) / (most - least || 1);
  const bar = (name, look, one, y) => svg('g', {}, svg('text', { x: 0, y: y + 17 }, name),
    svg('rect', { class: `bar ${look}`, x: x(0), y, width: Math.max(1, x(one.value) - x(0)), height: 24, rx: 3 }),
    svg('path', { class: 'whisker', d: `M${x(one.low)} ${y + 12}H${x(one.high)}M${x(one.low)} ${y + 6}v12M${x(one.high)} ${y + 6}v12` }));
  return svg('svg', { class: 'intervals', viewBox: `0 0 ${width} 84`, role: 'img',
    'aria-label': `Base ${say(verdict.base.value)}, from ${say(verdict.base.low)} to ${say(verdict.base.high)}; tuned ${say(verdict.tuned.value)}, from ${say(verdict.tuned.low)} to ${say(verdict.tuned.high)}, with 95 % confidence` },
    [0, 0.25, 0.5, 0.75, 1].map(share => least + share * (most - least)).map(value => svg('g', {},
      svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: 0, y2: 64 }),
      svg('text', { class: 'tick', x: x(value), y: 80, 'text-anchor': 'middle' }, verdict.isGraded ? number(value, 2) : percent(value)))),
    bar('base', 'base', verdict.base, 2), bar('tuned', 'tuned', verdict.tuned, 34));
}

export const change = (verdict, value) => verdict.isGraded ? signed(value) : points(value);

export const interval = verdict => verdict.difference.low === null ? 'too few prompts for an interval'
  : `${change(verdict, verdict.difference.low).replace(' points', '')} to ${change(verdict, verdict.difference.high)}`;

function summary(verdict) {
  const say = value => verdict.isGraded ? number(value) : percent(value, 1);
  const fact = (name, value, note) => h('div', {}, h('dt', {}, name), h('dd', {}, value, h('small', {}, note)));
  return h('section', { 'aria-label': 'Verdict' },
    h('p', { class: 'headline' }, h('span', { class: 'from' }, say(verdict.base.value)), h('span', { class: 'arrow', 'aria-label': 'to' }, ' → '), h('span', { class: 'to' }, say(verdict.tuned.value))),
    h('p', { class: 'sentence' }, verdict.sentence),
    intervals(verdict),
    h('dl', { class: 'facts' },
      fact('Paired difference', change(verdict, verdict.difference.value), `95 %: ${interval(verdict)}`),
      fact('Prompts', whole(verdict.base.prompts), 'each compared with itself'),
      fact('Better', whole(verdict.wins), 'prompts gained'), fact('Worse', whole(verdict.losses), 'prompts lost'),
      fact('Length', `${number(verdict.lengthMean[0], 1)} → ${number(verdict.lengthMean[1], 1)}`, 'tokens per answer')));
}

function pair(one) {
  const side = (name, answer, nodes) => h('div', { class: 'answer' }, h('h3', {}, name, chip(answer.score, answer.score === null)), h('pre', { class: 'model' }, nodes.length ? nodes : '(empty)'),
    h('p', { class: 'why' }, answer.reason));
  return h('article', { class: 'example', 'aria-label': `Prompt ${one.promptId}` },
    h('header', {}, h('p', { class: 'model' }, one.prompt?.text ?? one.promptId), h('p', { class: 'soft' }, one.promptId, one.prompt?.reference ? ` · reference: ${one.prompt.reference}` : '')),
    h('div', { class: 'answers' }, side('Base', one.before, marked(one.after.text, one.before.text, 'del')), side('Tuned', one.after, marked(one.before.text, one.after.text))));
}

function pairs(id, verdict, signal) {
  const list = h('div', {}), more = h('button', { type: 'button', hidden: true }, 'More'), tabs = h('div', { class: 'choice', role: 'group', 'aria-label': 'Which prompts' });
  const kinds = [['won', `Gained, ${whole(verdict.wins)}`], ['lost', `Lost, ${whole(verdict.losses)}`], ['same', 'Unchanged']];
  const show = async (outcome, after = 0) => {
    if (!after) {
      fill(tabs, kinds.map(([key, name]) => h('button', { type: 'button', 'aria-pressed': key === outcome ? 'true' : 'false', onclick: () => show(key) }, name)));
      fill(list, loading('answers'));
    }
    try {
      const found = await get(address(id, '/pairs'), { outcome, limit: 10, after }, signal);
      if (!after) {
        list.replaceChildren();
      }
      list.append(...found.data.map(pair));
      if (found.total === 0) {
        fill(list, h('p', { class: 'soft' }, { won: 'No answer became better.', lost: 'No answer became worse.', same: 'Every answer changed its score.' }[outcome]));
      }
      more.hidden = found.next === null;
      more.onclick = () => show(outcome, found.next);
    } catch (error) {
      if (!signal.aborted) {
        fill(list, h('p', { class: 'notice bad', role: 'alert' }, error.message));
      }
    }
  };
  show(verdict.wins > 0 || verdict.losses === 0 ? 'won' : 'lost');
  return h('section', { 'aria-labelledby': 'read' }, h('h2', { id: 'read' }, 'Read what changed'), tabs, list, h('p', {}, more));
}

function evaluations(data) {
  const heads = ['Model', 'After step', 'Score', '95 % interval', 'Prompts', 'Length, tokens', 'Faults'];
  const rows = data.map(one => h('tr', {}, h('th', { scope: 'row' }, one.name), h('td', {}, whole(one.step)), h('td', {}, number(one.accuracy.value)),
    h('td', {}, `${number(one.accuracy.low)} to ${number(one.accuracy.high)}`), h('td', {}, whole(one.accuracy.prompts)), h('td', {}, number(one.lengthMean, 1)), h('td', {}, whole(one.faults))));
  return h('section', { 'aria-labelledby': 'all' }, h('h2', { id: 'all' }, 'All evaluations'),
    h('div', { class: 'scroll', role: 'region', 'aria-label': 'All evaluations', tabindex: '0' }, h('table', { class: 'stack' },
      h('thead', {}, h('tr', {}, heads.map(name => h('th', { scope: 'col' }, name)))), h('tbody', {}, named(heads, rows)))));
}

export default async function page(view, { args: [id], signal }) {
  const header = jobHeader(id, '/evaluation');
  const { job } = await get(address(id), {}, signal);
  header.update(job);
  fill(view, header.node, loading('the evaluation'));
  const [{ verdict, findings }, { data }] = await Promise.all([get(address(id, '/verdict'), {}, signal), get(address(id, '/evaluations'), {}, signal)]);
  fill(view, header.node, findings.map(text => h('p', { class: 'notice' }, text)),
    verdict ? [summary(verdict), pairs(id, verdict, signal)]
      : empty('No verdict yet', job.over ? 'Base and tuned model were not both evaluated: the job has no test file, or it ended before.'
        : 'Base and tuned model are compared when training has ended, if the job has a test file.'),
    data.length ? evaluations(data) : null);
  return `Evaluation of ${job.name}`;
}
