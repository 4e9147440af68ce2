import { h, fill, named, empty } from './dom.js';
import { get } from './api.js';
import { clock, statusName } from './format.js';

const kinds = { base: 'base', tuned: 'tuned', checkpoint: 'checkpoint', imported: 'imported' };

const table = (name, heads, rows) => h('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: '0' }, h('table', { class: 'words stack' },
  h('thead', {}, h('tr', {}, heads.map(head => h('th', { scope: 'col' }, head)))), h('tbody', {}, named(heads, rows))));

export default async function page(view, { signal }) {
  const [models, deployments] = await Promise.all([get('/hone/v1/models', {}, signal), get('/hone/v1/deployments', {}, signal)]);
  fill(view, h('h1', {}, 'Models'),
    models.data.length ? table('Models', ['Model', 'Kind', 'Base', 'From', 'Made', 'Status'], models.data.map(model => h('tr', {},
      h('th', { scope: 'row' }, h('a', { href: `#/playground?a=${encodeURIComponent(model.base)}&b=${encodeURIComponent(model.id)}` }, model.id)),
      h('td', {}, kinds[model.kind]), h('td', {}, model.base),
      h('td', {}, model.job ? h('a', { href: `#/jobs/${model.job}` }, model.step === null ? 'job' : `step ${model.step}`) : '–'),
      h('td', {}, clock(model.created)), h('td', {}, model.failure ?? statusName(model.status)))))
      : empty('No models', 'Start the server with --models and a folder that holds model folders.'),
    h('h2', {}, 'Deployments'),
    deployments.data.length ? table('Deployments', ['Name', 'Answers with', 'Status', 'Made', 'Changed'], deployments.data.map(one => h('tr', {},
      h('th', { scope: 'row' }, one.name), h('td', {}, one.model), h('td', {}, one.failure ?? statusName(one.status)), h('td', {}, clock(one.created)), h('td', {}, clock(one.modified)))))
      : h('p', { class: 'soft' }, 'None. A deployment is a name under which a model answers, and behind which it can be exchanged while requests go on.'));
  return 'Models';
}
