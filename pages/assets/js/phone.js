// What phones need: the site as an app, with a worker that answers when there is no connection; and filters that make
// room until somebody asks for them.
(() => {
  const wide = matchMedia("(min-width: 600px)");
  let open = false;
  function fit() {
    for (const more of document.querySelectorAll(".gs-more")) more.open = wide.matches || open;
  }
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.(".gs-more") && !wide.matches) ({ open } = target);
  }, true);
  wide.addEventListener("change", fit);
  addEventListener("DOMContentLoaded", () => {
    fit();
    new MutationObserver(fit).observe(document.querySelector(".gs-view") ?? document.body, { childList: true });
  });
  addEventListener("load", () => {
    navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
    // The page without a connection is the same for everybody: it learns here in which look it is read.
    try {
      const root = document.documentElement;
      const dark = document.querySelector("meta[name=color-scheme]").content;
      localStorage.gsLook = JSON.stringify({ lang: root.lang.slice(0, 2), dark, large: root.classList.contains("gs-large") });
    } catch { /* storage is closed: it follows the device */ }
  });
})();
