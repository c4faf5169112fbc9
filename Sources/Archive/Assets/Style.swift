extension ArchiveAssets {
  /// What the pages look like: in light and dark, on any width, and on paper.
  ///
  /// The colours are those of the two blocks at the beginning, and no others: a test computes the
  /// contrast of each pair that stands together.
  static let style = """
    :root {
      color-scheme: light dark;
      --page: #f5f4ef; --sheet: #ffffff; --ink: #1c242b; --soft: #57626c; --line: #dcdad1;
      --link: #0b5a72; --here: #e2eef1; --in: #0c6a4a; --out: #8f4508; --warn: #8d2626;
      --warnback: #fbe9e7; --quote: #efeee8;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14191d; --sheet: #1b2126; --ink: #e6eaec; --soft: #a3afb8; --line: #343d44;
        --link: #7fcadb; --here: #213a42; --in: #74cfa5; --out: #e9ad72; --warn: #ffb4a8;
        --warnback: #47211d; --quote: #232a30;
      }
    }
    *, ::before, ::after { box-sizing: border-box }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", \
    sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: break-word;
    }
    a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px }
    a:hover { text-decoration-thickness: 2px }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px }
    main:focus { outline: none }
    h1 { font-size: 1.65rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; margin: 0 0 .25rem }
    h2 { font-size: 1.15rem; line-height: 1.3; font-weight: 650; margin: 2.25rem 0 .5rem }
    h3 { font-size: 1rem; font-weight: 650; margin: 1.25rem 0 .4rem; color: var(--soft) }
    h1, .subject, .name, dd, .text, .place, .lead, .end, .address, .state { overflow-wrap: anywhere }
    bdi, h1, .subject, .who a, .who span, .record, .text { unicode-bidi: isolate }
    [hidden] { display: none !important }
    .hidden {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap;
    }
    .skip { position: absolute; left: .5rem; top: -6rem; z-index: 1; padding: .5rem 1rem; background: var(--sheet) }
    .skip:focus { top: .5rem }

    .top { background: var(--sheet); border-bottom: 1px solid var(--line) }
    .top, main, .end { padding-inline: max(1.25rem, calc((100% - 70rem) / 2)) }
    .top { display: flex; flex-wrap: wrap; align-items: center; gap: 0 2rem; padding-block: .25rem 0 }
    .home {
      display: inline-flex; align-items: center; gap: .6rem; padding: .6rem 0; color: var(--ink);
      font-weight: 700; font-size: 1.1rem; text-decoration: none; overflow-wrap: anywhere;
    }
    .home::before {
      content: ""; flex: none; width: 1.6rem; height: 1.6rem; border-radius: .35rem;
      background: url(icon.svg) center / cover;
    }
    .top ul { display: flex; flex-wrap: wrap; margin: 0; padding: 0; list-style: none; gap: 0 .25rem }
    .top li a {
      display: block; padding: .7rem .7rem .55rem; color: var(--soft); text-decoration: none;
      border-bottom: 3px solid transparent;
    }
    .top li a:hover { color: var(--ink); border-bottom-color: var(--line) }
    .top li a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--link) }
    main { padding-block: 2rem 3rem; min-height: 60vh }
    .end { color: var(--soft); font-size: .875rem; padding-block: 1rem 2rem; border-top: 1px solid var(--line) }
    .query { font-family: ui-monospace, "DejaVu Sans Mono", monospace }
    .lead { color: var(--soft); margin: 0 0 1.25rem }
    .empty { padding: 2rem; text-align: center; color: var(--soft); border: 1px dashed var(--line); border-radius: .6rem }
    .more { margin: 1rem 0 0 }
    .address, .count, .of, .place { color: var(--soft); font-size: .9em }
    .code {
      font: .75em/1 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--warn);
      background: var(--warnback); padding: .1em .3em; border-radius: .25em;
      unicode-bidi: isolate;
    }

    .mail, .plain { list-style: none; margin: 0; padding: 0 }
    .mail, .directory, .months, .agenda, .filelist {
      background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; overflow: clip;
    }
    .mail li, .directory li, .months li, .agenda li, .filelist li { padding: .55rem 1rem; border-top: 1px solid var(--line) }
    .mail li:first-child, .directory li:first-child, .months li:first-child, .agenda li:first-child, \
    .filelist li:first-child { border-top: 0 }
    .mail li:hover, .directory li:hover, .agenda li:hover { background: var(--here) }
    .mail li {
      display: grid; align-items: baseline; gap: 0 .9rem;
      grid-template-columns: 7.2rem 1rem minmax(8rem, 14rem) minmax(0, 1fr) minmax(0, auto);
    }
    .mail.times li { grid-template-columns: 10.5rem 1rem minmax(8rem, 13rem) minmax(0, 1fr) minmax(0, auto) }
    .mail time, .directory time { color: var(--soft); font-size: .9rem; white-space: nowrap }
    .way::before { font-weight: 700 }
    .way.in::before { content: "←"; color: var(--in) }
    .way.out::before { content: "→"; color: var(--out) }
    .who { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
    .who a, .mail .record { color: inherit; text-decoration: none }
    .who a:hover, .mail .record:hover { text-decoration: underline }
    .mail .subject { font-weight: 550; text-decoration: none }
    .mail .subject:hover { text-decoration: underline }
    .what { min-width: 0 }
    .files { color: var(--soft); font-size: .85rem; margin-inline-start: .5rem; white-space: nowrap }
    .files::before { content: "◆ "; font-size: .7em }
    .mail .record, .of .record {
      font-size: .85rem; color: var(--ink); background: var(--quote); border-radius: 1rem; padding: .15rem .65rem;
      max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; justify-self: end;
    }
    .filter { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .8rem; margin: 0 0 1rem }
    .filter label { color: var(--soft) }
    .filter input {
      font: inherit; color: var(--ink); background: var(--sheet); border: 1px solid var(--soft);
      border-radius: .4rem; padding: .4rem .7rem; width: min(24rem, 100%);
    }
    .filter output { color: var(--soft) }
    .pages ol, .pages ul { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0 0 1.25rem; padding: 0 }
    .pages a {
      display: block; min-width: 2.2rem; padding: .25rem .55rem; text-align: center; text-decoration: none;
      background: var(--sheet); border: 1px solid var(--line); border-radius: .4rem;
    }
    .pages a[aria-current] { background: var(--here); border-color: var(--link); color: var(--ink); font-weight: 650 }
    .around { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin-top: 1.25rem }

    .directory li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .9rem }
    .directory .name { flex: 1 1 16rem; min-width: 0 }
    .directory .name a { font-weight: 550; text-decoration: none }
    .directory .name a:hover { text-decoration: underline }
    .directory .count { flex: 0 0 7.5rem; text-align: end }
    .directory .count + * { flex: 0 0 6.5rem; text-align: end }
    .months { columns: 3 16rem; column-gap: 0; border: 0; background: none; border-radius: 0 }
    .months li { display: flex; justify-content: space-between; gap: 1rem; break-inside: avoid; border: 0; border-bottom: 1px solid var(--line) }

    .facts { margin: .75rem 0 0; display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .3rem 1rem }
    .facts dt { color: var(--soft) }
    .facts dd { margin: 0 }
    .message .facts { padding-bottom: 1.25rem }
    .message > .body { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: 1.5rem }
    .text { white-space: pre-wrap; unicode-bidi: plaintext; max-width: 46rem; tab-size: 4 }
    .text + .text, .text + details, details + .text, details + details { margin-top: 1em }
    .signature { color: var(--soft); font-size: .93rem }
    blockquote.text { margin: 1em 0 0; padding: .5rem 1rem; background: var(--quote); border-inline-start: 3px solid var(--line); border-radius: .25rem; font-size: .95rem }
    .body > :first-child, .quoted > blockquote.text { margin-top: 0 }
    .quoted { max-width: 46rem }
    .quoted > summary { color: var(--soft); font-size: .9rem; cursor: pointer; padding: .2rem 0; width: fit-content }
    .attached { margin-top: 1.25rem; padding-inline-start: 1rem; border-inline-start: 3px solid var(--link) }
    .attached .head { color: var(--soft); margin: 0 0 .6rem }
    .depth2 { margin-inline-start: 1rem } .depth3 { margin-inline-start: 2rem } .depth4 { margin-inline-start: 3rem }
    .cut { margin: 1rem 0 0; padding: .6rem 1rem; background: var(--quote); border-radius: .4rem }
    .activity { background: var(--sheet); border: 1px solid var(--line); border-inline-start: 4px solid var(--in); border-radius: .6rem; padding: 1rem 1.5rem; margin-bottom: 1.25rem }
    .activity h2, .activity .facts { margin: 0; padding: 0 }
    .activity .facts { margin-top: .5rem }
    .cancelled .subject { text-decoration: line-through }
    .activity.cancelled { border-inline-start-color: var(--warn) }
    .state { color: var(--warn); font-weight: 600 }
    .filelist li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; justify-content: space-between }

    .tree, .tree ul { list-style: none; margin: 0; padding: 0 }
    .tree ul { padding-inline-start: 2rem }
    .tree li { position: relative; padding-top: .5rem }
    .tree ul > li::before, .tree ul > li::after {
      content: ""; position: absolute; inset-inline-start: -1.2rem; border: 0 solid var(--line);
    }
    .tree ul > li::before { top: 1.9rem; width: 1.2rem; border-top-width: 2px }
    .tree ul > li::after { top: 0; bottom: 0; border-inline-start-width: 2px }
    .tree ul > li:last-child::after { bottom: auto; height: 2rem }
    .tree .node {
      background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: .5rem 1rem;
      display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .8rem; position: relative;
    }
    .tree .node:hover { background: var(--here) }
    .tree time { color: var(--soft); font-size: .9rem; margin-inline-start: auto }
    .tree .subject { font-weight: 550; text-decoration: none }
    .tree .subject:hover { text-decoration: underline }
    .tree .who { white-space: normal }

    .agenda li { display: grid; grid-template-columns: 9rem 7rem minmax(0, 1fr); gap: 0 1rem; align-items: baseline }
    .agenda .hours { color: var(--soft) }
    .agenda .what { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline }
    .agenda .subject { font-weight: 550; text-decoration: none }
    .agenda a.subject:hover { text-decoration: underline }
    .task .subject::before { content: "☐ "; font-weight: 400 }

    figure { margin: 1rem 0 0; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; overflow-x: auto }
    figcaption { color: var(--soft); font-size: .9rem; margin-bottom: .5rem }
    figcaption .in, figcaption .out { margin-inline-start: 1rem; white-space: nowrap }
    figcaption .in::before, figcaption .out::before { content: "■ " }
    figcaption .in::before { color: var(--in) } figcaption .out::before { color: var(--out) }
    svg { display: block }
    .chart { width: 100%; min-width: 40rem; height: auto }
    .chart text { fill: var(--soft); font-size: 12px }
    .chart .grid { stroke: var(--line); stroke-width: 1 }
    .chart .axis { stroke: var(--soft); stroke-width: 1 }
    .barin { fill: var(--in) } .barout { fill: var(--out) }
    table { border-collapse: collapse; width: 100% }
    caption { text-align: start; color: var(--soft); padding-bottom: .4rem }
    th, td { padding: .35rem .75rem .35rem 0; text-align: end; border-top: 1px solid var(--line) }
    thead td { border-top: 0 }
    thead th { border-top: 0; color: var(--soft); font-weight: 500 }
    th:first-child { text-align: start; font-weight: 500; overflow-wrap: anywhere }
    .bars td:nth-child(2) { width: 45% }
    .bars svg { width: 100%; height: .8rem }
    .figures { margin-top: .75rem }
    .figures summary { color: var(--link); cursor: pointer; width: fit-content }

    @media (max-width: 44rem) {
      .top { padding-bottom: .25rem }
      .home { width: 100%; padding-bottom: 0 }
      .top nav { margin-inline: -.3rem }
      .top ul { gap: 0 }
      .top li a { padding: .5rem .3rem .35rem; font-size: .85rem }
      main { padding-block: 1.25rem 2rem }
      h1 { font-size: 1.35rem }
      .mail li, .mail.times li { grid-template-columns: 1.1rem minmax(0, 1fr) auto; padding: .65rem .9rem }
      .mail time { grid-column: 3; grid-row: 1 }
      .mail .way { grid-column: 1; grid-row: 1 }
      .mail .who { grid-column: 2; grid-row: 1 }
      .mail .what { grid-column: 2 / 4; grid-row: 2 }
      .mail .record { grid-column: 2 / 4; grid-row: 3; justify-self: start; margin-top: .2rem }
      .facts { grid-template-columns: minmax(0, 1fr); gap: 0 }
      .facts dd { margin-bottom: .6rem }
      .message > .body { padding: 1rem; margin-inline: -.5rem }
      .tree ul { padding-inline-start: .9rem }
      .tree ul > li::before, .tree ul > li::after { inset-inline-start: -.6rem }
      .tree ul > li::before { width: .6rem }
      .tree time { margin-inline-start: 0 }
      .agenda li { grid-template-columns: minmax(0, 1fr) auto }
      .agenda .what { grid-column: 1 / 3 }
      .directory .count, .directory .count + * { flex: 0 0 auto }
    }
    @media print {
      :root {
        --page: #ffffff; --sheet: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --link: #000000;
        --here: #ffffff; --in: #0c6a4a; --out: #8f4508; --warn: #000000; --warnback: #ffffff; --quote: #f4f4f4;
      }
      html { font-size: 10.5pt }
      .top nav, .skip, .filter, .pages, .around, .feed, .figures:not([open]) { display: none }
      .top, main, .end { padding-inline: 0 }
      .mail li, .directory li, .agenda li, .tree .node, figure { break-inside: avoid }
      .message > .body { border: 0; padding: 0 }
      h2, h3 { break-after: avoid }
    }

    """
}
