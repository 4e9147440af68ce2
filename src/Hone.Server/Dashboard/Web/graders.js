import { h, fill, field } from './dom.js';
import { graderEditor, trial } from './reward.js';

export default async function page(view, { signal }) {
  const editor = graderEditor({ kind: 'finalNumber', mode: 'flexible' });
  fill(view, h('h1', {}, 'Graders'),
    h('p', { class: 'lead' }, 'A grader says what an answer is worth. Try one here on an answer of your own before a run is spent on it.'),
    h('div', { class: 'two' }, h('section', { class: 'panel', 'aria-label': 'Grader' }, editor.node), h('section', { class: 'panel', 'aria-label': 'Try it' }, trial(() => editor.value(), signal).node)));
  return 'Graders';
}
