// The websocket connection: a bar says that it is lost and how old the page is, and that it is restored. After a
// restart of the server the page is reloaded.
(() => {
  const DELAY = 1500; // ms; most interruptions are over before a reader notices
  const NOTICE = 4000; // ms
  const RELOAD_INTERVAL = 10000; // ms between two reloads
  const UPLOAD_TIMEOUT = 120000; // ms
  const NEVER = -1; // a timer that is set, so that no other message replaces the one in the bar
  let lastMessage = Date.now();
  let timer = 0;
  let reloading = false;

  const timeOf = (ms) =>
    new Date(ms).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });

  function received() {
    lastMessage = Date.now();
  }

  function lost(delay) {
    const bar = document.getElementById("gs-lost");
    if (timer || !bar) return;
    const since = lastMessage;
    timer = setTimeout(() => {
      bar.classList.remove("gs-back");
      bar.textContent = bar.dataset.lost.replace("{time}", timeOf(since));
      if (gs.unsaved.isDirty() && gs.drafts.areSaved()) bar.textContent += ` ${bar.dataset.kept}`;
    }, delay);
  }

  function restored() {
    const bar = document.getElementById("gs-lost");
    clearTimeout(timer);
    timer = 0;
    received();
    if (!bar?.textContent) return;
    bar.classList.add("gs-back");
    bar.textContent = bar.dataset.back;
    setTimeout(() => {
      if (!timer) bar.textContent = "";
    }, NOTICE);
  }

  function reload() {
    sessionStorage.gsReloaded = Date.now();
    gs.unsaved.clear();
    location.reload();
  }

  // Uploads do not need the server's copy of this page: they finish first, and drafts.js saves their names.
  function reloadAfterUploads(until, delay) {
    if (gs.files.areUploading() && Date.now() < until) setTimeout(reloadAfterUploads, 300, until, 500);
    else setTimeout(reload, delay);
  }

  // The server answers and does not know this page, because it was restarted. Reload, unless something was typed that
  // could not be saved, and not in a loop.
  function serverRestarted() {
    const bar = document.getElementById("gs-lost");
    if (gs.unsaved.isDirty() && bar && !gs.drafts.areSaved()) {
      clearTimeout(timer);
      timer = NEVER;
      bar.textContent = bar.dataset.restarted;
      return;
    }
    if (reloading) return;
    reloading = true;
    dispatchEvent(new Event("gs-reconnected"));
    const earliest = Number(sessionStorage.gsReloaded ?? 0) + RELOAD_INTERVAL;
    reloadAfterUploads(Date.now() + UPLOAD_TIMEOUT, Math.max(0, earliest - Date.now()));
  }

  // The server keeps no copy of an error page: its socket stays closed, and its links are followed by the browser.
  const hasNoSocket = () => document.querySelector("meta[name=gs-no-socket]") !== null;
  let io;
  Object.defineProperty(window, "io", {
    get: () => io && ((url, options) => io(url, { ...options, autoConnect: !hasNoSocket() })),
    set: (library) => {
      io = library;
    },
  });

  addEventListener("DOMContentLoaded", () => {
    const socket = window.socket;
    if (!socket || hasNoSocket()) return;
    socket.off("connect_error"); // NiceGUI's handler reloads after a timeout too: on a weak network, into an error page
    socket.on("connect_error", ({ message }) => {
      if (message === "Implicit handshake failed") serverRestarted();
      else if (message === "timeout") socket.io.opts.transports = ["polling", "websocket"];
    });
    socket.on("connect", restored);
    socket.on("disconnect", () => lost(DELAY));
    socket.io.on("reconnect_failed", () => lost(0));
    socket.io.on("ping", received);
    socket.onAny(received);
    addEventListener("offline", () => lost(0));
    addEventListener("online", () => {
      if (socket.connected) restored();
    });
    addEventListener("pagehide", () => {
      clearTimeout(timer);
      timer = 0;
    });
  });
})();
