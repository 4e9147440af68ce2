namespace Hone.Jobs.Reports;

/// <summary>The look of a report, and the little script that shows values under the pointer.</summary>
static class ReportStyle
{
    public const string Css =
        """

        :root { color-scheme: light dark; --page: #faf9f6; --card: #fff; --ink: #1d1c1a; --soft: #6b6862; --line: #e4e1da; --base: #a8a297;
          --tuned: #0d7a6f; --second: #b4552d; --good: #0d7a6f; --look: #b45309; --bad: #b42318; --code: #f3f1ec; }
        @media (prefers-color-scheme: dark) { :root { --page: #151513; --card: #1d1d1a; --ink: #ecebe6; --soft: #a09d95; --line: #33322e; --base: #7b776e;
          --tuned: #45c4b0; --second: #e58a5b; --good: #45c4b0; --look: #e9a23b; --bad: #f0695c; --code: #262622; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; }
        main { max-width: 66rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
        section { margin-top: 4rem; }
        h1 { font-size: 1rem; font-weight: 600; margin: 0; }
        h2 { font-size: 1.35rem; font-weight: 650; letter-spacing: -.01em; margin: 0 0 .35rem; }
        h3 { font-size: 1rem; font-weight: 600; margin: 0; }
        p { margin: .3rem 0 .8rem; }
        .lead { color: var(--soft); max-width: 44rem; margin-bottom: 1.4rem; }
        .soft, .meta { color: var(--soft); }
        .meta { font-size: .9rem; margin: .1rem 0 0; }
        .headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1em .35em; margin: 2.2rem 0 .4rem;
          font-size: clamp(2.6rem, 7vw, 4.6rem); font-weight: 680; letter-spacing: -.035em; line-height: 1.05; }
        .headline .from, .headline .arrow { color: var(--base); font-weight: 500; }
        .headline .to { color: var(--tuned); }
        .headline.plain { font-size: clamp(1.8rem, 4vw, 2.6rem); }
        .sentence { font-size: 1.2rem; line-height: 1.5; max-width: 46rem; margin: 0 0 1.6rem; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: 1.1rem 1.2rem; margin: 1.6rem 0 0; padding: 1.1rem 0 0;
          border-top: 1px solid var(--line); }
        .facts dt { color: var(--soft); font-size: .82rem; }
        .facts dd { margin: .1rem 0 0; font-size: 1.25rem; font-weight: 600; letter-spacing: -.01em; }
        .facts dd small { display: block; font-size: .82rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
        .bars { display: block; width: 100%; height: auto; max-width: 46rem; margin: .4rem 0; }
        .bars text { fill: var(--ink); font-size: 13px; }
        .bars .tick { fill: var(--soft); font-size: 11px; }
        .bars .base { fill: var(--base); } .bars .tuned { fill: var(--tuned); } .bars .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .notice { border-left: 3px solid var(--look); background: var(--card); padding: .8rem 1.1rem; margin: 1.4rem 0; max-width: 46rem; }
        .notice p { margin: 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.25rem; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.2rem 1rem; min-width: 0; }
        .card header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
        .card svg { display: block; width: 100%; height: auto; margin: .5rem 0 .3rem; overflow: visible; }
        .card .finding { margin: .2rem 0 .25rem; font-weight: 500; }
        .card .expected { margin: 0; color: var(--soft); font-size: .88rem; }
        .state { font-size: .8rem; font-weight: 600; white-space: nowrap; }
        .AsExpected { color: var(--good); } .LookHere { color: var(--look); } .TooShort { color: var(--soft); }
        .tick { fill: var(--soft); font-size: 11px; }
        polyline { fill: none; stroke: var(--tuned); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        polyline.raw { stroke-width: 1; opacity: .35; }
        .second polyline { stroke: var(--second); }
        .marked polyline { stroke: var(--ink); stroke-width: 1.2; } .marked circle { fill: var(--card); stroke: var(--ink); stroke-width: 1.6; }
        .hover { visibility: hidden; } .hover line { stroke: var(--soft); stroke-dasharray: 2 3; } .hover text { fill: var(--ink); font-size: 11.5px; font-weight: 600;
          paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
        .legend { display: flex; gap: 1rem; font-size: .82rem; color: var(--soft); margin: 0; }
        .legend i { display: inline-block; width: 1.1em; height: 0; border-top: 2px solid var(--tuned); vertical-align: middle; margin-right: .4em; }
        .legend .second i { border-color: var(--second); } .legend .marked i { border-color: var(--ink); border-top-width: 1.5px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; }
        th, td { text-align: right; padding: .42rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
        th { color: var(--soft); font-weight: 500; font-size: .82rem; vertical-align: bottom; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
        table.dense { font-size: .82rem; } table.dense th, table.dense td { padding: .28rem .45rem; }
        td small { color: var(--soft); }
        table.words td { text-align: left; white-space: normal; overflow-wrap: anywhere; } table.words td:first-child { width: min(20rem, 50%); color: var(--soft); }
        .example { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 1.1rem; overflow: hidden; }
        .example > header { padding: .9rem 1.2rem; border-bottom: 1px solid var(--line); }
        .example .answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1px; background: var(--line); }
        .answer { background: var(--card); padding: .9rem 1.2rem 1rem; min-width: 0; }
        .answer h4 { margin: 0 0 .4rem; font-size: .82rem; font-weight: 600; color: var(--soft); display: flex; justify-content: space-between; gap: 1rem; }
        .answer .up { color: var(--good); } .answer .down { color: var(--bad); }
        .model { unicode-bidi: isolate; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; max-height: 24rem; overflow-y: auto;
          font: .88rem/1.55 ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace; }
        .prompt { font-family: inherit; font-size: .98rem; }
        .answer .why { margin: .6rem 0 0; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
        details { margin-top: 1rem; } summary { cursor: pointer; color: var(--soft); }
        code, .command { font: .9rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace; }
        .command { display: block; background: var(--code); border-radius: 7px; padding: .6rem .9rem; margin: .3rem 0 .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        .empty { color: var(--soft); }
        @media print { main { padding: 0; } .card, .example { break-inside: avoid; } .model { max-height: none; } }

        """;

    /// <summary>Puts a dashed line and the values of the nearest step under the pointer.</summary>
    public const string Script =
        """

        for (const svg of document.querySelectorAll('svg[data-unit]')) {
          const hover = svg.querySelector('.hover'), mark = hover.querySelector('line'), label = hover.querySelector('text');
          const lines = [...svg.querySelectorAll('[data-points]')].map(g => ({
            name: g.dataset.name, points: g.dataset.points.split(' ').map(point => point.split(',')) }));
          svg.addEventListener('pointermove', event => {
            const box = svg.getBoundingClientRect(), at = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
            const nearest = lines.map(line => line.points.reduce((a, b) => Math.abs(b[2] - at) < Math.abs(a[2] - at) ? b : a));
            const x = nearest.reduce((a, b) => Math.abs(b[2] - at) < Math.abs(a[2] - at) ? b : a)[2];
            mark.setAttribute('x1', x); mark.setAttribute('x2', x);
            const left = x > svg.viewBox.baseVal.width / 2;
            label.setAttribute('x', +x + (left ? -6 : 6)); label.setAttribute('text-anchor', left ? 'end' : 'start');
            label.textContent = nearest.map((point, i) => `${lines[i].name} ${(+point[1]).toPrecision(3)} (step ${point[0]})`).join(' · ');
            hover.style.visibility = 'visible';
          });
          svg.addEventListener('pointerleave', () => hover.style.visibility = 'hidden');
        }

        """;
}
