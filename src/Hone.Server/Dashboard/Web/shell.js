// What all pages of a job share: its name, where it stands, what can be done with it, and its tabs.
import { h, fill } from './dom.js';
import { post, job as address } from './api.js';
import { pill, progress } from './jobs.js';
import { clock, duration } from './format.js';

const tabs = [['', 'Curves'], ['/rollouts', 'Rollouts'], ['/evaluation', 'Evaluation'], ['/events', 'Events'], ['/settings', 'Settings']];

export function confirm(title, text, action) {
  return new Promise(resolve => {
    const dialog = h('dialog', { 'aria-labelledby': 'confirm-title' }, h('h2', { id: 'confirm-title' }, title), h('p', {}, text),
      h('p', { class: 'actions' },
        h('button', { type: 'button', onclick: () => dialog.close('no') }, 'Keep it running'),
        h('button', { type: 'button', class: 'danger', onclick: () => dialog.close('yes') }, action)));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function jobHeader(id, tab) {
  const title = h('h1', {}, ' '), state = h('div', { class: 'state-line' }), actions = h('div', { class: 'tools' }), problem = h('div', {});
  const act = async what => {
    try {
      update(await post(address(id, `/${what}`)));
    } catch (error) {
      fill(problem, h('p', { class: 'notice bad', role: 'alert' }, error.message));
    }
  };
  const button = (name, what, sure) => h('button', {
    type: 'button',
    onclick: async () => (!sure || await confirm(...sure)) && act(what),
  }, name);
  let drawn = null;
  const links = tabs.map(([path, name]) => h('a', { href: `#/jobs/${id}${path}`, 'aria-current': path === tab ? 'page' : null }, name));
  const rewarded = links.filter((_, i) => ['/rollouts', '/evaluation'].includes(tabs[i][0]));
  const update = job => {
    title.textContent = job.name;
    // A supervised job imitates records: nothing is sampled and nothing graded.
    for (const link of rewarded) {
      link.hidden = job.method === 'supervised';
    }
    const spent = job.started ? (new Date(job.ended ?? Date.now()) - new Date(job.started)) / 1000 : null;
    fill(state, pill(job.status), progress(job), h('span', { class: 'soft' }, `on ${job.baseModel}`),
      spent === null ? null : h('span', { class: 'soft' }, duration(spent)),
      h('span', { class: 'soft' }, `made ${clock(job.created)}`),
      job.outputModel ? h('a', { href: `#/playground?a=${encodeURIComponent(job.baseModel)}&b=${encodeURIComponent(job.outputModel)}` }, 'Try it beside the base model') : null);
    if (drawn !== job.status) {
      drawn = job.status;
      fill(actions,
        job.status === 'running' || job.status === 'queued' ? button('Pause', 'pause') : null,
        job.status === 'paused' ? button('Go on', 'resume') : null,
        job.over || job.status === 'stopping' ? null
          : button('Stop', 'stop', [`Stop ${job.name} for good?`, 'Its last checkpoint is kept and can be talked to. To go on later, pause it instead.', 'Stop it']));
      fill(problem, job.failure ? h('p', { class: 'notice bad' }, job.failure.message) : null);
    }
  };
  const node = h('header', { class: 'job-head' },
    h('div', { class: 'heading' }, h('div', {}, title, state), actions),
    problem,
    h('nav', { class: 'tabs', 'aria-label': 'This job' }, links));
  return { node, update };
}
