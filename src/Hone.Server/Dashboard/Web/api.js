// The public API, with the key that the person pasted for as long as this tab is open.

const keyName = 'hone.key';

export class ApiError extends Error {
  constructor(message, status = 0, code = null, parameter = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
  }
}

export const keys = {
  get: () => sessionStorage.getItem(keyName),
  set: key => sessionStorage.setItem(keyName, key),
  forget: () => sessionStorage.removeItem(keyName),
};

let askForKey = () => {};
export function onMissingKey(handler) {
  askForKey = handler;
}

async function send(path, options = {}) {
  const headers = new Headers(options.headers);
  if (keys.get()) {
    headers.set('Authorization', `Bearer ${keys.get()}`);
  }
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError('The connection was lost or refused. See that the server runs, then try again.');
  }
  if (!answer.ok) {
    throw await problem(answer);
  }
  return answer;
}

async function problem(answer) {
  const body = await answer.json().catch(() => null);
  const error = body?.error ?? {};
  if (answer.status === 401) {
    askForKey(keys.get() ? 'The server does not know this key; it may have expired.' : '');
  }
  const wait = answer.headers.get('Retry-After');
  const message = error.message ?? body?.message ?? `The server answered with status ${answer.status}.`;
  return new ApiError(wait && answer.status === 429 ? `${message} Try again in ${wait} s.` : message, answer.status, error.code, error.param);
}

function query(parameters) {
  const pairs = Object.entries(parameters ?? {}).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(one => [name, one]))
    .filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

export const get = async (path, parameters, signal) => (await send(path + query(parameters), { signal })).json();

export const post = async (path, body, signal) => (await send(path, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}), signal,
})).json();

export async function upload(file, signal) {
  const form = new FormData();
  form.append('purpose', 'fine-tune');
  form.append('file', file, file.name);
  return (await send('/v1/files', { method: 'POST', body: form, signal })).json();
}

// Server-sent events over fetch: EventSource cannot send a key.
export async function* events(path, { parameters, body, signal } = {}) {
  const answer = await send(path + query(parameters), {
    method: body ? 'POST' : 'GET',
    headers: { Accept: 'text/event-stream', ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
    signal,
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += (value ?? '').replaceAll('\r\n', '\n');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const parsed = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (parsed) {
        yield parsed;
      }
    }
    if (done) {
      return;
    }
  }
}

function parse(block) {
  let name = 'message';
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) {
      name = line.slice(6).trim();
    } else if (line.startsWith('data:')) {
      data.push(line.slice(5).trimStart());
    }
  }
  const text = data.join('\n');
  return data.length === 0 ? null : { name, data: text === '[DONE]' ? null : JSON.parse(text) };
}

export const job = (id, rest = '') => `/hone/v1/jobs/${encodeURIComponent(id)}${rest}`;
