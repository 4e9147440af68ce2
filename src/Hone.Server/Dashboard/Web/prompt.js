import { h, fill, field, select, empty } from './dom.js';
import { get, job as address } from './api.js';
import { count, phaseName } from './format.js';
import { jobHeader } from './shell.js';
import { chip } from './rollouts.js';
import { marked } from './diff.js';

// Occasions in the order in which the model learnt: base, steps and evaluations, tuned.
function occasions(rollouts) {
  const groups = new Map();
  for (const one of rollouts) {
    const key = `${one.phase}/${one.step}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const rank = phase => phase.startsWith('base') ? -1 : phase === 'tuned' ? 1 : 0;
  return [...groups.values()].sort((a, b) => rank(a[0].phase) - rank(b[0].phase) || a[0].step - b[0].step);
}

const mean = group => {
  const scores = group.map(one => one.reward).filter(value => value !== null);
  return scores.length ? scores.reduce((sum, one) => sum + one, 0) / scores.length : null;
};

export default async function page(view, { args: [id, prompt], signal }) {
  const header = jobHeader(id, '/rollouts');
  const [{ job }, data] = await Promise.all([get(address(id), {}, signal), get(address(id, `/prompts/${encodeURIComponent(prompt)}`), {}, signal)]);
  header.update(job);
  const groups = occasions(data.rollouts), most = Math.max(0, ...groups.map(group => group.length));
  const strip = h('div', { class: 'columns', role: 'region', 'aria-label': 'Answers by step', tabindex: '0' });
  const which = select([...[...Array(most).keys()].map(i => [i, `answer ${i + 1}`]), ['all', 'all answers']], 0, {}), against = select([['before', 'the column before'], ['first', 'the first column'], ['none', 'nothing']], 'before', {});
  const answer = (shown, other) => [
    h('pre', { class: 'model' }, other ? marked(other.text, shown.text) : shown.text || '(empty)'),
    h('p', { class: 'why' }, shown.fault ? `${shown.fault.boundary}: ${shown.fault.message}` : shown.reason, ' ', h('a', { href: `#/jobs/${id}/rollouts?prompt=${encodeURIComponent(prompt)}&open=${shown.id}`, 'aria-label': `Open rollout ${shown.id}` }, 'Open'))];
  const draw = () => fill(strip, groups.map((group, i) => {
    const { phase, step } = group[0], at = (list, index) => list[Math.min(index, list.length - 1)];
    const wanted = which.value === 'all' ? [...group.keys()] : [Number(which.value)];
    const before = against.value === 'none' || i === 0 ? null : against.value === 'first' ? groups[0] : groups[i - 1];
    return h('article', { class: 'column', 'aria-label': `${phaseName(phase)}, step ${step}` },
      h('header', {}, h('h2', {}, phaseName(phase)), h('p', { class: 'soft' }, phase === 'training' || phase === 'replaced' ? `step ${step}` : `after step ${step}`), chip(mean(group), mean(group) === null)),
      h('p', { class: 'soft' }, group.length > 1 ? `mean of ${count(group.length, 'answer')}` : 'one answer'),
      wanted.map(index => answer(at(group, index), before && at(before, index))));
  }));
  which.addEventListener('change', draw);
  against.addEventListener('change', draw);
  fill(view, header.node,
    h('div', { class: 'heading' }, h('h2', {}, `Prompt ${prompt}`), h('div', { class: 'tools' }, most > 1 ? field('Show', which) : null, field('Mark what differs from', against))),
    data.prompts.map(one => h('div', { class: 'panel' }, h('p', { class: 'soft' }, `in the ${one.set} set`), h('div', { class: 'model' }, one.text),
      one.reference ? h('p', { class: 'soft' }, 'Reference: ', h('code', {}, one.reference)) : null)),
    groups.length ? strip : empty('Not drawn yet', 'No step has drawn this prompt so far.'));
  draw();
  return `Prompt ${prompt}`;
}
