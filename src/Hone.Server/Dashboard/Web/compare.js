import { h, fill, named, empty } from './dom.js';
import { get } from './api.js';
import { PlotGroup } from './frame.js';
import { linePlot, cardHead, legend, zoomHint } from './plots.js';
import { number, percent, whole } from './format.js';
import { pill } from './jobs.js';
import { change, interval } from './evaluation.js';

const looks = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'ink'];
const shown = [['rewardMean', 'Training reward', '', true], ['validation', 'Validation reward', '', true], ['lengthMean', 'Completion length', 'tokens'],
  ['entropy', 'Entropy', 'nats'], ['gradientNorm', 'Gradient norm', ''], ['kl', 'Distance from the base model (KL)', 'nats per token'], ['stepSeconds', 'Time of a step', 'seconds']];

function line(run, column, i) {
  const points = column === 'validation'
    ? run.evaluations.filter(one => one.name === 'validation').map(one => [one.step, one.rewardMean])
    : (run.columns.step ?? []).map((step, at) => [step, run.columns[column][at]]);
  return { name: run.label, look: looks[i], points, marked: column === 'validation' };
}

// A setting as JSON, without the quotes of a text.
const plain = value => value === null ? '–' : value.replace(/^"(.*)"$/s, '$1');

export default async function page(view, { parameters, signal }) {
  const jobs = parameters.getAll('job');
  if (jobs.length < 2) {
    fill(view, h('h1', {}, 'Compare'), empty('Choose two runs or more', 'Tick them in the list of jobs.', h('a', { class: 'button primary', href: '#/' }, 'Jobs')));
    return 'Compare';
  }
  const { data, differences } = await get('/hone/v1/compare', { job: jobs }, signal);
  const names = data.map(one => one.job.name);
  const runs = data.map((one, i) => ({ ...one, label: names.indexOf(one.job.name) === names.lastIndexOf(one.job.name) ? one.job.name : `${one.job.name} ${i + 1}` }));
  const group = new PlotGroup();
  const keys = () => legend(runs.map((run, i) => ({ name: run.label, look: looks[i] })));
  const heads = ['Run', 'Status', 'Steps', 'Base', 'Tuned', 'Difference, 95 %'];
  fill(view, h('h1', {}, `${runs.length} runs side by side`), keys(),
    h('div', { class: 'scroll', role: 'region', 'aria-label': 'Outcomes', tabindex: '0' }, h('table', { class: 'stack' },
      h('thead', {}, h('tr', {}, heads.map(name => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, named(heads, runs.map(run => {
        const { verdict } = run, say = value => verdict.isGraded ? number(value) : percent(value, 1);
        return h('tr', {}, h('th', { scope: 'row' }, h('a', { href: `#/jobs/${run.job.id}` }, run.label)), h('td', {}, pill(run.job.status)), h('td', {}, whole(run.columns.step?.length ?? 0)),
          verdict ? [h('td', {}, say(verdict.base.value)), h('td', {}, say(verdict.tuned.value)),
            h('td', {}, `${change(verdict, verdict.difference.value)} (${interval(verdict)})`)]
            : h('td', { colspan: 3 }, run.job.over ? 'no verdict: not evaluated before and after' : 'no verdict yet'));
      }))))),
    zoomHint(), h('div', { class: 'cards' }, shown.map(([column, title, unit, share]) => {
      const plot = linePlot(title, runs.map((run, i) => line(run, column, i)), group, { share });
      return h('article', { class: 'card', 'aria-label': title }, cardHead(title, unit, null), plot.node, keys());
    })),
    h('h2', {}, 'Settings that differ'),
    differences.length ? h('div', { class: 'scroll', role: 'region', 'aria-label': 'Settings that differ', tabindex: '0' }, h('table', { class: 'words stack' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Setting'), runs.map(run => h('th', { scope: 'col' }, run.label)))),
      h('tbody', {}, named(['', ...runs.map(run => run.label)], differences.map(row => h('tr', {}, h('th', { scope: 'row' }, row.key), row.values.map(value => h('td', {}, plain(value)))))))))
      : h('p', { class: 'soft' }, 'None: these runs had the same settings.'));
  return 'Compare';
}
