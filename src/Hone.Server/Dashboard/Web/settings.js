import { h, fill, empty } from './dom.js';
import { get, job as address } from './api.js';
import { clock, count } from './format.js';
import { jobHeader } from './shell.js';

const rows = (value, path = '') => value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length
  ? Object.entries(value).flatMap(([key, one]) => rows(one, path ? `${path}.${key}` : key))
  : [[path, value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)]];

const table = (name, list) => h('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: '0' }, h('table', { class: 'words stack' },
  h('tbody', {}, list.map(([key, value]) => h('tr', {}, h('th', { scope: 'row' }, key), h('td', {}, value))))));

export default async function page(view, { args: [id], signal }) {
  const header = jobHeader(id, '/settings');
  const { job, run } = await get(address(id), {}, signal);
  header.update(job);
  const origin = run?.origin;
  fill(view, header.node,
    run ? [h('h2', {}, 'Effective settings'), table('Effective settings', rows(run.settings)),
      origin ? [h('h2', {}, 'What made this run'), table('What made this run', [
        ['Hone', origin.hone], ['begun', clock(origin.created)], ['processor', origin.processor], ['instructions', origin.instructionSet],
        ['threads', count(origin.threads, 'thread')], ['computed by', origin.device ?? '–'], ['system', origin.operatingSystem], ['runtime', origin.runtime]])] : null]
      : empty('No run yet', 'The settings that count are written down when the run begins.'));
  return `Settings of ${job.name}`;
}
