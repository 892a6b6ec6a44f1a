// Skeleton screen: the outline of the page that is being loaded, never shown for quick answers.
(() => {
  const DELAY = 150; // ms; before that a change would only flicker
  const SHAPES = [
    [/^\/(stats|dashboard)$/, "figures", 5],
    [/^\/(needs|offers|users|admin\/users|admin\/residents)\/\d+$/, "detail", 3],
    [/\/(new|edit|settings)$|^\/(login|register|profile)|^\/password\//, "form", 6],
  ];
  const FADE = 32; // px; the edge of a scrolling row that fades out
  const CURRENT = ".gs-desk-nav [aria-current], .gs-tabs2 [aria-current], .gs-filters.gs-scroll [aria-pressed=true]";
  let timer = 0;
  let shownPath = location.pathname;

  const pathOf = (url) => url.split(/[?#]/)[0];

  function clear() {
    clearTimeout(timer);
    document.querySelector(".gs-outline")?.remove();
    document.getElementById("gs-main")?.removeAttribute("aria-busy");
  }

  // Scrolls rows of tabs and filters so that the current one is visible.
  function revealCurrent() {
    for (const current of document.querySelectorAll(CURRENT)) {
      const row = current.closest("nav");
      if (current.getBoundingClientRect().right + FADE <= row.getBoundingClientRect().right) continue;
      row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
    }
  }

  function show(url) {
    const main = document.getElementById("gs-main");
    if (!main) return;
    main.setAttribute("aria-busy", "true");
    if (pathOf(url) === shownPath) return; // another part of the same list: it stays visible, dimmed
    const [, shape, pieces] = SHAPES.find(([pattern]) => pattern.test(pathOf(url))) ?? [null, "list", 6];
    const outline = document.createElement("div");
    outline.className = `gs-wrap gs-outline gs-outline--${shape}`;
    outline.setAttribute("aria-hidden", "true");
    for (let i = 0; i <= pieces; i++) outline.append(document.createElement("i"));
    main.append(outline);
    scrollTo(0, 0);
  }

  function start(url) {
    clear();
    timer = setTimeout(show, DELAY, url);
  }

  function finish() {
    clear();
    shownPath = location.pathname;
    revealCurrent();
  }

  addEventListener("DOMContentLoaded", revealCurrent);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) clear(); // restored from the back/forward cache while a page was loading
  });

  gs.loading = { start, finish };
})();
