// Moving between pages without loading them anew. Every link stays a plain link: when the socket is gone, or something
// here fails, the browser simply follows it.
(() => {
  let seq = 0;
  let timer = 0;
  let stays = false;   // the list is shown anew where it stands
  let arrived = null;  // what to do once the next page is there
  let backTo = null;   // scroll position of the page we go back to
  let dirty = false;   // something was typed that leaving would lose
  let held = 0;        // while it keeps its height
  let kept = null;     // what had the focus before a quiet refresh
  const typed = new Map(); // what stands in plain fields and was not sent yet: id, text, caret
  let shown = location.pathname + location.search;
  let at = history.state?.at ?? 0;  // how far into this tab's history we are
  let stepBack = false; // the next popstate is our own, after a question
  let sending = false; // a form is on its way by HTTP, and its answer decides where we go
  const keptHere = () => window.gsKept?.() ?? false;  // what was typed is kept on this device, see drafts.js
  const connected = () => window.socket?.connected && window.did_handshake;
  const local = (url) => url.origin === location.origin && !/^\/(auth|api|files|assets|health|ready)(\/|$)/.test(url.pathname);

  // While the content of a page is exchanged it is empty for a moment, and what is left of it slides up: without this
  // the reader would see the top of the page between.
  function hold() {
    const main = document.getElementById("gs-main");
    if (!main) return;
    main.style.minHeight = `${main.offsetHeight}px`;
    document.documentElement.style.overflowAnchor = "none";
    clearTimeout(held);
    held = setTimeout(release, 8000);  // nothing came
  }

  function release() {
    clearTimeout(held);
    document.getElementById("gs-main")?.style.removeProperty("min-height");
    document.documentElement.style.removeProperty("overflow-anchor");
  }

  function visit(url) {
    if (!connected()) { dirty = false; location.href = url; return; }
    const n = ++seq;
    clearTimeout(timer);
    timer = setTimeout(() => { dirty = false; location.reload(); }, 8000);
    emitEvent("gs_nav", { url, n });
    window.gsWait?.(url);
  }

  function go(url, stay, instead) {
    history.replaceState({ ...history.state, y: scrollY }, "");
    if (connected()) {
      if (instead) history.replaceState({ at }, "", url);
      else if (url !== shown) history.pushState({ at: ++at }, "", url);
      shown = url;
    }
    backTo = stay ? scrollY : null;
    stays = stay;
    if (stay) hold();
    visit(url);
  }

  function askFirst(then) {
    const dialog = document.getElementById("gs-leave");
    if (!dirty || !dialog) { dirty = false; then(); return; }
    dialog.returnValue = "";
    dialog.dataset.kept = keptHere();
    dialog.onclose = () => {
      if (!["leave", "keep"].includes(dialog.returnValue)) return;
      if (dialog.returnValue === "leave") window.gsForgetHere?.();
      dirty = false;
      then();
    };
    dialog.showModal();
  }

  function send(form) {
    dirty = false;
    if (form?.matches("[action='/auth/logout']")) window.gsForgetAll?.();
    leaving();
    form?.submit();
  }

  function leaving() {
    sending = true;
    setTimeout(() => { sending = false; }, 8000);
  }

  function mark() {
    for (const link of document.querySelectorAll("[data-nav]")) {
      // A place may stand for others, too, which have none of their own: data-nav names them.
      const paths = [new URL(link.href).pathname, ...link.dataset.nav.split(" ").filter(Boolean)];
      if (paths.some((path) => location.pathname === path || (path !== "/" && location.pathname.startsWith(path + "/")))) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  // `instead`: the form that has just been sent is nothing to come back to.
  window.gsGo = (url, instead = false) => { dirty = false; go(url, false, instead); };
  // As if a link had been pressed; `then` may take the focus there, and says whether it has.
  window.gsVisit = (url, then) => askFirst(() => { arrived = then; go(url); });
  window.gsLeave = (url) => { if (!sending) { dirty = false; location.replace(url); } };
  window.gsDirty = () => dirty;
  window.gsClean = () => { dirty = false; };
  window.gsDone = (n) => {
    if (n !== seq) return;
    clearTimeout(timer);
    window.gsWaited?.();
    typed.clear();
    mark();
    requestAnimationFrame(() => {
      release();
      scrollTo(0, backTo ?? 0);
      const then = arrived;
      arrived = null;
      if (then?.()) return;
      const first = stays && document.querySelector(".gs-needs .n-title") || document.getElementById("gs-h1");
      first?.focus({ preventScroll: true });
    });
  };
  const FOCUSABLE = ".gs-main a[href], .gs-main button, .gs-main input, .gs-main select, .gs-main h1";
  const nameOf = (element) => element?.closest(".gs-main") && (/^f-/.exec(element.id)?.input || element.getAttribute("href") || element.getAttribute("aria-label") || element.textContent.trim());
  // A question that is just going away has the focus, or nothing has: it is on its way to where it was before.
  window.gsKeepFocus = () => { hold(); kept = nameOf(document.activeElement) || nameOf(window.gsAsked?.()) || null; };
  window.gsRestoreFocus = () => requestAnimationFrame(() => {
    release();
    for (const [id, { value }] of typed) {
      const field = document.getElementById(id);
      if (field && field.value === field.defaultValue) field.value = value;
    }
    if (!kept || document.activeElement !== document.body) return;
    for (const element of document.querySelectorAll(FOCUSABLE)) {
      if (nameOf(element) !== kept) continue;
      element.focus({ preventScroll: true });
      if (typed.has(element.id)) try { element.setSelectionRange(...typed.get(element.id).caret); } catch { /* a field without a caret */ }
      return;
    }
    document.getElementById("gs-h1")?.focus({ preventScroll: true });  // it is gone, but the reader is not
  });
  window.gsFocus = (id) => requestAnimationFrame(() => {
    const element = document.getElementById(id);
    element?.scrollIntoView({ block: "center" });
    element?.focus({ preventScroll: true });
  });
  window.gsSubmit = (id) => send(document.getElementById(id));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.hasAttribute("data-full")) return;
    const url = new URL(link.href, location.href);
    if (!local(url) || (url.hash && url.pathname === location.pathname && url.search === location.search)) return;
    event.preventDefault();
    askFirst(() => go(url.pathname + url.search, link.hasAttribute("data-stay")));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.method === "post") {
      for (const here of form.querySelectorAll("[data-here]")) here.value = location.pathname + location.search;
      const out = form.matches("[action='/auth/logout']");
      // Another language, or larger letters: the same page comes again, and what was typed with it.
      if (!dirty || form.closest("[data-guard]") || (keptHere() && !out)) {
        dirty = false;
        if (out) window.gsForgetAll?.();
        leaving();
        return;
      }
      event.preventDefault();
      askFirst(() => send(form));
      return;
    }
    const url = new URL(form.action, location.href);
    if (!local(url)) return;
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    askFirst(() => go(url.pathname + (query.size ? `?${query}` : "")));
  });
  document.addEventListener("change", (event) => { if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit(); });
  document.addEventListener("input", ({ target }) => {
    if (target.closest("[data-guard]")) dirty = true;
    else if (target.closest(".gs-main .gs-native")) typed.set(target.id, { value: target.value, caret: [target.selectionStart, target.selectionEnd] });
  });

  addEventListener("popstate", (event) => {
    const to = location.pathname + location.search;
    const there = event.state?.at;
    if (stepBack) { stepBack = false; return; }
    if (to === shown) {  // a jump within the page, to a heading
      if (there === undefined) history.replaceState({ at: ++at }, "");
      else at = there;
    } else if (dirty && there !== undefined) {
      const steps = there - at;
      stepBack = true;
      history.go(-steps);
      askFirst(() => history.go(steps));
    } else {
      [at, shown, backTo, dirty, stays] = [there ?? 0, to, event.state?.y ?? 0, false, false];
      visit(to);
    }
  });
  // A chart that has just been left is still asked to fit its place: nothing to tell anybody.
  addEventListener("unhandledrejection", (event) => { if (/displayed plot div/.test(event.reason?.message)) event.preventDefault(); });
  addEventListener("beforeunload", (event) => { if (dirty && !keptHere()) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => emitEvent("gs_hidden", document.hidden));
  addEventListener("DOMContentLoaded", () => {
    if (document.hidden) emitEvent("gs_hidden", true);
    history.scrollRestoration = "manual";
    history.replaceState({ ...history.state, at }, "");
    mark();  // the page is built by scripts that have run before this event
  });
})();
