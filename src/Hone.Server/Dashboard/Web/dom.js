// Elements from code: text stays text, whatever a model wrote.

function make(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (name === 'value' || name === 'checked' || name === 'selected' || name === 'disabled' || name === 'hidden' || name === 'indeterminate') {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export const h = (tag, properties, ...children) => make(document.createElement(tag), properties, children);

export const svg = (tag, properties, ...children) => make(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

let lastId = 0;

// A labelled form field. The hint is read out with it.
export function field(label, control, hint) {
  control.id ||= `field-${++lastId}`;
  const note = hint ? h('small', { id: `${control.id}-hint` }, hint) : null;
  if (note) {
    control.setAttribute('aria-describedby', note.id);
  }
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, note);
}

export const select = (options, value, properties) => h('select', properties,
  options.map(([key, text]) => h('option', { value: key, selected: String(key) === String(value ?? '') }, text)));

// Names each cell by its column, for screens so narrow that a row stands as a list.
export function named(heads, rows) {
  for (const row of rows) {
    [...row.cells].filter(cell => cell.colSpan === 1).forEach((cell, i) => (cell.dataset.name = heads[i]));
  }
  return rows;
}

export function announce(text) {
  document.getElementById('announce').textContent = text;
}

export const loading = (what, shape = 'lines') => h('div', { class: `loading ${shape}`, role: 'status' },
  h('span', { class: 'unseen' }, `Loading ${what}`), [1, 2, 3].map(() => h('span', { class: 'bone' })));

export const empty = (title, text, ...actions) => h('div', { class: 'empty' }, h('h2', {}, title), h('p', {}, text), h('p', { class: 'actions' }, actions));

export function failure(error, again) {
  return h('div', { class: 'failure', role: 'alert' },
    h('h2', {}, error.status === 404 ? 'Not there' : error.status ? 'That did not work' : 'The server does not answer'),
    h('p', {}, error.message),
    again ? h('p', { class: 'actions' }, h('button', { type: 'button', onclick: again }, 'Try again')) : null);
}
