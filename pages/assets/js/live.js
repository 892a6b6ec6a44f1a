// What the server sends anew is laid over what is there: equal nodes stay, and with them focus, selection and scroll.
(() => {
  const keyOf = (node) => node.nodeType === 1 ? node.getAttribute("data-key") : null;
  const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);
  const place = (parent, node, before) => {
    // Moving a node the old way takes the focus away from it.
    if (node.isConnected && parent.moveBefore) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  };

  function lay(fresh, old) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== 1) { old.nodeValue = fresh.nodeValue; return; }
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    layChildren(fresh, old);
  }

  function layChildren(fresh, old) {
    const wanted = new Set([...fresh.children].map(keyOf));
    const known = new Map();
    for (const child of [...old.children]) {
      const key = keyOf(child);
      if (key === null) continue;
      if (wanted.has(key)) known.set(key, child);
      else child.remove();
    }
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const same = keyOf(next) === null ? (at && alike(at, next) ? at : null) : known.get(keyOf(next));
      if (!same) { old.insertBefore(next, at); continue; }
      if (same === at) at = at.nextSibling;
      else place(old, same, at);
      lay(next, same);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  }

  // The connection: say that it is gone and how old everything is, and that it is there again.
  const LATE = 1500;  // ms; most interruptions are over before anybody notices
  let heard = Date.now();
  let late = 0;
  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const hear = () => { heard = Date.now(); };

  function lose(wait) {
    const bar = document.getElementById("gs-lost");
    if (late || !bar) return;
    const at = heard;
    late = setTimeout(() => {
      bar.classList.remove("gs-back");
      bar.textContent = bar.dataset.lost.replace("{time}", clock(at));
      if (window.gsDirty?.() && window.gsKept?.()) bar.textContent += ` ${bar.dataset.kept}`;
    }, wait);
  }

  function find() {
    const bar = document.getElementById("gs-lost");
    clearTimeout(late);
    late = 0;
    hear();
    if (!bar?.textContent) return;
    bar.classList.add("gs-back");
    bar.textContent = bar.dataset.back;
    setTimeout(() => { if (!late) bar.textContent = ""; }, 4000);
  }

  // The server answers and does not know this page: it was restarted. Load the page anew, but neither over what has
  // been typed and could not be kept, nor again and again. Files on their way need no page to arrive: they go first.
  const AGAIN = 10000;  // ms
  const FILES = 120000; // ms
  let leaving = false;
  function forgotten() {
    const bar = document.getElementById("gs-lost");
    if (window.gsDirty?.() && bar && !window.gsKept?.()) {
      clearTimeout(late);
      late = -1;
      bar.textContent = bar.dataset.restarted;
      return;
    }
    if (leaving) return;
    leaving = true;
    dispatchEvent(new Event("gs-back"));
    const until = Date.now() + FILES;
    const reload = () => { sessionStorage.gsReloaded = Date.now(); window.gsClean?.(); location.reload(); };
    const afterFiles = (wait) => {
      if (window.gsSending?.() && Date.now() < until) setTimeout(afterFiles, 300, 500);  // then drafts.js writes it down
      else setTimeout(reload, wait);
    };
    afterFiles(Math.max(0, Number(sessionStorage.gsReloaded ?? 0) + AGAIN - Date.now()));
  }

  addEventListener("DOMContentLoaded", () => {
    const socket = window.socket;
    if (!socket) return;
    socket.off("connect_error");  // NiceGUI would reload after a timeout, too: a weak network would end in an error page
    socket.on("connect_error", ({ message }) => {
      if (message === "Implicit handshake failed") forgotten();
      else if (message === "timeout") socket.io.opts.transports = ["polling", "websocket"];
    });
    socket.on("connect", find);
    socket.on("disconnect", () => lose(LATE));
    socket.io.on("reconnect_failed", () => lose(0));
    socket.io.on("ping", hear);
    socket.onAny(hear);
    addEventListener("offline", () => lose(0));
    addEventListener("online", () => { if (socket.connected) find(); });
    addEventListener("pagehide", () => { clearTimeout(late); late = 0; });
  });

  window.gsLive = (...pieces) => {
    for (let i = 0; i < pieces.length; i += 2) {
      const region = document.querySelector(`[data-live="${pieces[i]}"]`);
      if (!region) continue;
      const fresh = document.createElement(region.nodeName);
      fresh.innerHTML = pieces[i + 1];
      layChildren(fresh, region);
    }
  };
})();
