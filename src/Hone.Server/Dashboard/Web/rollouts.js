import { h, fill, field, select, loading, empty, announce } from './dom.js';
import { get, job as address } from './api.js';
import { count, number, phaseName, reward, stopName, whole } from './format.js';
import { jobHeader } from './shell.js';
import { tokenView } from './tokens.js';

const orders = [['newest', 'Newest first'], ['oldest', 'Oldest first'], ['highestReward', 'Highest reward'], ['lowestReward', 'Lowest reward'], ['longest', 'Longest'], ['shortest', 'Shortest']];
const filters = ['search', 'phase', 'fromStep', 'toStep', 'leastReward', 'mostReward', 'leastTokens', 'mostTokens', 'stop', 'faulty', 'prompt', 'order'];

export const chip = (value, fault) => h('span', { class: `chip ${fault ? 'fault' : value >= 1 ? 'right' : value > 0 ? 'part' : 'wrong'}` }, fault ? 'no score' : reward(value));

function range(label, from, to, unit, step) {
  const input = (name, value, text) => h('input', { name, type: 'number', step, value: value ?? '', 'aria-label': `${label}, ${text}${unit ? `, in ${unit}` : ''}`, placeholder: text });
  return h('fieldset', { class: 'range' }, h('legend', {}, label), input(...from, 'from'), h('span', { 'aria-hidden': 'true' }, '–'), input(...to, 'to'));
}

function form(parameters, phases, apply) {
  const given = name => parameters.get(name) ?? '';
  const wide = matchMedia('(min-width: 641px)').matches || filters.some(name => name !== 'search' && given(name));
  const node = h('form', { role: 'search', 'aria-label': 'Rollouts' },
    h('div', { class: 'search-line' }, field('Search', h('input', { name: 'search', type: 'search', value: given('search'), placeholder: 'answer, reason or prompt' })),
      h('button', { type: 'button', onclick: () => apply({}) }, 'Clear')),
    h('details', { class: 'filters', open: wide }, h('summary', {}, 'Filters and order'), h('div', { class: 'filters-grid' },
      field('Phase', select([['', 'all'], ...phases.map(phase => [phase, phaseName(phase)])], given('phase'), { name: 'phase' })),
      field('Prompt', h('input', { name: 'prompt', value: given('prompt'), placeholder: 'its id' })),
      range('Step', ['fromStep', given('fromStep')], ['toStep', given('toStep')], '', 1),
      range('Reward', ['leastReward', given('leastReward')], ['mostReward', given('mostReward')], '', 'any'),
      range('Length', ['leastTokens', given('leastTokens')], ['mostTokens', given('mostTokens')], 'tokens', 1),
      field('Ended', select([['', 'anyhow'], ['endOfSequence', 'by itself'], ['maxTokens', 'cut off'], ['stopText', 'at a stop text']], given('stop'), { name: 'stop' })),
      field('Score', select([['', 'any'], ['false', 'graded'], ['true', 'faults only']], given('faulty'), { name: 'faulty' })),
      field('Order', select(orders, given('order') || 'newest', { name: 'order' })))));
  const read = () => Object.fromEntries([...new FormData(node)].filter(([name, value]) => value !== '' && !(name === 'order' && value === 'newest')));
  let wait;
  const changed = () => {
    clearTimeout(wait);
    wait = setTimeout(() => apply(read()), 250);
  };
  node.addEventListener('input', changed);
  node.addEventListener('submit', event => {
    event.preventDefault();
    apply(read());
  });
  return { node, read };
}

function row(found, isOpen, open) {
  return h('li', {}, h('button', { type: 'button', class: 'rollout', 'aria-pressed': isOpen ? 'true' : 'false', 'data-id': found.id, onclick: () => open(found.id) },
    h('span', { class: 'what' }, chip(found.reward, found.fault), h('span', {}, `step ${found.step}`), h('span', {}, phaseName(found.phase)),
      h('span', { class: 'prompt-id' }, found.prompt), h('span', {}, count(found.tokens, 'token'))),
    h('span', { class: 'text' }, found.text.trim() || '(empty)')));
}

function detail(data, id) {
  const { rollout, prompt, tokens, hasTexts, temperature } = data;
  return [
    h('header', {}, h('h2', {}, `Rollout ${rollout.id}`), h('p', { class: 'what' }, chip(rollout.reward, rollout.fault),
      h('span', {}, `step ${rollout.step}`), h('span', {}, phaseName(rollout.phase)), h('span', {}, `answer ${rollout.index + 1} of its group`))),
    h('h3', {}, 'Prompt'), h('div', { class: 'model' }, prompt?.text ?? rollout.prompt),
    prompt?.reference ? h('p', { class: 'soft' }, 'Reference: ', h('code', {}, prompt.reference)) : null,
    h('h3', {}, 'Answer'),
    tokenView(tokens, rollout.text, hasTexts, temperature),
    h('p', { class: 'why' }, rollout.fault ? `${rollout.fault.boundary}: ${rollout.fault.message}` : rollout.reason),
    h('dl', { class: 'small-facts' },
      [['Advantage', number(rollout.advantage)], ['Entropy', `${number(rollout.entropy)} nats`], ['Length', count(rollout.tokens, 'token')],
        ['Ended', stopName(rollout.stop)], ['Mean log-probability', `${number(rollout.logProbability)} nats`],
        ...rollout.metrics.map(metric => [metric.name, `${number(metric.value)}${metric.type === 'metric' ? ' (watched)' : ''}`])]
        .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    h('p', {}, h('a', { href: `#/jobs/${id}/prompt/${encodeURIComponent(rollout.prompt)}` }, 'This prompt through all steps')),
  ];
}

export default async function page(view, { args: [id], parameters, signal }) {
  const header = jobHeader(id, '/rollouts');
  const { job } = await get(address(id), {}, signal);
  header.update(job);
  fill(view, header.node, loading('rollouts'));
  const { data: evaluations } = await get(address(id, '/evaluations'), {}, signal);
  const phases = ['training', ...new Set(evaluations.map(one => one.name)), 'replaced'];
  const list = h('ol', { class: 'rollouts-list' }), total = h('p', { class: 'soft', role: 'status' }), more = h('button', { type: 'button', hidden: true }, 'More');
  const pane = h('section', { class: 'detail', 'aria-label': 'The rollout that is open', tabindex: '-1' });
  const blank = () => fill(pane, h('p', { class: 'soft' }, 'Open an answer to read it whole, with its prompt, its grade and how sure the model was of each token.'));
  let query = Object.fromEntries(filters.map(name => [name, parameters.get(name)]).filter(([, value]) => value)), opened = parameters.get('open'), loadNumber = 0, filter;
  const address2 = () => {
    const search = new URLSearchParams({ ...query, ...(opened ? { open: opened } : {}) }).toString();
    history.replaceState(null, '', `#/jobs/${id}/rollouts${search ? `?${search}` : ''}`);
  };
  const open = async rollout => {
    opened = String(rollout);
    address2();
    for (const button of list.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', button.dataset.id === opened ? 'true' : 'false');
    }
    fill(pane, loading('the rollout'));
    pane.classList.add('open');
    try {
      fill(pane, detail(await get(address(id, `/rollouts/${rollout}`), {}, signal), id));
      if (matchMedia('(max-width: 900px)').matches) {
        pane.scrollIntoView({ block: 'start' });
        pane.focus({ preventScroll: true });
      }
    } catch (error) {
      fill(pane, h('p', { class: 'notice bad', role: 'alert' }, error.message));
    }
  };
  const load = async after => {
    const mine = ++loadNumber;
    try {
      const found = await get(address(id, '/rollouts'), { ...query, limit: 40, after }, signal);
      if (mine !== loadNumber) {
        return;
      }
      if (!after) {
        list.replaceChildren();
        total.textContent = found.total === 0 ? '' : `${count(found.total, 'rollout')}`;
        announce(`${whole(found.total)} rollouts`);
      }
      list.append(...found.data.map(one => row(one, String(one.id) === opened, open)));
      if (!after && found.data.length === 0) {
        fill(list, h('li', {}, empty(Object.keys(query).length ? 'Nothing fits' : 'No rollouts yet',
          Object.keys(query).length ? 'No answer of this run fits all the filters; take one away.' : 'They appear with the first evaluation or step.')));
      }
      more.hidden = !found.next;
      more.onclick = () => load(found.next);
    } catch (error) {
      if (!signal.aborted) {
        fill(list, h('li', {}, h('p', { class: 'notice bad', role: 'alert' }, error.message)));
        more.hidden = true;
      }
    }
  };
  const apply = next => {
    const cleared = Object.keys(next).length === 0 && Object.keys(query).length > 0;
    query = next;
    address2();
    if (cleared) {
      place(new URLSearchParams());
    }
    load();
  };
  const slot = h('div', {});
  const place = given => {
    filter = form(given, phases, apply);
    fill(slot, filter.node);
  };
  place(parameters);
  blank();
  fill(view, header.node, slot, h('div', { class: 'explorer' }, h('div', {}, total, list, h('p', {}, more)), pane));
  await load();
  if (opened) {
    open(opened);
  }
  return `Rollouts of ${job.name}`;
}
