// What differs between two texts, word by word.
import { h } from './dom.js';

const mostWords = 1500;
const cut = text => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

// The longest common sequence of words; null where the texts are too long to compare in a moment.
function common(a, b) {
  if (a.length > mostWords || b.length > mostWords) {
    return null;
  }
  const width = b.length + 1, table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  return (i, j) => table[i * width + j];
}

// The words of `text`; those that `other` does not have are marked. `kind` is ins or del.
export function marked(other, text, kind = 'ins') {
  const a = cut(other), b = cut(text), length = common(a, b);
  if (!length) {
    return [text];
  }
  const parts = [];
  const add = (word, isNew) => {
    if (parts.length && parts.at(-1).isNew === isNew) {
      parts.at(-1).text += word;
    } else {
      parts.push({ isNew, text: word });
    }
  };
  let i = 0, j = 0;
  while (j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      add(b[j++], false);
      i++;
    } else if (i < a.length && length(i + 1, j) >= length(i, j + 1)) {
      i++;
    } else {
      add(b[j++], true);
    }
  }
  return parts.map(part => part.isNew && part.text.trim() ? h(kind, {}, part.text) : part.text);
}
