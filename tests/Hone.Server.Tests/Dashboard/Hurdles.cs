namespace Hone.Server.Tests.Dashboard;

/// <summary>A script that looks at the page as it stands and returns a sentence for each thing that would stop somebody.</summary>
static class Hurdles
{
    public const string Script =
        """
        () => {
          const found = [];
          const seen = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
          const where = element => `<${element.tagName.toLowerCase()}${element.id ? '#' + element.id : ''}${element.getAttribute('class') ? '.' + element.getAttribute('class').replaceAll(' ', '.') : ''}> ${(element.textContent ?? '').trim().slice(0, 40)}`;

          const byIds = ids => (ids ?? '').split(/\s+/).map(id => document.getElementById(id)?.textContent ?? '').join(' ').trim();
          const nameOf = element => byIds(element.getAttribute('aria-labelledby')) || element.getAttribute('aria-label')?.trim()
            || (element.labels ? [...element.labels].map(label => label.textContent).join(' ').trim() : '')
            || (['INPUT', 'SELECT', 'TEXTAREA', 'PROGRESS', 'METER'].includes(element.tagName) ? '' : element.textContent.trim())
            || element.getAttribute('title') || element.getAttribute('alt') || '';
          const needing = 'a[href], button, input, select, textarea, summary, progress, meter, dialog, nav, [role=slider], [role=img], [role=region], [role=group], [role=log], [tabindex="0"]';
          for (const element of document.querySelectorAll(needing)) {
            if (seen(element) && !element.closest('[aria-hidden=true]') && !nameOf(element)) {
              found.push(`no accessible name: ${where(element)}`);
            }
          }

          const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
          for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) {
            found.push(`the id ${id} stands twice`);
          }
          for (const element of document.querySelectorAll('[aria-describedby]')) {
            if (!byIds(element.getAttribute('aria-describedby'))) {
              found.push(`described by nothing: ${where(element)}`);
            }
          }
          if (document.querySelectorAll('h1').length !== 1 && !document.querySelector('dialog[open]')) {
            found.push(`${document.querySelectorAll('h1').length} headings of the first level`);
          }
          if (!document.documentElement.lang) {
            found.push('the page has no language');
          }

          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const rgba = color => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            return [r, g, b, a / 255];
          };
          const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
          const ground = element => {
            const layers = [];
            for (let one = element; one; one = one.parentElement) {
              const color = rgba(getComputedStyle(one).backgroundColor);
              if (color[3] > 0) {
                layers.push(color);
              }
              if (color[3] === 1) {
                break;
              }
            }
            return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
          };
          const light = ([r, g, b]) => [r, g, b].map(one => one / 255).map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
            .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!node.textContent.trim() || !seen(element) || element.closest('.unseen, :disabled, noscript, option')) {
              continue;
            }
            const style = getComputedStyle(element);
            const back = ground(element), color = over(rgba(element instanceof SVGElement ? style.fill : style.color), back);
            const [high, low] = [light(back), light(color)].sort((a, b) => b - a);
            const ratio = (high + 0.05) / (low + 0.05);
            const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700;
            if (ratio < (large ? 3 : 4.5)) {
              found.push(`contrast ${ratio.toFixed(2)}: ${where(element)}`);
            }
            if (parseFloat(style.fontSize) < 11) {
              found.push(`text of ${style.fontSize}: ${where(element)}`);
            }
          }

          for (const cell of document.querySelectorAll('td, th')) {
            if (seen(cell) && cell.clientWidth < 48 && /\p{L}{5}/u.test(cell.textContent) && !cell.querySelector('.unseen')) {
              found.push(`squeezed to ${cell.clientWidth} px: ${where(cell)}`);
            }
          }

          if (document.documentElement.scrollWidth > innerWidth + 1) {
            const wide = [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, .columns, svg'));
            found.push(`wider than the screen (${document.documentElement.scrollWidth} of ${innerWidth}): ${wide.slice(0, 2).map(where).join(' | ')}`);
          }
          return found;
        }
        """;
}
