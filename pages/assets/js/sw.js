// The service worker: when a page cannot be loaded for want of a connection, it shows the one page that it keeps.
// Nothing else is kept here, least of all what belongs to a member. VERSION stands above, written by pages/shell/pwa.py.
const KEPT = `gs-${VERSION}`;
const OFFLINE = "/offline";

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(new Request(OFFLINE, { cache: "no-store", credentials: "omit" }))));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("gs-") && name !== KEPT) await caches.delete(name);
    await registration.navigationPreload?.enable();  // the page is asked for while this program starts
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode !== "navigate" || request.method !== "GET") return;
  event.respondWith((async () => {
    try {
      return await event.preloadResponse ?? await fetch(request);
    } catch (error) {
      const page = await caches.match(OFFLINE, { ignoreVary: true });
      if (page) return page;
      throw error;
    }
  })());
});
