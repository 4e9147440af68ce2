import { h, fill, field, select, announce } from './dom.js';
import { get, post, upload, events } from './api.js';
import { count, number, whole } from './format.js';
import { graderEditor, trial } from './reward.js';

const steps = ['Model', 'Data', 'Reward', 'Settings', 'Check and start'];

const numbers = [
  ['batchSize', 'Prompts per step', 16, 'How many questions a step asks. More make each step steadier and slower.', 1],
  ['trainingSamplePerPrompt', 'Answers per prompt', 8, 'Answers to one question are compared with each other. 8 is a good start; take 16 where few are right.', 1],
  ['inferenceMaxTokens', 'Longest answer', 256, 'Tokens. An answer that is cut off can hardly be right; one that may be endless costs time.', 1],
  ['learningRate', 'Learning rate', 0.0001, 'How far a step moves the model. 1e-4 suits most; ten times less if the reward jumps about.', 'any'],
  ['epochCount', 'Passes over the data', 1, 'How often each question is asked.', 1],
  ['maxSteps', 'Most steps', '', 'Leave it empty to use all the data.', 1],
  ['evalInterval', 'Steps between evaluations', 10, 'How often the held-out questions are asked while it trains.', 1],
];

// What the person has chosen so far. It lives as long as the page.
const draft = { name: '', model: '', files: {}, grader: { kind: 'finalNumber', mode: 'flexible' }, hyperParameters: Object.fromEntries(numbers.map(([key, , value]) => [key, value])), seed: 1, look: null };

function nameHint(name) {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name) ? null : 'The name needs 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first.';
}

async function modelStep(panel, signal) {
  const { data } = await get('/hone/v1/models', {}, signal);
  const bases = data.filter(model => model.kind === 'base' && model.status === 'active');
  draft.model ||= bases[0]?.id ?? '';
  fill(panel, h('p', { class: 'lead' }, 'Which model shall learn? Training leaves it as it is and writes an adapter beside it.'),
    bases.length ? h('fieldset', { class: 'options' }, h('legend', {}, 'Base model'), bases.map(model => h('label', { class: 'option' },
      h('input', { type: 'radio', name: 'model', value: model.id, checked: model.id === draft.model, onchange: () => (draft.model = model.id) }), h('span', {}, model.id))))
      : h('p', { class: 'notice' }, 'The server has no base model; start it with --models and a folder that holds model folders.'),
    field('Name of the job', h('input', { value: draft.name, maxlength: 63, required: true, oninput: event => (draft.name = event.target.value.trim()) }), 'It names the tuned model, too.'));
}

function lookView(look) {
  const { set, unit } = look, lengths = set.prompts;
  const rows = [['Records', whole(set.records)], ['Different prompts', whole(set.distinctPrompts)], ['Repeat an earlier one', whole(set.duplicates.count)],
    ['Almost repeat one', whole(set.nearDuplicates.count)], ['No reference answer', whole(set.missingReferences.count)], ['Contradict each other', whole(set.contradictions.count)]];
  return h('div', { class: 'look' },
    look.problemCount ? h('div', { class: 'notice bad' }, h('p', {}, `${count(look.problemCount, 'line')} cannot be used:`),
      h('ul', {}, look.problems.slice(0, 5).map(one => h('li', {}, one.line ? `line ${one.line}: ${one.sentence}` : one.sentence)))) : null,
    h('dl', { class: 'small-facts' }, rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      lengths ? h('div', {}, h('dt', {}, `Prompt length, ${unit}`), h('dd', {}, `${number(lengths.mean, 1)} on average, ${whole(lengths.max)} at most`)) : null),
    look.notes.map(note => h('p', { class: 'soft' }, note)),
    look.first.length ? h('details', { open: true }, h('summary', {}, 'The first prompts'), look.first.slice(0, 3).map(one => h('div', { class: 'sample' },
      one.messages.map(turn => h('p', { class: 'model' }, h('b', {}, `${turn.role} `), turn.content)), one.reference ? h('p', { class: 'soft' }, 'Reference: ', h('code', {}, one.reference)) : null))) : null);
}

function dataStep(panel, signal) {
  const picker = (role, title, hint) => {
    const state = h('div', { 'aria-live': 'polite' });
    const input = h('input', { type: 'file', accept: '.jsonl,.json,.gz,application/jsonl' });
    const show = () => {
      const file = draft.files[role];
      fill(state, file ? h('p', { class: 'good' }, `${file.name} is there.`) : null, file?.look ? lookView(file.look) : null);
    };
    input.addEventListener('change', async () => {
      if (!input.files[0]) {
        return;
      }
      fill(state, h('p', { class: 'soft' }, `Sending ${input.files[0].name} …`));
      try {
        const stored = await upload(input.files[0], signal);
        draft.files[role] = { id: stored.id, name: input.files[0].name };
        fill(state, h('p', { class: 'soft' }, 'Looking at it …'));
        draft.files[role].look = await post('/hone/v1/data/look', { file: stored.id, model: draft.model || null, set: role }, signal);
        show();
        announce(`${input.files[0].name}: ${count(draft.files[role].look.set.records, 'record')}`);
      } catch (error) {
        if (!signal.aborted) {
          fill(state, h('p', { class: 'bad', role: 'alert' }, error.message));
        }
      }
    });
    show();
    return h('div', { class: 'panel' }, field(title, input, hint), state);
  };
  fill(panel, h('p', { class: 'lead' }, 'JSONL files: one question a line, with its reference answer where the reward needs one.'),
    picker('training', 'Training data', 'What the model practises on. 100 to 10,000 prompts.'),
    picker('test', 'Test data (recommended)', 'Questions it never practises on. Base and tuned model answer them, and the difference is the verdict.'),
    picker('validation', 'Validation data (optional)', 'Watched while it trains. Without it, a tenth of the training data is held out.'));
}

function rewardStep(panel, signal) {
  const editor = graderEditor(draft.grader, () => {
    try {
      draft.grader = editor.value();
    } catch {
      // Half-written: what was there last counts until it is JSON again.
    }
  });
  const first = draft.files.training?.look?.first?.[0];
  const question = first?.messages.filter(turn => turn.role === 'user').at(-1)?.content;
  const attempt = trial(() => editor.value(), signal, first
    ? { prompt: question ?? '', reference: first.reference ?? '', answer: first.reference ?? '' } : undefined);
  fill(panel, h('p', { class: 'lead' }, 'What is a good answer worth? The model learns exactly what this pays for. A right answer should get the most, and a trick nothing.'),
    h('div', { class: 'two' }, h('section', { class: 'panel', 'aria-label': 'Grader' }, editor.node), h('section', { class: 'panel', 'aria-label': 'Try it' }, attempt.node)));
}

function settingsStep(panel) {
  const proposal = draft.files.training?.look?.proposal;
  if (proposal?.inferenceMaxTokens && !draft.proposed) {
    draft.proposed = true;
    draft.hyperParameters.inferenceMaxTokens = Math.max(32, Math.min(4096, proposal.inferenceMaxTokens));
  }
  fill(panel, h('p', { class: 'lead' }, 'These are good for a first run. What is not asked here keeps its default.'),
    h('div', { class: 'row' }, numbers.map(([key, label, , hint, step]) => field(label, h('input', {
      type: 'number', step, min: 0, value: draft.hyperParameters[key],
      oninput: event => (draft.hyperParameters[key] = event.target.value === '' ? '' : Number(event.target.value)),
    }), hint)), field('Seed', h('input', { type: 'number', step: 1, min: 0, value: draft.seed, oninput: event => (draft.seed = Number(event.target.value) || 0) }), 'The same seed gives the same run.')));
}

const request = () => ({
  name: draft.name,
  model: draft.model,
  trainingFile: draft.files.training?.id ?? null,
  validationFile: draft.files.validation?.id ?? null,
  testFile: draft.files.test?.id ?? null,
  settings: { grader: draft.grader, seed: draft.seed, hyperParameters: Object.fromEntries(Object.entries(draft.hyperParameters).filter(([, value]) => value !== '')) },
});

function missing() {
  return [
    draft.model ? null : [0, 'Choose a base model.'], nameHint(draft.name) ? [0, nameHint(draft.name)] : null,
    draft.files.training ? null : [1, 'Give it training data.'],
  ].filter(Boolean);
}

function checkStep(panel, signal, go) {
  const gaps = missing();
  if (gaps.length) {
    fill(panel, h('p', { class: 'lead' }, 'Almost there.'), h('ul', { class: 'findings' }, gaps.map(([step, text]) => h('li', { class: 'problem' },
      h('span', {}, text), h('button', { type: 'button', class: 'quiet', onclick: () => go(step) }, `Back to ${steps[step]}`)))));
    return;
  }
  const list = h('ul', { class: 'findings' }), stage = h('p', { class: 'stage', role: 'status' }, 'Starting …'), verdict = h('div', {});
  const start = h('button', { type: 'button', class: 'primary', disabled: true }, 'Start training'), failed = h('div', {});
  start.addEventListener('click', async () => {
    start.disabled = true;
    try {
      const job = await post('/hone/v1/jobs', request(), signal);
      location.hash = `#/jobs/${job.id}`;
    } catch (error) {
      start.disabled = false;
      fill(failed, h('p', { class: 'notice bad', role: 'alert' }, error.message));
    }
  });
  const words = { problem: 'Problem', warning: 'Warning', note: 'Note' };
  const run = async () => {
    fill(list);
    fill(verdict);
    try {
      for await (const { name, data } of events('/hone/v1/checks', { body: request(), signal })) {
        if (name === 'stage') {
          stage.textContent = `${data.title} …`;
        } else if (name === 'fact') {
          list.append(h('li', { class: 'fact' }, h('b', {}, 'Fact'), h('span', {}, data.sentence)));
        } else if (name === 'finding') {
          list.append(h('li', { class: data.severity }, h('b', {}, words[data.severity]), h('span', {}, data.sentence, data.advice ? [' ', h('span', { class: 'soft' }, data.advice)] : null)));
        } else if (name === 'done') {
          stage.textContent = '';
          fill(verdict, h('p', { class: `sentence ${data.passed ? 'good' : 'bad'}` }, data.passed
            ? data.warnings ? `Ready to train, with ${count(data.warnings, 'warning')}.` : 'Ready to train.' : `Not ready: ${count(data.problems, 'problem')} to mend first.`));
          start.disabled = false;
          start.textContent = data.passed ? 'Start training' : 'Start all the same';
          start.className = data.passed ? 'primary' : '';
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        stage.textContent = '';
        fill(verdict, h('p', { class: 'notice bad', role: 'alert' }, error.message));
      }
    }
  };
  fill(panel, h('p', { class: 'lead' }, `${draft.name}: ${draft.model} on ${draft.files.training.name}. Everything is tried once before it costs time.`),
    stage, list, verdict, failed, h('p', { class: 'actions' }, start, h('button', { type: 'button', onclick: run }, 'Check again')));
  run();
}

export default async function page(view, { parameters, signal }) {
  const at = Math.min(steps.length, Math.max(1, Number(parameters.get('step')) || 1)) - 1;
  const go = step => (location.hash = `#/create?step=${step + 1}`);
  const panel = h('div', { class: 'wizard-panel' });
  fill(view, h('h1', {}, 'New job'),
    h('ol', { class: 'wizard', 'aria-label': 'Steps' }, steps.map((name, i) => h('li', {}, h('a', {
      href: `#/create?step=${i + 1}`, 'aria-current': i === at ? 'step' : null, class: i < at ? 'past' : null }, h('span', { class: 'nth' }, String(i + 1)), name)))),
    h('h2', {}, `Step ${at + 1} of ${steps.length}: ${steps[at]}`), panel,
    h('p', { class: 'actions between' }, at > 0 ? h('button', { type: 'button', onclick: () => go(at - 1) }, 'Back') : h('span', {}),
      at < steps.length - 1 ? h('button', { type: 'button', class: 'primary', onclick: () => go(at + 1) }, `On to ${steps[at + 1].toLowerCase()}`) : null));
  await [modelStep, dataStep, rewardStep, settingsStep, checkStep][at](panel, signal, go);
  return `New job, ${steps[at].toLowerCase()}`;
}
