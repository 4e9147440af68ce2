// Numbers and times as people read them: with their unit, and no more digits than say something.

const minus = text => text.replace('-', '−');

export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) {
    return minus(value.toExponential(1));
  }
  const decimals = Number.isInteger(value) ? 0 : size >= 100 ? 0 : size >= 10 ? 1 : digits;
  return minus(value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

export const whole = value => value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en');

export const percent = (value, digits = 0) => value === null || value === undefined || !Number.isFinite(value)
  ? '–' : minus(`${(100 * value).toFixed(digits)} %`);

export const points = value => value === null || !Number.isFinite(value) ? '–' : minus(`${value > 0 ? '+' : ''}${(100 * value).toFixed(1)} points`);

export const signed = (value, digits = 3) => value === null || !Number.isFinite(value) ? '–' : minus(`${value > 0 ? '+' : ''}${value.toFixed(digits)}`);

export const reward = value => value === null || value === undefined ? 'no score' : number(value, 2);

export const count = (many, one, several = `${one}s`) => `${whole(many)} ${many === 1 ? one : several}`;

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) {
    return '–';
  }
  return seconds <= 0 ? '0 s' : seconds < 1 ? `${Math.round(1000 * seconds)} ms`
    : seconds < 10 ? `${seconds.toFixed(1)} s`
    : seconds < 120 ? `${Math.round(seconds)} s`
    : seconds < 7200 ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3600).toFixed(1)} h`;
}

export function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  return seconds < 45 ? 'just now' : seconds < 5400 ? `${Math.max(1, Math.round(seconds / 60))} min ago`
    : seconds < 129600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`;
}

export const clock = time => new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export const clockSeconds = time => new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const phaseName = phase => ({
  training: 'training', replaced: 'replaced', validation: 'validation', base: 'base model', tuned: 'tuned model',
}[phase] ?? phase);

export const stopName = stop => ({ endOfSequence: 'ended by itself', maxTokens: 'cut off at the limit', stopText: 'stop text' }[stop] ?? stop);

export const statusName = status => status.charAt(0).toUpperCase() + status.slice(1);
