// Before the first paint, so that a page that was switched to dark does not flash.
const chosen = localStorage.getItem('hone.theme');
if (chosen === 'dark' || chosen === 'light') {
  document.documentElement.dataset.theme = chosen;
}
