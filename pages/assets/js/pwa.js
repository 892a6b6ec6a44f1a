// The installed app: registers the service worker, and stores language and colours for its offline page.
(() => {
  addEventListener("load", () => {
    navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
    // The offline page is the same for all readers: this is how it learns in which language and colours to appear.
    try {
      const root = document.documentElement;
      const dark = document.querySelector("meta[name=color-scheme]").content;
      const look = { lang: root.lang.slice(0, 2), dark, large: root.classList.contains("gs-large") };
      localStorage.gsLook = JSON.stringify(look);
    } catch {
      // no storage: the offline page follows the device
    }
  });
})();
