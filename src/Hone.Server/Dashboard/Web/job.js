import { h, fill, loading, empty } from './dom.js';
import { get, events, job as address } from './api.js';
import { PlotGroup } from './frame.js';
import { linePlot, stackPlot, stripPlot, cardHead, legend, zoomHint } from './plots.js';
import { clockSeconds, count, duration, number, percent, reward, whole } from './format.js';
import { jobHeader } from './shell.js';

const words = { good: 'as it should be', look: 'look here', short: 'too early to tell' };
const order = ['loss', 'validationLoss', 'reward', 'validation', 'distribution', 'length', 'entropy', 'gradientNorm', 'kl', 'mixedGroups', 'timing'];
const columnsOf = {
  loss: ['loss', 'loss'], length: ['lengthMean', 'lengthMean'], entropy: ['entropy', 'entropy'], gradientNorm: ['gradientNorm'], kl: ['kl'], mixedGroups: ['groupsMixed'],
};
const formats = { length: value => `${number(value, 1)} tokens`, entropy: value => `${number(value)} nats`, mixedGroups: value => percent(value) };

// The run as far as it is known: columns grow as steps come.
class Run {
  columns = { step: [] };
  evaluations = [];

  add({ columns, evaluations }) {
    for (const [name, values] of Object.entries(columns)) {
      this.columns[name] = [...(this.columns[name] ?? []), ...values];
    }
    this.evaluations = evaluations;
  }

  line(name, column, look = 'one') {
    return { name, look, points: this.columns.step.map((step, i) => [step, this.columns[column]?.[i] ?? null]) };
  }

  validation(column) {
    return { name: 'validation', look: 'ink', marked: true, points: this.evaluations.filter(one => one.name === 'validation').map(one => [one.step, one[column]]) };
  }
}

function lines(key, run) {
  if (key === 'reward') {
    const shadow = run.columns.shadowMean?.some(value => value !== null) ? [run.line('shadow grader', 'shadowMean', 'two')] : [];
    const differs = run.columns.scoreMean?.some((value, i) => value !== run.columns.rewardMean[i]);
    return [run.line('training', 'rewardMean'), ...(differs ? [run.line('true score', 'scoreMean', 'two')] : []), ...shadow];
  }
  if (key === 'validation') {
    return [run.validation('rewardMean')];
  }
  if (key === 'validationLoss') {
    return [run.validation('loss')];
  }
  const [column, evaluated] = columnsOf[key];
  return [run.line('training', column), ...(evaluated ? [run.validation(evaluated)] : [])];
}

function timing(run) {
  const { samplingSeconds = [], gradingSeconds = [], trainingSeconds = [], stepSeconds = [], step } = run.columns;
  const other = stepSeconds.map((all, i) => Math.max(0, all - samplingSeconds[i] - gradingSeconds[i] - trainingSeconds[i]));
  return [step, [
    { name: 'waiting for grades', look: 'two', values: gradingSeconds },
    { name: 'sampling', look: 'one', values: samplingSeconds },
    { name: 'training', look: 'three', values: trainingSeconds },
    { name: 'other', look: 'four', values: other },
  ]];
}

const range = (name, healthy) => healthy ? [{ name, look: 'healthy' }] : [];

class Card {
  constructor(curve, group) {
    this.key = curve.key;
    this.plot = curve.key === 'timing' ? stackPlot(curve.title, group)
      : curve.key === 'distribution' ? stripPlot(curve.title, group)
      : linePlot(curve.title, [], group, { share: curve.isShare, format: formats[curve.key] ?? (value => number(value)) });
    this.state = h('span', { class: 'state' });
    this.sentence = h('p', { class: 'finding' });
    this.keys = h('div', {});
    this.node = h('article', { class: 'card', 'aria-label': curve.title },
      cardHead(curve.title, curve.unit, this.state),
      this.plot.node, this.keys, this.sentence, h('p', { class: 'expected' }, curve.expected));
  }

  say(curve) {
    this.state.textContent = words[curve.state];
    this.state.className = `state ${curve.state}`;
    this.sentence.textContent = curve.sentence;
    this.healthy = curve.healthy;
  }

  draw(run, distribution) {
    if (this.key === 'timing') {
      const [steps, parts] = timing(run);
      this.plot.set(steps, parts, this.healthy);
      fill(this.keys, legend([...parts, ...(this.healthy ? [{ name: 'waiting should stay below', look: 'limit' }] : [])]));
    } else if (this.key === 'distribution') {
      if (distribution) {
        this.plot.set(distribution, run.line('mean', 'rewardMean').points, this.healthy);
        fill(this.keys, legend([{ name: 'few answers', look: 'few' }, { name: 'many', look: 'one' }, { name: 'mean', look: 'ink' }, ...range('healthy range of the mean', this.healthy)]));
      }
    } else {
      const drawn = lines(this.key, run).filter(line => line.points.length);
      this.plot.set(drawn, this.healthy);
      const judged = drawn[0]?.name === 'training' && drawn.some(line => line.marked) ? 'healthy range of training' : 'healthy range';
      fill(this.keys, legend([...drawn, ...range(judged, this.healthy)]));
    }
  }
}

const fact = (name, value, note) => h('div', {}, h('dt', {}, name), h('dd', {}, value, h('small', {}, note)));

// A supervised run has no rewards: what it learns shows in its loss.
function lossFacts(run) {
  const last = name => run.columns[name]?.at(-1);
  const best = run.evaluations.filter(one => one.loss !== null).reduce((one, other) => !one || other.loss < one.loss ? other : one, null);
  return h('dl', { class: 'facts' },
    fact('Loss', number(last('loss')), `nats per token, step ${last('step')}`),
    fact('Best validation loss', best ? number(best.loss) : '–', best ? `after step ${best.step}` : 'no held-out records'),
    fact('Tokens', whole((run.columns.promptTokens ?? []).reduce((sum, one) => sum + one, 0)), 'trained on'),
    fact('Step', duration(last('stepSeconds')), `rate ${number(last('learningRate'))}`));
}

function facts(run) {
  const last = name => run.columns[name]?.at(-1);
  const best = run.evaluations.filter(one => one.name === 'validation').reduce((one, other) => !one || other.rewardMean > one.rewardMean ? other : one, null);
  return h('dl', { class: 'facts' },
    fact('Reward', reward(last('rewardMean')), `mean of step ${last('step')}`),
    fact('Best validation', best ? reward(best.rewardMean) : '–', best ? `after step ${best.step}` : 'not evaluated yet'),
    fact('Length', number(last('lengthMean'), 1), 'tokens per answer'),
    fact('Step', duration(last('stepSeconds')), `${whole(last('sampledTokensPerSecond'))} tokens/s sampled`),
    fact('Faults', whole((run.columns.faults ?? []).reduce((sum, one) => sum + one, 0)), 'answers without a score'));
}

function faultPanel(faults, id) {
  if (!faults?.total) {
    return null;
  }
  const most = Math.max(...faults.kinds.map(kind => kind.count));
  return h('section', { class: 'panel', 'aria-labelledby': 'faults' },
    h('h2', { id: 'faults' }, 'Grader faults'),
    h('p', { class: 'soft' }, `${count(faults.total, 'answer')} got no score. They are left out of training, and never counted as 0.`),
    h('ul', { class: 'bars' }, faults.kinds.map(kind => h('li', {}, h('span', {}, kind.kind),
      h('meter', { min: 0, max: most, value: kind.count, 'aria-label': kind.kind }), h('span', {}, whole(kind.count))))),
    h('p', {}, h('a', { href: `#/jobs/${id}/rollouts?faulty=true` }, 'Read them')));
}

export default async function page(view, { args: [id], signal }) {
  const header = jobHeader(id, '');
  const { job, run: recorded } = await get(address(id), {}, signal);
  header.update(job);
  const run = new Run(), group = new PlotGroup(), cards = new Map();
  const findings = h('div', {}), numbers = h('div', {}), hint = h('div', {}), grid = h('div', { class: 'cards' }), faults = h('div', {}), log = h('ol', { class: 'log' });
  const waiting = h('div', {}), supervised = job.method === 'supervised';
  fill(view, header.node, findings, numbers, waiting, hint, grid, faults,
    h('section', { class: 'panel', 'aria-labelledby': 'log' }, h('h2', { id: 'log' }, 'Latest events'), log, h('p', {}, h('a', { href: `#/jobs/${id}/events` }, 'All events'))));
  const notices = list => fill(findings, (list ?? []).map(text => h('p', { class: 'notice' }, text)));
  notices(recorded?.findings);
  // Until the stream has told all there is, a run that has steps is not called empty.
  let told = false;
  const wait = status => fill(waiting, run.columns.step.length ? null
    : recorded?.steps > 0 || job.over && !told ? loading('the curves', 'plots') : loadingOr(status));
  wait(job.status);
  let distribution = null, busy = false;
  const redraw = () => {
    for (const card of cards.values()) {
      card.draw(run, distribution);
    }
    if (run.columns.step.length) {
      fill(numbers, supervised ? lossFacts(run) : facts(run));
      fill(hint, zoomHint());
    }
  };
  const refresh = async () => {
    if (busy || supervised || run.columns.step.length === 0) {
      return;
    }
    busy = true;
    try {
      distribution = await get(address(id, '/distribution'), { bins: 10 }, signal);
      fill(faults, run.columns.faults.some(Boolean) ? faultPanel(await get(address(id, '/faults'), {}, signal), id) : null);
      cards.get('distribution')?.draw(run, distribution);
    } finally {
      busy = false;
    }
  };
  const hear = {
    job: state => {
      header.update({ ...state, step: Math.max(state.step, (run.columns.step.at(-1) ?? -1) + 1) });
      wait(state.status);
    },
    metrics: data => {
      run.add(data);
      if (run.columns.step.length) {
        fill(waiting);
      }
      redraw();
      refresh().catch(() => {});
    },
    curves: ({ data }) => {
      if (run.columns.step.length === 0) {
        return;
      }
      for (const curve of [...data].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key))) {
        if (!cards.has(curve.key)) {
          cards.set(curve.key, new Card(curve, group));
          grid.append(cards.get(curve.key).node);
        }
        cards.get(curve.key).say(curve);
      }
      redraw();
    },
    event: one => {
      if (one.type === 'metrics') {
        return;
      }
      log.prepend(h('li', { class: one.level }, h('time', { datetime: one.at }, clockSeconds(one.at)), h('span', {}, one.message)));
      [...log.children].slice(6).forEach(old => old.remove());
    },
    end: async ({ status }) => {
      told = true;
      wait(status);
      notices((await get(address(id), {}, signal)).run?.findings);
    },
  };
  follow(id, run, hear, signal).catch(error => signal.aborted || fill(waiting, h('p', { class: 'notice bad', role: 'alert' }, error.message)));
  return job.name;
}

const loadingOr = status => ({
  queued: empty('Waiting in the queue', 'The job starts as soon as the machine is free. This page fills itself.'),
  running: h('div', {}, h('p', { class: 'soft' }, 'The first step is on its way; its numbers appear here by themselves.'), loading('the first step', 'plots')),
  paused: empty('Paused before its first step', 'It goes on where it stopped.'),
}[status] ?? empty('No steps', 'The job ended before its first step; its events say why.'));

// The stream may break when the server restarts: it is picked up at the step that is missing.
async function follow(id, run, hear, signal) {
  let after = 0;
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const from = (run.columns.step.at(-1) ?? -1) + 1;
      for await (const { name, data } of events(address(id, '/live'), { parameters: { from, after }, signal })) {
        tries = 0;
        after = name === 'event' ? data.number : after;
        await hear[name]?.(data);
        if (name === 'end') {
          return;
        }
      }
    } catch (error) {
      if (signal.aborted || error.status >= 400 && error.status < 500 || tries > 20) {
        throw error;
      }
    }
    await new Promise(resume => setTimeout(resume, Math.min(10000, 500 * 2 ** tries)));
  }
}
