// What is typed in a form is kept on this device until it has been sent: a reload, a lost connection or a restart of the
// site loses nothing. Under the member's number, so that nobody else who signs in here ever sees it; of a stranger only
// as long as the tab is open. Never passwords or ID numbers: their fields have no data-field (pages/components/drafts.py).
(() => {
  const PREFIX = "gsDraft:";
  const DAYS = 14 * 864e5;
  const states = new WeakMap();  // form: what stood there before, what was changed, what was written
  const begun = new Set();
  let unkept = null;             // a form that was typed in and could not be kept
  const stores = () => [localStorage, sessionStorage];
  const store = (key) => key.startsWith("0:") ? sessionStorage : localStorage;

  const kindOf = (field) => field.querySelector("input[data-draft]") ? "files" : field.querySelector("[type=radio]") ? "radio" : field.querySelector("[role=combobox]") ? "choice" : "text";
  const fieldsOf = (form) => [...form.querySelectorAll("[data-field]")].filter((field) => field.closest("[data-keep]") === form);
  const inputOf = (field) => field.querySelector("input[data-draft]") ?? field.querySelector("input, textarea");
  const valueOf = (field) => kindOf(field) === "radio" ? field.querySelector(":checked")?.value ?? "" : inputOf(field)?.value ?? "";

  // As if it were typed. What only the server can choose is returned.
  function put(field, value) {
    const kind = kindOf(field);
    if (kind === "choice") return value;
    if (kind === "radio") {
      const radio = [...field.querySelectorAll("[type=radio]")].find((one) => one.value === value);
      if (radio) { radio.click(); return undefined; }
      for (const one of field.querySelectorAll(":checked")) one.checked = false;
      return "";
    }
    const input = inputOf(field);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return undefined;
  }

  function fill(form, values, more) {
    const state = states.get(form);
    const choices = {};
    state.filling = true;
    for (const field of fieldsOf(form)) {
      const value = values[field.dataset.field];
      if (value === undefined || value === valueOf(field)) continue;
      const left = put(field, value);
      if (left !== undefined) choices[field.dataset.field] = left;
    }
    state.filling = false;
    form.dispatchEvent(new CustomEvent("draft", { detail: { choices, ...more } }));
  }

  function begin(form) {
    if (!form || !states.has(form)) return;
    begun.add(form);
    const { base } = states.get(form);
    for (const field of fieldsOf(form)) base[field.dataset.field] ??= valueOf(field);
  }

  function write(form) {
    const state = states.get(form);
    if (!state || state.filling) return;
    const [values, base] = [{}, {}];
    for (const field of fieldsOf(form)) {
      const name = field.dataset.field;
      const value = valueOf(field);
      if (value !== (state.base[name] ??= value)) state.names.add(name);
      if (state.names.has(name)) [values[name], base[name]] = [value, state.base[name]];
    }
    const text = JSON.stringify({ values, base });
    if (text === (state.written ?? '{"values":{},"base":{}}')) return;
    state.written = text;
    const key = form.dataset.keep;
    try {
      if (Object.keys(values).every((name) => values[name] === base[name])) store(key).removeItem(PREFIX + key);
      else store(key).setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values, base }));
    } catch { unkept = form; /* private mode, or full: as before there were drafts */ }
  }

  function restore(form) {
    let draft;
    try { draft = JSON.parse(store(form.dataset.keep).getItem(PREFIX + form.dataset.keep)); } catch { /* not ours */ }
    if (!draft?.values || begun.has(form)) return;
    const state = states.get(form);
    let [differs, changed] = [false, false];
    for (const field of fieldsOf(form)) {
      const name = field.dataset.field;
      if (!(name in draft.values)) continue;
      const now = state.base[name] = valueOf(field);
      state.names.add(name);
      if (now !== draft.values[name]) differs = true;
      if (now !== draft.base?.[name]) changed = true;
    }
    if (differs) fill(form, draft.values, { changed });
    else gsForget(form.dataset.keep);  // it has been saved, and nobody could say so here
  }

  function look() {
    for (const form of document.querySelectorAll("[data-keep]")) {
      if (states.has(form) || !fieldsOf(form).length) continue;
      states.set(form, { base: {}, names: new Set() });
      const whenHeard = () => {
        if (!form.isConnected) return;
        if (window.socket?.connected && window.did_handshake) restore(form);
        else setTimeout(whenHeard, 100);
      };
      setTimeout(whenHeard, 50);
    }
    for (const form of begun) if (!form.isConnected) begun.delete(form);
  }

  window.gsForget = (key) => {
    try { store(key).removeItem(PREFIX + key); } catch { /* nothing was kept */ }
    for (const form of document.querySelectorAll("[data-keep]")) {
      if (form.dataset.keep === key && states.has(form)) states.set(form, { base: {}, names: new Set() });
    }
  };
  window.gsForgetHere = () => {
    for (const form of document.querySelectorAll("[data-keep]")) if (states.get(form)?.names.size) gsForget(form.dataset.keep);
  };
  window.gsForgetAll = () => clean(() => true);
  window.gsKept = () => !unkept?.isConnected;

  function clean(which) {
    try {
      for (const one of stores()) {
        for (const name of Object.keys(one)) if (name.startsWith(PREFIX) && which(name.slice(PREFIX.length), one.getItem(name))) one.removeItem(name);
      }
    } catch { /* storage is closed */ }
  }
  function old(text) {
    try { return !(Date.now() - JSON.parse(text).at < DAYS); } catch { return true; }
  }

  for (const name of ["focusin", "pointerdown", "keydown", "beforeinput"]) {
    document.addEventListener(name, ({ target }) => begin(target.closest?.("[data-keep]")), true);
  }
  for (const name of ["input", "change"]) {
    document.addEventListener(name, ({ target }) => {
      const form = target.closest("[data-keep]");
      if (form) write(form);
      else unkept = target.closest("[data-guard]") ?? unkept;
    });
  }
  // What is chosen from a list, or sent as a file, tells nobody by an event of its own.
  for (const name of ["click", "keyup", "focusout", "files"]) {
    document.addEventListener(name, () => setTimeout(() => begun.forEach(write), 200), true);
  }
  document.addEventListener("click", ({ target }) => {
    const form = target.closest("[data-afresh]")?.closest("[data-keep]");
    if (!form) return;
    fill(form, states.get(form).base, { over: true });
    gsForget(form.dataset.keep);
  });
  addEventListener("DOMContentLoaded", () => {
    const me = document.getElementById("gs-main")?.dataset.me;
    clean((key, text) => old(text) || (me && !key.startsWith(`${me}:`)));
    look();
    let soon = 0;
    new MutationObserver(() => { soon ||= requestAnimationFrame(() => { soon = 0; look(); }); }).observe(document.body, { childList: true, subtree: true });
  });
})();
