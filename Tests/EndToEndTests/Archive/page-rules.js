// What is wrong with a page of an archive, as a list of sentences: the rules for people who hear a page,
// use no mouse or see little (WCAG 2.2 A and AA, as far as a program can tell), and what no page of ours
// holds. Evaluated in the page.
(() => {
  const wrong = [];
  const say = (rule, part) =>
    wrong.push(rule + (part ? ": " + part.outerHTML.slice(0, 160) : ""));
  const all = selector => [...document.querySelectorAll(selector)];
  const isShown = part => part.checkVisibility({ contentVisibilityAuto: true });
  const text = part => part.textContent.trim();

  // Nothing but our own elements and attributes.
  const ours = new Set(("html head meta title link script body a header nav ul ol li main footer p h1 h2 " +
    "h3 bdi span time dl div dt dd section article details summary blockquote svg rect line text desc " +
    "figure figcaption table caption thead tbody tr th td label input output").split(" "));
  const allowed = new Set(("lang charset http-equiv content name rel href type title class dir id src " +
    "defer aria-label aria-current aria-labelledby aria-hidden tabindex datetime data-form data-name " +
    "data-filter download referrerpolicy scope reversed role viewBox preserveAspectRatio width height x " +
    "y x1 x2 y1 y2 text-anchor hidden open for autocomplete spellcheck").split(" "));
  for (const part of all("*")) {
    if (!ours.has(part.localName)) say("not an element of ours", part);
    for (const { name } of part.attributes) {
      if (!allowed.has(name)) say("not an attribute of ours, " + name, part);
    }
  }
  for (const link of all("a")) {
    const isWeb = ["http:", "https:", "mailto:"].includes(link.protocol);
    const isHere = new URL(link.href).origin === location.origin && link.protocol === location.protocol;
    if (!isHere && !isWeb) say("a link that is none", link);
    if (link.getAttribute("href").match(/^[a-z]+:/i)) {
      if (link.rel !== "noopener noreferrer nofollow") say("a link that tells where it is", link);
      if (link.referrerPolicy !== "no-referrer") say("a link that tells where it is", link);
    }
  }
  if (all("script").length !== 1 || text(all("script")[0])) say("not one script");

  // Structure.
  const root = document.documentElement;
  if (root.lang !== "en") say("the page has no language");
  if (!document.title.trim()) say("the page has no title");
  if (!document.querySelector("meta[name=viewport]")) say("no viewport");
  if (all("h1").length !== 1) say("not one first heading");
  let rank = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.localName[1]);
    if (next > rank + 1) say("a heading skips a rank", heading);
    if (!text(heading)) say("an empty heading", heading);
    rank = next;
  }
  for (const landmark of ["main", "body > header", "body > footer", "header nav"]) {
    if (all(landmark).length !== 1) say("not one " + landmark);
  }
  for (const nav of all("nav")) if (!nav.getAttribute("aria-label")) say("a nav without a name", nav);
  const names = all("nav").map(nav => nav.getAttribute("aria-label"));
  if (new Set(names).size !== names.length) say("two navs of one name");
  const skip = document.querySelector("body > a");
  if (!skip || document.querySelector(skip.getAttribute("href")) !== document.querySelector("main")) {
    say("the first link does not skip to the content");
  }
  const ids = all("[id]").map(part => part.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say("an id stands twice, " + id);
  for (const part of all("[aria-labelledby]")) {
    for (const id of part.getAttribute("aria-labelledby").split(" ")) {
      if (!document.getElementById(id)) say("named by nothing", part);
    }
  }
  for (const list of all("ul, ol")) {
    for (const child of list.children) if (child.localName !== "li") say("no item of a list", child);
    if (!list.children.length) say("an empty list", list);
  }
  for (const list of all("dl")) {
    if (!list.children.length) say("an empty list", list);
    [...list.children].forEach((child, place) => {
      if (child.localName !== (place % 2 ? "dd" : "dt")) say("no term with a description", child);
    });
  }
  for (const part of all("section[aria-labelledby], figure, table")) {
    if (part.localName === "table" && !part.caption && !part.closest("figure")) say("no caption", part);
    if (part.localName === "figure" && !part.querySelector("figcaption")) say("no caption", part);
  }
  for (const cell of all("th")) if (!cell.scope) say("a heading of no cells", cell);

  // Names.
  for (const link of all("a, summary")) if (!text(link)) say("a link without a name", link);
  for (const input of all("input")) if (!input.labels.length) say("an input without a label", input);
  for (const picture of all("svg")) {
    const isNamed = picture.getAttribute("role") === "img" && picture.querySelector("title");
    if (!isNamed && picture.getAttribute("aria-hidden") !== "true") say("a picture without a name", picture);
  }
  for (const time of all("time")) {
    if (isNaN(new Date(time.dateTime))) say("a time that is none", time);
  }
  for (const part of all("[lang]")) {
    try { Intl.getCanonicalLocales(part.lang); } catch { say("a language that is none", part); }
  }
  for (const part of all("[tabindex]")) if (part.tabIndex > 0) say("an order of its own", part);

  // The style is there, and nothing is wider than the window.
  if (getComputedStyle(document.body).marginTop !== "0px") say("the style is not there");
  if (root.scrollWidth > root.clientWidth) {
    const wide = all("body *").find(part => part.getBoundingClientRect().right > root.clientWidth + 1
      && isShown(part));
    say("wider than the window", wide);
  }

  // Contrast of texts (1.4.3) as they are shown.
  const light = colour => {
    const [r, g, b] = colour.map(part => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = colour => colour.match(/[\d.]+/g).map(Number);
  const seen = new Map();
  for (const part of all("body *")) {
    const hasText = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!hasText || !isShown(part) || part.closest(".hidden, svg")) continue;
    const style = getComputedStyle(part);
    let back = part;
    while (back && parts(getComputedStyle(back).backgroundColor)[3] === 0) back = back.parentElement;
    const behind = back ? getComputedStyle(back).backgroundColor : "rgb(255, 255, 255)";
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    const pair = style.color + " on " + behind;
    if (!seen.has(pair)) {
      const [one, other] = [light(parts(style.color)), light(parts(behind))];
      seen.set(pair, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
    }
    if (seen.get(pair) < (isLarge ? 3 : 4.5)) say("too little contrast, " + pair, part);
  }
  if (!seen.size) say("there is no text");
  return [...new Set(wrong)].slice(0, 20);
})()
