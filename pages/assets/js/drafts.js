// Drafts: what is typed in a form is stored on this device until it has been submitted, so that a reload, a lost
// connection or a restart of the server loses nothing. Keys begin with the member's number, so that another member on
// the same device never sees them; without sign-in a draft lasts as long as the tab. Passwords and ID numbers are never
// stored: their fields have no data-field (pages/components/drafts.py).
(() => {
  const PREFIX = "gsDraft:";
  const EXPIRY = 14 * 24 * 60 * 60 * 1000; // ms
  const EMPTY = '{"values":{},"base":{}}';
  const states = new WeakMap(); // form -> {base: values before editing, names: edited fields, written: stored text}
  const touched = new Set(); // forms that the reader has begun to edit
  let unsaved = null; // an edited form that could not be stored

  const storageFor = (key) => (key.startsWith("0:") ? sessionStorage : localStorage);
  const draftForms = () => document.querySelectorAll("[data-keep]");
  const fieldsOf = (form) =>
    [...form.querySelectorAll("[data-field]")].filter((field) => field.closest("[data-keep]") === form);

  function kindOf(field) {
    if (field.querySelector("input[data-draft]")) return "files";
    if (field.querySelector("[type=radio]")) return "radio";
    return field.querySelector("[role=combobox]") ? "choice" : "text";
  }

  const inputOf = (field) => field.querySelector("input[data-draft]") ?? field.querySelector("input, textarea");

  function readValue(field) {
    if (kindOf(field) === "radio") return field.querySelector(":checked")?.value ?? "";
    return inputOf(field)?.value ?? "";
  }

  // Fills in a value as if it were typed. Returns what only the server can fill in.
  function writeValue(field, value) {
    const kind = kindOf(field);
    if (kind === "choice") return value;
    if (kind === "radio") {
      const radio = [...field.querySelectorAll("[type=radio]")].find((one) => one.value === value);
      if (radio) {
        radio.click();
        return undefined;
      }
      for (const one of field.querySelectorAll(":checked")) one.checked = false;
      return "";
    }
    const input = inputOf(field);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return undefined;
  }

  function fill(form, values, detail) {
    const state = states.get(form);
    const choices = {};
    state.isFilling = true;
    for (const field of fieldsOf(form)) {
      const value = values[field.dataset.field];
      if (value === undefined || value === readValue(field)) continue;
      const forServer = writeValue(field, value);
      if (forServer !== undefined) choices[field.dataset.field] = forServer;
    }
    state.isFilling = false;
    form.dispatchEvent(new CustomEvent("draft", { detail: { choices, ...detail } }));
  }

  function startEditing(form) {
    if (!form || !states.has(form)) return;
    touched.add(form);
    const { base } = states.get(form);
    for (const field of fieldsOf(form)) base[field.dataset.field] ??= readValue(field);
  }

  // Values of the edited fields, and what these fields contained before.
  function changes(form, state) {
    const [values, base] = [{}, {}];
    for (const field of fieldsOf(form)) {
      const name = field.dataset.field;
      const value = readValue(field);
      state.base[name] ??= value;
      if (value !== state.base[name]) state.names.add(name);
      if (state.names.has(name)) [values[name], base[name]] = [value, state.base[name]];
    }
    return { values, base };
  }

  function save(form) {
    const state = states.get(form);
    if (!state || state.isFilling) return;
    const { values, base } = changes(form, state);
    const text = JSON.stringify({ values, base });
    if (text === (state.written ?? EMPTY)) return;
    state.written = text;
    const key = form.dataset.keep;
    try {
      if (Object.keys(values).every((name) => values[name] === base[name])) storageFor(key).removeItem(PREFIX + key);
      else storageFor(key).setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values, base }));
    } catch {
      unsaved = form; // no storage, or it is full
    }
  }

  function read(key) {
    try {
      return JSON.parse(storageFor(key).getItem(PREFIX + key));
    } catch {
      return null; // no storage, or not written by this script
    }
  }

  function restore(form) {
    const draft = read(form.dataset.keep);
    if (!draft?.values || touched.has(form)) return;
    const state = states.get(form);
    let [differs, changed] = [false, false];
    for (const field of fieldsOf(form)) {
      const name = field.dataset.field;
      if (!(name in draft.values)) continue;
      const current = readValue(field);
      state.base[name] = current;
      state.names.add(name);
      if (current !== draft.values[name]) differs = true;
      if (current !== draft.base?.[name]) changed = true;
    }
    if (differs) fill(form, draft.values, { changed });
    else discard(form.dataset.keep); // it was submitted, but the answer did not reach this page
  }

  function restoreWhenConnected(form) {
    if (!form.isConnected) return;
    if (window.socket?.connected && window.did_handshake) restore(form);
    else setTimeout(restoreWhenConnected, 100, form);
  }

  function findForms() {
    for (const form of draftForms()) {
      if (states.has(form) || !fieldsOf(form).length) continue;
      states.set(form, { base: {}, names: new Set() });
      setTimeout(restoreWhenConnected, 50, form);
    }
    for (const form of touched) if (!form.isConnected) touched.delete(form);
  }

  function discard(key) {
    try {
      storageFor(key).removeItem(PREFIX + key);
    } catch {
      // no storage: nothing was stored
    }
    for (const form of draftForms()) {
      if (form.dataset.keep === key && states.has(form)) states.set(form, { base: {}, names: new Set() });
    }
  }

  // The drafts of the forms on this page.
  function discardShown() {
    for (const form of draftForms()) if (states.get(form)?.names.size) discard(form.dataset.keep);
  }

  function discardWhere(condition) {
    try {
      for (const storage of [localStorage, sessionStorage]) {
        for (const name of Object.keys(storage)) {
          if (!name.startsWith(PREFIX)) continue;
          if (condition(name.slice(PREFIX.length), storage.getItem(name))) storage.removeItem(name);
        }
      }
    } catch {
      // no storage
    }
  }

  function isExpired(text) {
    try {
      return !(Date.now() - JSON.parse(text).at < EXPIRY);
    } catch {
      return true;
    }
  }

  gs.drafts = {
    areSaved: () => !unsaved?.isConnected,
    discard,
    discardShown,
    discardAll: () => discardWhere(() => true),
  };

  for (const name of ["focusin", "pointerdown", "keydown", "beforeinput"]) {
    document.addEventListener(name, ({ target }) => startEditing(target.closest?.("[data-keep]")), true);
  }
  for (const name of ["input", "change"]) {
    document.addEventListener(name, ({ target }) => {
      const form = target.closest("[data-keep]");
      if (form) save(form);
      else unsaved = target.closest("[data-guard]") ?? unsaved;
    });
  }
  // A choice from Quasar's list, or an uploaded file, causes no input event.
  for (const name of ["click", "keyup", "focusout", "files"]) {
    document.addEventListener(name, () => setTimeout(() => touched.forEach(save), 200), true);
  }
  document.addEventListener("click", ({ target }) => {
    const form = target.closest("[data-afresh]")?.closest("[data-keep]");
    if (!form) return;
    fill(form, states.get(form).base, { over: true });
    discard(form.dataset.keep);
  });
  addEventListener("DOMContentLoaded", () => {
    const member = document.getElementById("gs-main")?.dataset.me;
    discardWhere((key, text) => isExpired(text) || (member && !key.startsWith(`${member}:`)));
    findForms();
    let frame = 0;
    new MutationObserver(() => {
      if (frame) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        findForms();
      });
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
