// Scroll position while the content of a page is replaced. For a moment the page is empty, and without a fixed height
// what is left would slide up and show the top of the page.
(() => {
  const TIMEOUT = 8000; // ms; no update arrived
  let timer = 0;

  function unlock() {
    clearTimeout(timer);
    document.getElementById("gs-main")?.style.removeProperty("min-height");
    document.documentElement.style.removeProperty("overflow-anchor");
  }

  function lock() {
    const main = document.getElementById("gs-main");
    if (!main) return;
    main.style.minHeight = `${main.offsetHeight}px`;
    document.documentElement.style.overflowAnchor = "none";
    clearTimeout(timer);
    timer = setTimeout(unlock, TIMEOUT);
  }

  gs.scroll = { lock, unlock };
})();
