"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  // Long parts wait as data until they are opened.
  let waiting = null;
  let printing = false; // then all is open, and what is left out stays so
  const bodies = () => (waiting ??= JSON.parse(one("#bodies").textContent));
  const fill = (root) => {
    for (const place of all(":scope > .inside > [data-body]", root)) {
      const made = document.createRange().createContextualFragment(bodies()[+place.dataset.body]);
      place.replaceWith(made);
    }
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.tagName === "DETAILS" && event.target.open && !printing) fill(event.target);
  }, true);

  // Brings what waits into its place, and what that waits in before it.
  const bring = (number) => {
    const mark = `data-body="${number}"`;
    const around = bodies().findIndex((body) => body.includes(mark));
    if (around >= 0) bring(around);
    const place = one(`[data-body="${number}"]`);
    if (place) { place.closest("details").open = true; fill(place.closest("details")); }
  };

  // A link into something closed opens it.
  const reveal = (id) => {
    if (!id) return;
    try { id = decodeURIComponent(id); } catch { return; }
    if (!document.getElementById(id)) {
      const number = bodies().findIndex((body) => body.includes(` id="${id}"`));
      if (number >= 0) bring(number);
    }
    const aim = document.getElementById(id);
    if (!aim) return;
    for (let at = aim; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; fill(at); }
    }
    aim.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", () => reveal(location.hash.slice(1)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return;
    const wanted = link.dataset.show;
    if (wanted) { sorts.clear(); sorts.add(wanted); press(); apply(); }
    else if (document.getElementById(link.hash.slice(1))?.closest(".item[hidden]")) clear();
    if (link.hash === location.hash) reveal(link.hash.slice(1));
  });

  // Theme: as the system has it, or as it was chosen.
  const themes = ["", "light", "dark"];
  const names = { "": "as the system has it", light: "light", dark: "dark" };
  const signs = { "": "◐", light: "☀", dark: "☾" };
  const stored = () => { try { return localStorage.getItem("gsd-run-theme") || ""; } catch { return ""; } };
  const button = one("#theme");
  const show = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    button.setAttribute("aria-label", `Theme: ${names[theme]}`);
    button.firstElementChild.textContent = signs[theme];
  };
  let theme = themes.includes(stored()) ? stored() : "";
  show(theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    try { localStorage.setItem("gsd-run-theme", theme); } catch { /* a page without a place to keep it */ }
  });

  // Search and filters.
  const input = one("#find");
  const found = one("#found");
  const sorts = new Set();
  const fates = new Map(); // a table of tests: what is shown of it
  const texts = new Map();
  const markup = (number) => bodies()[+number].replace(/data-body="(\d+)">/g, (mark, inner) => `${mark}${markup(inner)}`);
  const textOf = (item) => {
    if (!texts.has(item)) {
      const kept = all("[data-body]", item).map((place) => markup(place.dataset.body).replace(/<[^>]*>/g, ""));
      const plain = kept.join("\n").replace(/&(lt|gt|amp|quot|#34|#39|#x27);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"', "#34": '"' })[name] ?? "'");
      texts.set(item, `${item.textContent}\n${plain}`.toLowerCase());
    }
    return texts.get(item);
  };
  const items = all(".item");
  const press = () => {
    for (const chip of all(".chip")) chip.setAttribute("aria-pressed", String(sorts.has(chip.dataset.sort)));
  };
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const count = { claim: 0, stage: 0, row: 0 };
    for (const item of items) {
      const sort = item.dataset.sort;
      const fate = item.dataset.fate;
      const chosen = fate && fates.get(item.closest(".suite"));
      let fits = !(sort && sorts.size && !sorts.has(sort)) && !(chosen && chosen.size && !chosen.has(fate));
      if (fits && words.length) { const text = textOf(item); fits = words.every((word) => text.includes(word)); }
      item.hidden = !fits;
      if (fits) count[sort ? "claim" : item.matches(".stage") ? "stage" : "row"] += 1;
    }
    for (const group of all(".group")) group.hidden = !all(".claim", group).some((item) => !item.hidden);
    for (const none of all(".nothing")) {
      const own = all(".item", none.parentElement);
      none.hidden = !own.length || own.some((item) => !item.hidden);
    }
    const active = words.length || sorts.size;
    const told = [[count.claim, "claim"], [count.stage, "stage"], [count.row, "row"]]
      .filter(([n], at) => at === 0 || words.length).map(([n, name]) => `${n} ${name}${n === 1 ? "" : "s"}`);
    found.textContent = active ? `Showing ${told.join(", ")}. Escape shows all.` : "";
  };
  const clear = () => { input.value = ""; sorts.clear(); fates.clear(); press();
    for (const chip of all(".fate-chip")) chip.setAttribute("aria-pressed", "false"); apply(); };
  const later = (() => { let timer; return () => { clearTimeout(timer); timer = setTimeout(apply, 80); }; })();
  input.addEventListener("input", later);
  for (const chip of all(".chip")) {
    chip.addEventListener("click", () => {
      const sort = chip.dataset.sort;
      if (!sorts.delete(sort)) sorts.add(sort);
      press();
      apply();
      const section = one(".claims");
      if (sorts.size && section && section.getBoundingClientRect().top > innerHeight) section.scrollIntoView();
    });
  }
  document.addEventListener("click", (event) => {
    const chip = event.target.closest?.(".fate-chip");
    if (!chip) return;
    const suite = chip.closest(".suite");
    const chosen = fates.get(suite) ?? new Set();
    if (!chosen.delete(chip.dataset.fate)) chosen.add(chip.dataset.fate);
    fates.set(suite, chosen);
    chip.setAttribute("aria-pressed", String(chosen.has(chip.dataset.fate)));
    apply();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === "Escape" && (input.value || sorts.size || fates.size)) clear();
  });

  // On paper everything is open. What waits comes as far as it fits on some hundreds of sheets;
  // in place of the rest stands that it is left out.
  const PAPER = 1_000_000; // characters of markup
  let opened = [];
  let leftOut = [];
  addEventListener("beforeprint", () => {
    printing = true;
    let left = PAPER;
    for (let places = all("[data-body]"); places.length;) {
      const [place, ...rest] = places;
      const body = bodies()[+place.dataset.body];
      places = rest;
      if (body.length > left) { leftOut.push([place, place.textContent]); continue; }
      left -= body.length;
      const made = document.createRange().createContextualFragment(body);
      places.unshift(...all("[data-body]", made));
      place.replaceWith(made);
    }
    for (const [place] of leftOut) place.textContent = "Left out on paper: there is too much of it. What is opened before printing is printed.";
    opened = all("details:not([open])");
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
    for (const [place, text] of leftOut) place.textContent = text;
    leftOut = [];
    printing = false;
  });

  reveal(location.hash.slice(1));
})();
