// The site as an app: a worker that answers when there is no connection, and what its page needs to know.
(() => {
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
