extension ArchiveAssets {
  /// What the pages do beside standing there: times in the reader's form and zone, and a box for filtering.
  ///
  /// It fetches nothing, keeps nothing, and makes no markup of any text.
  static let script = """
    "use strict";
    (() => {
      const forms = {
        day: { day: "numeric", month: "short", year: "numeric" },
        moment: { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" },
        full: {
          weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric",
          minute: "2-digit", timeZoneName: "short",
        },
      };
      for (const name in forms) {
        const format = new Intl.DateTimeFormat(undefined, forms[name]);
        for (const time of document.querySelectorAll(`time[data-form=${name}]`)) {
          const moment = new Date(time.dateTime);
          if (!isNaN(moment)) time.textContent = format.format(moment);
        }
      }

      const least = 10;
      const plain = text => text.normalize("NFKD").replace(/\\p{M}/gu, "").toLowerCase();
      for (const list of document.querySelectorAll("ul[data-filter]")) {
        const rows = [...list.children];
        if (rows.length < least) continue;
        const words = rows.map(row => plain(
          row.textContent + " " + [...row.querySelectorAll("[title]")].map(part => part.title).join(" ")));
        const box = document.createElement("div");
        box.className = "filter";
        box.setAttribute("role", "search");
        box.setAttribute("aria-label", list.dataset.filter);
        const label = document.createElement("label");
        label.textContent = list.dataset.filter;
        const input = document.createElement("input");
        input.type = "search";
        input.autocomplete = "off";
        input.spellcheck = false;
        const count = document.createElement("output");
        label.htmlFor = input.id = "filter-" + list.dataset.name;
        count.htmlFor = input.id;
        input.addEventListener("input", () => {
          const wanted = plain(input.value).split(/\\s+/).filter(Boolean);
          let shown = 0;
          rows.forEach((row, place) => {
            row.hidden = !wanted.every(word => words[place].includes(word));
            if (!row.hidden) shown++;
          });
          count.value = wanted.length ? `${shown} of ${rows.length} on this page` : "";
        });
        input.addEventListener("keydown", event => {
          if (event.key !== "Escape" || !input.value) return;
          input.value = "";
          input.dispatchEvent(new Event("input"));
          event.preventDefault();
        });
        box.append(label, input, count);
        list.before(box);
      }
    })();

    """
}
