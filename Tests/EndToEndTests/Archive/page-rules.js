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
  const viewport = document.querySelector("meta[name=viewport]");
  if (!viewport) say("no viewport");
  else if (/user-scalable|maximum-scale/.test(viewport.content)) say("nobody may zoom", viewport);
  if (document.querySelector("meta[http-equiv=refresh i]")) say("the page does not stay");
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
  for (const part of document.body.children) {
    if (!part.matches("header, main, footer, a.skip")) say("in no landmark", part);
  }
  // Those of one kind are told apart by their names.
  const nameOf = part => part.getAttribute("aria-label") ??
    (part.getAttribute("aria-labelledby") ?? "").split(" ")
      .map(id => document.getElementById(id)?.textContent.trim() ?? "").join(" ");
  const landmarks = new Set();
  for (const part of all("nav, section[aria-labelledby], [role=search]")) {
    const landmark = (part.getAttribute("role") ?? part.localName) + " " + nameOf(part);
    if (landmarks.has(landmark)) say("two landmarks of one name", part);
    landmarks.add(landmark);
  }
  for (const nav of all("nav")) if (!nav.getAttribute("aria-label")) say("a nav without a name", nav);
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
  for (const item of all("li")) if (!item.parentElement.matches("ul, ol")) say("an item of no list", item);
  for (const item of all("dt, dd")) if (!item.parentElement.matches("dl")) say("an item of no list", item);
  for (const part of all("details")) {
    if (part.firstElementChild?.localName !== "summary") say("details without a summary", part);
  }
  for (const part of all("section[aria-labelledby], figure, table")) {
    if (part.localName === "table" && !part.caption && !part.closest("figure")) say("no caption", part);
    if (part.localName === "figure" && !part.querySelector("figcaption")) say("no caption", part);
  }
  for (const cell of all("th")) {
    if (!["row", "col"].includes(cell.scope)) say("a heading of no cells", cell);
    if (!text(cell)) say("a heading without words", cell);
  }
  for (const table of all("table")) {
    for (const row of table.tBodies[0]?.rows ?? []) {
      if (row.cells[0].localName !== "th") say("a row without a heading", row);
      if (table.tHead && row.cells.length !== table.tHead.rows[0].cells.length) {
        say("a cell without a heading", row);
      }
    }
  }

  // Names.
  for (const link of all("a, summary")) if (!text(link)) say("a link without a name", link);
  for (const picture of all("img, input[type=image], area")) {
    if (!picture.hasAttribute("alt")) say("a picture without words", picture);
  }
  const reached = "a[href], summary, input, button, select, textarea, [tabindex]";
  for (const part of all(reached)) {
    if (part.closest("[aria-hidden=true]")) say("hidden, and reached by the keyboard", part);
    if (part.matches("a, summary") && part.querySelector(reached)) say("a link in a link", part);
  }
  for (const part of all("[role]")) {
    if (!["img", "search"].includes(part.getAttribute("role"))) say("a role of no part of ours", part);
  }
  for (const part of all("[aria-current]")) {
    if (part.getAttribute("aria-current") !== "page") say("no current page", part);
  }
  for (const part of all("[dir]")) {
    if (!["auto", "ltr", "rtl"].includes(part.getAttribute("dir"))) say("a direction that is none", part);
  }
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

  // Who has no mouse scrolls what is scrolled (2.1.1).
  for (const part of all("body *")) {
    const style = getComputedStyle(part);
    const isScrolled = ["auto", "scroll"].includes(style.overflowX) && part.scrollWidth > part.clientWidth + 1
      || ["auto", "scroll"].includes(style.overflowY) && part.scrollHeight > part.clientHeight + 1;
    if (isScrolled && isShown(part) && !part.matches(reached) && !part.querySelector(reached)) {
      say("scrolled by the mouse alone", part);
    }
  }

  // Links in a sentence are told by more than their colour (1.4.1).
  for (const link of all("p a, .text a")) {
    const around = link.closest("p, .text");
    const style = getComputedStyle(link);
    if (text(around) === text(link) || !isShown(link) || style.color === getComputedStyle(around).color) continue;
    if (!style.textDecorationLine.includes("underline")) say("a link told by its colour alone", link);
  }

  // What one points at is 24 pixels wide and high, or so far from what else there is (2.5.8); links in a line
  // of text are as high as that, and on paper nobody points.
  const targets = all("a[href], summary, input")
    .filter(part => isShown(part) && !matchMedia("print").matches)
    .map(part => {
      const box = part.getBoundingClientRect();
      const isSmall = (box.width < 23.5 || box.height < 23.5) && getComputedStyle(part).display !== "inline";
      return { part, box, isSmall };
    });
  const centre = box => [box.x + box.width / 2, box.y + box.height / 2];
  for (const small of targets.filter(target => target.isSmall)) {
    const [x, y] = centre(small.box);
    for (const other of targets) {
      if (other === small) continue;
      const [left, top] = [other.box.left - x, other.box.top - y].map(side => Math.max(0, side));
      const [right, bottom] = [x - other.box.right, y - other.box.bottom].map(side => Math.max(0, side));
      const isNear = Math.hypot(Math.max(left, right), Math.max(top, bottom)) < 12;
      const [otherX, otherY] = centre(other.box);
      if (isNear || other.isSmall && Math.hypot(otherX - x, otherY - y) < 24) {
        say("too small to point at", small.part);
        break;
      }
    }
  }

  // Contrast of texts (1.4.3) and of what a picture shows (1.4.11), as they are shown.
  const light = colour => {
    const [r, g, b] = colour.map(part => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = colour => colour.match(/[\d.]+/g).map(Number);
  const seen = new Map();
  for (const part of all("body, body *")) {
    if (getComputedStyle(part).opacity !== "1") say("faded", part);
    const isBar = part.matches("svg rect[class]");
    const hasText = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!hasText && !isBar || !isShown(part) || part.closest(".hidden, svg title, svg desc")) continue;
    const style = getComputedStyle(part);
    const ink = part.closest("svg") ? style.fill : style.color;
    let back = part;
    while (back && parts(getComputedStyle(back).backgroundColor)[3] === 0) back = back.parentElement;
    const behind = back ? getComputedStyle(back).backgroundColor : "rgb(255, 255, 255)";
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    const pair = ink + " on " + behind;
    if (!seen.has(pair)) {
      const [one, other] = [light(parts(ink)), light(parts(behind))];
      seen.set(pair, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
    }
    if (seen.get(pair) < (isLarge || isBar ? 3 : 4.5)) say("too little contrast, " + pair, part);
  }
  if (!seen.size) say("there is no text");
  return [...new Set(wrong)].slice(0, 20);
})()
