// Service worker: answers with the offline page when a page cannot be loaded. Nothing else is cached, least of all a
// member's data. VERSION is set by pages/shell/pwa.py, in a line before this file.
(() => {
  const CACHE = `gs-${VERSION}`;
  const OFFLINE = "/offline";

  async function install() {
    const cache = await caches.open(CACHE);
    await cache.add(new Request(OFFLINE, { cache: "no-store", credentials: "omit" }));
  }

  async function activate() {
    for (const name of await caches.keys()) {
      if (name.startsWith("gs-") && name !== CACHE) await caches.delete(name);
    }
    await registration.navigationPreload?.enable(); // the page is requested while this worker starts
    await clients.claim();
  }

  async function respond(event) {
    try {
      return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch (error) {
      const page = await caches.match(OFFLINE, { ignoreVary: true });
      if (page) return page;
      throw error;
    }
  }

  addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(install());
  });
  addEventListener("activate", (event) => event.waitUntil(activate()));
  addEventListener("fetch", (event) => {
    if (event.request.mode === "navigate" && event.request.method === "GET") event.respondWith(respond(event));
  });
})();
