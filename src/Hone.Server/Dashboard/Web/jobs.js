import { h, fill, loading, empty } from './dom.js';
import { get } from './api.js';
import { ago, clock, duration, statusName, whole } from './format.js';

export const pill = status => h('span', { class: `pill ${status}` }, statusName(status));

export function progress(job) {
  if (!job.steps) {
    return h('span', { class: 'soft' }, job.step ? `${whole(job.step)} steps` : '–');
  }
  return h('span', { class: 'progress' },
    h('progress', { max: job.steps, value: job.step, 'aria-label': `Steps of ${job.name}` }),
    h('span', {}, `${whole(job.step)} of ${whole(job.steps)}`));
}

function row(job, chosen, changed) {
  const box = h('input', {
    type: 'checkbox', 'aria-label': `Compare ${job.name}`, checked: chosen.has(job.id),
    onchange: () => {
      chosen[box.checked ? 'add' : 'delete'](job.id);
      changed();
    },
  });
  const spent = job.started ? (new Date(job.ended ?? Date.now()) - new Date(job.started)) / 1000 : null;
  return h('tr', {},
    h('td', { class: 'tick' }, box),
    h('th', { scope: 'row' }, h('a', { href: `#/jobs/${job.id}` }, job.name), h('small', {}, job.id)),
    h('td', { 'data-name': 'Status' }, pill(job.status)),
    h('td', { 'data-name': 'Steps' }, progress(job)),
    h('td', { 'data-name': 'Model' }, job.baseModel),
    h('td', { 'data-name': 'Made' }, h('time', { datetime: job.created, title: clock(job.created) }, ago(job.created))),
    h('td', { 'data-name': 'Time' }, duration(spent)));
}

export default async function page(view, { parameters, signal }) {
  const chosen = new Set();
  const search = h('input', { type: 'search', 'aria-label': 'Search jobs by name', placeholder: 'Search by name', value: parameters.get('search') ?? '' });
  const compare = h('a', { class: 'button', href: '#/compare', hidden: true }, 'Compare');
  const list = h('div', {}, loading('jobs'));
  const more = h('button', { type: 'button', hidden: true }, 'Show older jobs');
  const changed = () => {
    compare.hidden = chosen.size < 2;
    compare.textContent = `Compare ${chosen.size} runs`;
    compare.href = `#/compare?${[...chosen].map(id => `job=${encodeURIComponent(id)}`).join('&')}`;
  };
  let jobs = [];
  const draw = () => fill(list, jobs.length === 0
    ? search.value
      ? empty('No job of that name', `Nothing contains “${search.value}”.`)
      : empty('No jobs yet', 'A job takes a model, prompts and a reward, and gives back an adapter that scores better. It starts with five short steps.',
        h('a', { class: 'button primary', href: '#/create' }, 'Create the first job'))
    : h('div', { class: 'scroll', role: 'region', 'aria-label': 'Jobs', tabindex: '0' }, h('table', { class: 'jobs-table' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Compare')),
        ['Job', 'Status', 'Steps', 'Base model', 'Made', 'Time'].map(name => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, jobs.map(job => row(job, chosen, changed))))));
  const load = async after => {
    const page = await get('/hone/v1/jobs', { search: search.value, limit: 50, after }, signal);
    jobs = after ? [...jobs, ...page.data] : page.data;
    more.hidden = !page.hasMore;
    draw();
  };
  more.addEventListener('click', () => load(jobs.at(-1).id));
  let wait;
  search.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(() => load().catch(() => {}), 200);
  });
  await load();
  fill(view, h('div', { class: 'heading' }, h('h1', {}, 'Jobs'), h('div', { class: 'tools' }, search, compare)), list, h('p', {}, more));
  const timer = setInterval(() => {
    if (jobs.some(job => !job.over) && jobs.length <= 50 && !view.contains(document.activeElement)) {
      load().catch(() => {});
    }
  }, 3000);
  signal.addEventListener('abort', () => clearInterval(timer));
  return 'Jobs';
}
