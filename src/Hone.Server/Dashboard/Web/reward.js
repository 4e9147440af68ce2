// Writing a grader and trying it on an answer: for the graders page and for the wizard.
import { h, fill, field, select } from './dom.js';
import { get, post } from './api.js';
import { duration, number } from './format.js';
import { chip } from './rollouts.js';

const templates = [
  ['finalNumber', 'The last number is right', { kind: 'finalNumber', mode: 'flexible' }],
  ['exact', 'The whole answer is right', { kind: 'exact' }],
  ['contains', 'The reference stands in the answer', { kind: 'contains' }],
  ['format', 'The answer has a form', { kind: 'format', pattern: '#### -?[0-9]+\\s*$' }],
  ['weighted', 'Right, and in the right form', { kind: 'weighted', parts: [
    { weight: 0.8, name: 'right', grader: { kind: 'finalNumber', mode: 'flexible' } }, { weight: 0.2, name: 'form', grader: { kind: 'format', pattern: '#### -?[0-9]+\\s*$' } }] }],
  ['string_check', 'OpenAI: string check', { type: 'string_check', name: 'right', operation: 'eq', input: '{{sample.output_text}}', reference: '{{item.reference_answer}}' }],
  ['score_model', 'OpenAI: a model of this server gives a score', { type: 'score_model', name: 'judge', model: '', range: [0, 1],
    input: [{ role: 'user', content: 'Rate this answer from 0, wrong, to 1, right.\n\n{{sample.output_text}}' }] }],
];

const firstModel = async () => (await get('/hone/v1/models')).data.find(model => model.kind === 'base')?.id ?? '';

const kindOf = grader => templates.find(([, , one]) => JSON.stringify(one) === JSON.stringify(grader))?.[0] ?? '';

export function graderEditor(start, changed = () => {}) {
  const text = h('textarea', { rows: 12, class: 'code', spellcheck: 'false', value: JSON.stringify(start, null, 2) });
  const choice = select([['', 'My own, as below'], ...templates.map(([key, name]) => [key, name])], kindOf(start), {
    onchange: async () => {
      const found = templates.find(([key]) => key === choice.value);
      if (found) {
        text.value = JSON.stringify('model' in found[2] ? { ...found[2], model: await firstModel() } : found[2], null, 2);
        changed();
      }
    },
  });
  text.addEventListener('input', () => {
    choice.value = '';
    changed();
  });
  return {
    node: h('div', {}, field('Kind of reward', choice), field('Grader', text, 'JSON, as in a job file; docs/rewards.md lists every kind')),
    value: () => {
      try {
        return JSON.parse(text.value);
      } catch (error) {
        throw new Error(`The grader is not JSON: ${error.message}.`);
      }
    },
  };
}

export function showGrade(grade) {
  return h('div', { class: 'grade', role: 'status' },
    h('p', { class: 'what' }, chip(grade.score, grade.fault), h('span', { class: 'soft' }, `in ${duration(grade.seconds)}`)),
    h('p', { class: grade.fault ? 'bad' : '' }, grade.fault ? `${grade.fault.boundary}: ${grade.fault.message}` : grade.reason),
    grade.metrics.length ? h('dl', { class: 'small-facts' }, grade.metrics.map(metric => h('div', {}, h('dt', {}, metric.name), h('dd', {}, number(metric.value))))) : null);
}

export function trial(grader, signal, example = { prompt: 'What is 2 + 2?', reference: '4', answer: '2 + 2 = 4\n#### 4' }) {
  const prompt = h('textarea', { rows: 2, value: example.prompt }), reference = h('textarea', { rows: 2, value: example.reference ?? '' }), answer = h('textarea', { rows: 4, value: example.answer ?? '' });
  const result = h('div', { 'aria-live': 'polite' });
  const run = async event => {
    event?.preventDefault();
    try {
      fill(result, showGrade(await post('/hone/v1/graders/try', { grader: grader(), prompt: prompt.value, referenceAnswer: reference.value || null, answer: answer.value }, signal)));
    } catch (error) {
      if (!signal.aborted) {
        fill(result, h('p', { class: 'bad', role: 'alert' }, error.message));
      }
    }
  };
  return {
    node: h('form', { onsubmit: run }, field('Prompt', prompt), field('Reference answer', reference), field('Answer to grade', answer), h('p', { class: 'actions' }, h('button', { type: 'submit' }, 'Grade this answer')), result),
    run,
  };
}
