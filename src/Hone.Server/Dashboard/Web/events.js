import { h, fill, loading, empty } from './dom.js';
import { get, job as address } from './api.js';
import { clock, clockSeconds } from './format.js';
import { jobHeader } from './shell.js';

export default async function page(view, { args: [id], signal }) {
  const header = jobHeader(id, '/events');
  const { job } = await get(address(id), {}, signal);
  header.update(job);
  fill(view, header.node, loading('events'));
  const list = h('ol', { class: 'log brief' });
  const steps = h('input', { type: 'checkbox', onchange: () => list.classList.toggle('brief', !steps.checked) });
  let last = 0;
  const load = async () => {
    for (let more = true; more;) {
      const page = await get(address(id, '/events'), { after: last, limit: 500 }, signal);
      list.prepend(...page.data.map(one => h('li', { class: one.type === 'metrics' ? `${one.level} step` : one.level }, h('time', { datetime: one.at }, clockSeconds(one.at)), h('span', {}, one.message))).reverse());
      last = page.data.at(-1)?.number ?? last;
      more = page.hasMore && page.data.length > 0;
    }
  };
  await load();
  const [checkpoints] = await Promise.all([get(address(id, '/checkpoints'), {}, signal)]);
  fill(view, header.node, h('div', { class: 'heading' }, h('h2', {}, 'What happened'), h('label', { class: 'tick-line' }, steps, 'Each step, too')), list.children.length ? list : empty('Nothing yet', 'Events appear as the job goes on.'),
    h('h2', {}, 'Checkpoints'),
    checkpoints.data.length
      ? h('ul', { class: 'plain' }, checkpoints.data.map(one => h('li', {}, h('a', { href: `#/playground?a=${encodeURIComponent(job.baseModel)}&b=${encodeURIComponent(one.model)}` },
        `after step ${one.step}`), h('span', { class: 'soft' }, ` ${one.model}, ${clock(one.created)}`))))
      : h('p', { class: 'soft' }, 'None is kept yet.'));
  if (!job.over) {
    const timer = setInterval(() => load().catch(() => {}), 3000);
    signal.addEventListener('abort', () => clearInterval(timer));
  }
  return `Events of ${job.name}`;
}
