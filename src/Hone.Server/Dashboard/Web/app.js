import { h, fill, failure, loading, announce } from './dom.js';
import { keys, onMissingKey } from './api.js';

const pages = [
  [/^$/, 'jobs'],
  [/^jobs\/([^/]+)$/, 'job'],
  [/^jobs\/([^/]+)\/rollouts$/, 'rollouts'],
  [/^jobs\/([^/]+)\/prompt\/(.+)$/, 'prompt'],
  [/^jobs\/([^/]+)\/evaluation$/, 'evaluation'],
  [/^jobs\/([^/]+)\/events$/, 'events'],
  [/^jobs\/([^/]+)\/settings$/, 'settings'],
  [/^compare$/, 'compare'],
  [/^playground$/, 'playground'],
  [/^graders$/, 'graders'],
  [/^models$/, 'models'],
  [/^create$/, 'create'],
];

const main = document.getElementById('main');
let leaving = new AbortController();
let shown = null;

// #/jobs/ftjob-x/rollouts?search=9 → path and parameters. Nothing secret stands in an address.
function place() {
  const [path, search] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.replace(/\/$/, ''), parameters: new URLSearchParams(search ?? '') };
}

async function show() {
  const { path, parameters } = place();
  const [pattern, name] = pages.find(([one]) => one.test(path)) ?? [null, null];
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  markPage(path);
  if (!name) {
    fill(main, failure({ status: 404, message: `There is no page “${path}”.` }), h('p', {}, h('a', { href: '#/' }, 'All jobs')));
    return;
  }
  const args = pattern.exec(path).slice(1).map(decodeURIComponent);
  const moved = shown !== null && shown !== name + args.join();
  shown = name + args.join();
  const view = h('div', { class: `page ${name}` }, loading('the page'));
  fill(main, view);
  if (moved) {
    scrollTo(0, 0);
  }
  try {
    const page = await import(`./${name}.js`);
    const title = await page.default(view, { args, parameters, signal });
    if (!signal.aborted) {
      document.title = title ? `${title} · Hone` : 'Hone';
      if (moved && title) {
        announce(title);
        main.focus({ preventScroll: true });
      }
    }
  } catch (error) {
    if (!signal.aborted && error.name !== 'AbortError') {
      fill(view, failure(error, show));
    }
  }
}

function markPage(path) {
  for (const link of document.querySelectorAll('#pages a')) {
    const target = link.getAttribute('href').replace(/^#\/?/, '');
    const current = target === '' ? path === '' || path.startsWith('jobs') || path === 'compare' : path.startsWith(target);
    link.toggleAttribute('aria-current', current);
    if (current) {
      link.setAttribute('aria-current', 'page');
    }
  }
}

function showKeyForm(reason) {
  if (document.querySelector('dialog.key')) {
    return;
  }
  const input = h('input', { type: 'password', id: 'key', autocomplete: 'off', spellcheck: 'false', required: true, 'aria-describedby': 'key-hint' });
  const dialog = h('dialog', { class: 'key', 'aria-labelledby': 'key-title' },
    h('form', {
      onsubmit: event => {
        event.preventDefault();
        keys.set(input.value.trim());
        dialog.close();
        dialog.remove();
        begin();
      },
    },
    h('h2', { id: 'key-title' }, 'Your API key'),
    reason ? h('p', { class: 'bad', role: 'alert' }, reason) : null,
    h('label', { for: 'key' }, 'Key'), input,
    h('p', { class: 'soft', id: 'key-hint' }, 'hone serve printed one when it first started; hone keys create makes another. It stays in this tab until you close it.'),
    h('button', { class: 'primary', type: 'submit' }, 'Open')));
  dialog.addEventListener('cancel', event => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

function setTheme() {
  const button = document.getElementById('theme');
  const isDark = () => (document.documentElement.dataset.theme
    ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const label = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
  };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    localStorage.setItem('hone.theme', document.documentElement.dataset.theme);
    label();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label);
  label();
}

async function begin() {
  document.getElementById('forget').hidden = !keys.get();
  try {
    if (!keys.get() && (await (await fetch('/dashboard/door.json')).json()).needsKey) {
      fill(main, h('div', { class: 'page' }));
      showKeyForm('');
      return;
    }
  } catch {
    // The page itself will say that the server does not answer.
  }
  show();
}

document.getElementById('skip').addEventListener('click', () => main.focus());
document.getElementById('forget').addEventListener('click', () => {
  keys.forget();
  location.hash = '#/';
  location.reload();
});
onMissingKey(showKeyForm);
setTheme();
window.addEventListener('hashchange', show);
begin();
