// Client-side navigation: a page of the site is requested over the websocket and replaces the content in place. Links
// stay plain links: without a websocket, or after an error here, the browser follows them.
(() => {
  const TIMEOUT = 8000; // ms; then the page is loaded by the browser
  let sequence = 0; // number of the latest request; answers to earlier ones are ignored
  let timer = 0;
  let staysInList = false; // another part of the same list, shown at the same scroll position
  let afterLoad = null; // called once the next page is shown; returns whether it took the focus
  let scrollTarget = null; // scroll position of the page that is returned to
  let shown = location.pathname + location.search;
  let index = history.state?.at ?? 0; // position in this tab's history
  let ignorePopstate = false; // the next popstate event comes from this script

  const isConnected = () => window.socket?.connected && window.did_handshake;

  // Other paths of the site are answered by the server itself, which lists them in the head (pages/core/js.py).
  function isPage(url) {
    const serverPaths = document.querySelector("meta[name=gs-server-paths]")?.content.split(" ") ?? [];
    return url.origin === location.origin && !serverPaths.includes(url.pathname.split("/")[1]);
  }

  // The address of a path on this site. A path such as //host would otherwise be the address of another site.
  const ownAddress = (path) => new URL(location.origin + path);

  function load(address) {
    gs.unsaved.clear();
    if (address === location.pathname + location.search + location.hash) location.reload();
    else location.href = ownAddress(address);
  }

  function request(url, hash) {
    if (!isConnected()) {
      load(url + hash);
      return;
    }
    const n = ++sequence;
    clearTimeout(timer);
    timer = setTimeout(() => {
      gs.unsaved.clear();
      location.reload();
    }, TIMEOUT);
    emitEvent("gs_nav", { url, n });
    gs.loading.start(url);
  }

  function open(address, { stay = false, replace = false } = {}) {
    const own = ownAddress(address);
    const { pathname, search, hash } = own;
    const url = pathname + search;
    history.replaceState({ ...history.state, y: scrollY }, "");
    if (isConnected()) {
      if (replace || (url === shown && hash !== location.hash)) history.replaceState({ at: index }, "", own);
      else if (url !== shown) history.pushState({ at: ++index }, "", own);
      shown = url;
    }
    scrollTarget = stay ? scrollY : null;
    staysInList = stay;
    if (stay) gs.scroll.lock();
    request(url, hash);
  }

  // aria-current for the links of the site's menus.
  function markCurrent() {
    for (const link of document.querySelectorAll("[data-nav]")) {
      // An entry may also be the current one for pages without an entry: data-nav lists their paths.
      const paths = [new URL(link.href).pathname, ...link.dataset.nav.split(" ").filter(Boolean)];
      const isCurrent = (path) =>
        location.pathname === path || (path !== "/" && location.pathname.startsWith(`${path}/`));
      if (paths.some(isCurrent)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  // Called by the server. `replace`: the page must not be returned to, such as a form that has been submitted.
  function go(url, replace = false) {
    gs.unsaved.clear();
    open(url, { replace });
  }

  // Like a click on a link to `url`.
  function follow(url, then) {
    gs.unsaved.confirm(() => {
      afterLoad = then;
      open(url);
    });
  }

  // Called by the server: a full page load in place of this page.
  function replace(url) {
    if (gs.forms.isSubmitting()) return;
    gs.unsaved.clear();
    location.replace(ownAddress(url));
  }

  // Called by the server: the page of request `n` is shown.
  function loaded(n) {
    if (n !== sequence) return;
    clearTimeout(timer);
    gs.loading.finish();
    gs.focus.clear();
    markCurrent();
    requestAnimationFrame(() => {
      gs.scroll.unlock();
      scrollTo(0, scrollTarget ?? 0);
      const then = afterLoad;
      afterLoad = null;
      if (then?.()) return;
      const target = scrollTarget === null && gs.focus.targetOf(location.hash);
      if (target) {
        gs.focus.jump(target);
        return;
      }
      const first = staysInList && document.querySelector(".gs-needs .gs-need-title");
      (first || document.getElementById("gs-h1"))?.focus({ preventScroll: true });
    });
  }

  gs.navigation = { go, follow, replace, loaded, isPage };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.hasAttribute("data-full")) return;
    const url = new URL(link.href, location.href);
    if (!isPage(url)) return;
    if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
    event.preventDefault();
    const stay = link.hasAttribute("data-stay");
    gs.unsaved.confirm(() => open(url.pathname + url.search + url.hash, { stay }));
  });

  addEventListener("popstate", (event) => {
    const to = location.pathname + location.search;
    const target = event.state?.at;
    if (ignorePopstate) {
      ignorePopstate = false;
      return;
    }
    if (to === shown) {
      // a jump within the page, to a heading
      if (target === undefined) history.replaceState({ at: ++index }, "");
      else index = target;
    } else if (gs.unsaved.isDirty() && target !== undefined) {
      const steps = target - index;
      ignorePopstate = true;
      history.go(-steps);
      gs.unsaved.confirm(() => history.go(steps));
    } else {
      gs.unsaved.clear();
      [index, shown, scrollTarget, staysInList] = [target ?? 0, to, event.state?.y ?? null, false];
      request(to, location.hash);
    }
  });

  // Plotly still asks a chart that has just been removed to fit its container.
  addEventListener("unhandledrejection", (event) => {
    if (/displayed plot div/.test(event.reason?.message)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => emitEvent("gs_hidden", document.hidden));
  addEventListener("DOMContentLoaded", () => {
    if (document.hidden) emitEvent("gs_hidden", true);
    history.scrollRestoration = "manual";
    history.replaceState({ ...history.state, at: index }, "");
    markCurrent(); // the page is built by scripts that have run before this event
  });
})();
