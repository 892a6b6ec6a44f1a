// What is shown while an answer takes its time: the outline of the page that comes, never for quick answers.
(() => {
  const PATIENCE = 150;  // ms; before that a change would only flicker
  const SHAPES = [
    [/^\/(stats|dashboard)$/, "figures", 5],
    [/^\/(needs|offers|users|admin\/users|admin\/residents)\/\d+$/, "detail", 3],
    [/\/(new|edit|settings)$|^\/(login|register|profile)|^\/password\//, "form", 6],
  ];
  let timer = 0;
  let there = location.pathname;  // what is shown now

  const path = (url) => url.split(/[?#]/)[0];

  function clear() {
    clearTimeout(timer);
    document.querySelector(".gs-outline")?.remove();
    document.getElementById("gs-main")?.removeAttribute("aria-busy");
  }

  // In a row that scrolls sideways, what is chosen must not begin out of sight, nor where the row fades.
  const FADE = 32;  // px
  function inSight() {
    for (const chosen of document.querySelectorAll(".gs-desk-nav [aria-current], .gs-tabs2 [aria-current], .gs-filters.scroll [aria-pressed=true]")) {
      const row = chosen.closest("nav");
      if (chosen.getBoundingClientRect().right + FADE <= row.getBoundingClientRect().right) continue;
      row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
    }
  }

  function show(url) {
    const main = document.getElementById("gs-main");
    if (!main) return;
    main.setAttribute("aria-busy", "true");
    if (path(url) === there) return;  // another part of the same list: it stays in sight, and pale
    const [, shape, pieces] = SHAPES.find(([pattern]) => pattern.test(path(url))) ?? [null, "list", 6];
    const outline = document.createElement("div");
    outline.className = `gs-wrap gs-outline gs-outline--${shape}`;
    outline.setAttribute("aria-hidden", "true");
    for (let i = 0; i <= pieces; i++) outline.append(document.createElement("i"));
    main.append(outline);
    scrollTo(0, 0);
  }

  window.gsWait = (url) => {
    clear();
    timer = setTimeout(show, PATIENCE, url);
  };
  window.gsWaited = () => {
    clear();
    there = location.pathname;
    inSight();
  };
  addEventListener("DOMContentLoaded", inSight);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) clear(); });  // back from a page that was waited for
})();
