// An answer with each token shaded by how likely the model found it.
import { h } from './dom.js';
import { number, percent } from './format.js';

const levels = [[0.9, 'p4', 'over 90 %'], [0.5, 'p3', '50 to 90 %'], [0.1, 'p2', '10 to 50 %'], [0.01, 'p1', '1 to 10 %'], [-1, 'p0', 'under 1 %']];

const level = probability => levels.find(([least]) => probability > least || least < 0)[1];
const shown = text => text === '' ? '·' : text.replaceAll('\n', '⏎\n').replaceAll('\t', '⇥');

export function tokenView(tokens, text, hasTexts, temperature) {
  if (!hasTexts || tokens.length === 0) {
    return h('div', {}, h('pre', { class: 'model' }, text.trim() ? text : '(empty)'), tokens.length && !hasTexts
      ? h('p', { class: 'soft' }, 'The base model is not on this machine any more, so its tokens cannot be shown one by one.') : null);
  }
  let at = -1;
  const readout = h('p', { class: 'readout' }, ' ');
  const words = i => {
    const token = tokens[i];
    return `“${shown(token.text ?? '')}” (token ${i + 1} of ${tokens.length}, id ${token.id}): ${token.logProbability === null ? 'log-probability −∞'
      : `${percent(Math.exp(token.logProbability), 1)}, log-probability ${number(token.logProbability)}`}`;
  };
  const spans = tokens.map((token, i) => h('span', {
    class: `token ${level(token.logProbability === null ? 0 : Math.exp(token.logProbability))}`, onpointerenter: () => point(i),
  }, shown(token.text ?? '')));
  const point = i => {
    spans[at]?.classList.remove('at');
    at = i;
    spans[at].classList.add('at');
    readout.textContent = words(i);
    box.setAttribute('aria-valuenow', i + 1);
    box.setAttribute('aria-valuetext', words(i));
  };
  const box = h('div', {
    class: 'model tokens', role: 'slider', tabindex: '0', 'aria-label': 'Tokens of the answer, arrow keys go through them',
    'aria-valuemin': 1, 'aria-valuemax': tokens.length, 'aria-valuenow': 1, 'aria-valuetext': words(0),
    onkeydown: event => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -tokens.length, End: tokens.length }[event.key];
      if (move) {
        event.preventDefault();
        point(Math.min(tokens.length - 1, Math.max(0, at + move)));
      }
    },
  }, spans);
  return h('div', {}, box, readout, h('p', { class: 'legend' }, h('span', {}, `How likely each token was, at temperature ${number(temperature, 1)}:`),
    levels.map(([, look, name]) => h('span', {}, h('i', { class: `token ${look}` }), name))));
}
