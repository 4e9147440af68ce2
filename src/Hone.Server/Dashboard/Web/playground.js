import { h, fill, field, select } from './dom.js';
import { get, events } from './api.js';
import { count, duration, number } from './format.js';

// One of the two models: its conversation, and the answer that is being written.
class Side {
  constructor(name, models, chosen, signal) {
    this.signal = signal;
    this.turns = [];
    this.model = select(models.map(model => [model.id, model.kind === 'base' ? `${model.id} (base)` : model.id]), chosen, {});
    this.talk = h('div', { class: 'talk', role: 'log', 'aria-label': `Conversation with ${name}`, tabindex: '0' });
    this.numbers = h('p', { class: 'readout' }, ' ');
    this.node = h('section', { class: 'side', 'aria-label': name }, field(name, this.model), this.talk, this.numbers);
    this.model.addEventListener('change', () => this.clear());
    this.clear();
  }

  clear() {
    this.turns = [];
    fill(this.talk, h('p', { class: 'soft' }, 'Its answers appear here.'));
    this.numbers.textContent = ' ';
  }

  async ask(text, options, stop) {
    if (this.turns.length === 0) {
      this.talk.replaceChildren();
    }
    const answer = h('div', { class: 'turn assistant' }), begun = performance.now();
    this.talk.append(h('div', { class: 'turn user' }, text), answer);
    answer.classList.add('writing');
    this.turns.push({ role: 'user', content: text });
    let first = null, pieces = 0, written = '', usage = null, finish = null;
    try {
      const body = {
        model: this.model.value, stream: true, stream_options: { include_usage: true },
        messages: [...(options.system ? [{ role: 'system', content: options.system }] : []), ...this.turns],
        temperature: options.temperature, max_tokens: options.maxTokens, seed: options.seed,
      };
      for await (const { data } of events('/v1/chat/completions', { body, signal: AbortSignal.any([stop, this.signal]) })) {
        if (data?.error) {
          throw new Error(data.error.message);
        }
        usage = data?.usage ?? usage;
        const choice = data?.choices?.[0], piece = choice?.delta?.content ?? '';
        finish = choice?.finish_reason ?? finish;
        if (piece) {
          first ??= performance.now();
          pieces++;
          written += piece;
          answer.textContent = written;
          this.talk.scrollTop = this.talk.scrollHeight;
        }
      }
      this.turns.push({ role: 'assistant', content: written });
    } catch (error) {
      this.turns.pop();
      answer.append(h('p', { class: error.name === 'AbortError' ? 'soft' : 'bad', role: 'alert' }, error.name === 'AbortError' ? 'Stopped.' : error.message));
    } finally {
      answer.classList.remove('writing');
    }
    if (written === '' && finish) {
      answer.append(h('span', { class: 'soft' }, '(an empty answer)'));
    }
    if (first !== null) {
      const tokens = usage?.completion_tokens ?? pieces, seconds = (performance.now() - first) / 1000;
      this.numbers.textContent = `${count(tokens, 'token')}, the first after ${duration((first - begun) / 1000)}, then ${number(tokens / Math.max(seconds, 1e-3), 0)} tokens/s`
        + `${finish === 'length' ? '; cut off at the limit' : ''}`;
    }
  }
}

export default async function page(view, { parameters, signal }) {
  const { data } = await get('/hone/v1/models', {}, signal);
  const models = data.filter(model => model.status === 'active');
  if (models.length === 0) {
    fill(view, h('h1', {}, 'Playground'), h('p', { class: 'notice' }, 'There is no model to talk to. Start the server with --models and a folder of model folders.'));
    return 'Playground';
  }
  const newest = models.filter(model => model.kind === 'tuned').sort((a, b) => new Date(b.created) - new Date(a.created))[0];
  const left = parameters.get('a') ?? newest?.base ?? models[0].id, right = parameters.get('b') ?? newest?.id ?? models.at(-1).id;
  const sides = [new Side('Left', models, left, signal), new Side('Right', models, right, signal)];
  const text = h('textarea', { rows: 3, required: true, placeholder: 'Ask both models the same' });
  const system = h('textarea', { rows: 2 }), temperature = h('input', { type: 'number', min: 0, max: 2, step: 0.1, value: 0 });
  const maxTokens = h('input', { type: 'number', min: 1, max: 8192, step: 1, value: 256 }), seed = h('input', { type: 'number', min: 0, step: 1, value: 1 });
  const ask = h('button', { class: 'primary', type: 'submit' }, 'Ask both'), halt = h('button', { type: 'button', hidden: true }, 'Stop');
  let stop = new AbortController();
  halt.addEventListener('click', () => stop.abort());
  const form = h('form', {
    class: 'ask',
    onsubmit: async event => {
      event.preventDefault();
      if (!text.value.trim() || ask.disabled) {
        return;
      }
      stop = new AbortController();
      const said = text.value;
      const options = { system: system.value.trim(), temperature: Number(temperature.value), maxTokens: Number(maxTokens.value) || undefined, seed: seed.value === '' ? undefined : Number(seed.value) };
      ask.disabled = true;
      halt.hidden = false;
      await Promise.all(sides.map(side => side.ask(said, options, stop.signal)));
      ask.disabled = false;
      halt.hidden = true;
      text.select();
    },
  },
  field('Message', text),
  h('div', { class: 'actions' }, ask, halt, h('button', { type: 'button', class: 'quiet', onclick: () => sides.forEach(side => side.clear()) }, 'New conversation')),
  h('details', {}, h('summary', {}, 'How they answer'), h('div', { class: 'row' }, field('System message', system),
    field('Temperature', temperature, '0 takes the likeliest token each time'), field('Longest answer', maxTokens, 'tokens'), field('Seed', seed, 'the same seed gives the same answer'))));
  text.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  fill(view, h('h1', {}, 'Playground'), h('div', { class: 'sides' }, sides.map(side => side.node)), form);
  return 'Playground';
}
