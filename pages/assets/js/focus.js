// Focus, caret and the values of plain fields across a refresh that the reader did not ask for.
(() => {
  const FOCUSABLE = ".gs-main a[href], .gs-main button, .gs-main input, .gs-main select, .gs-main h1";
  const edited = new Map(); // plain fields that were edited and not submitted: id -> {value, caret}
  let saved = null; // name of the element that had the focus before the refresh

  // The name by which an element is found again after the content has been replaced.
  function nameOf(element) {
    if (!element?.closest(".gs-main")) return null;
    return (
      /^gs-f-/.exec(element.id)?.input ||
      element.getAttribute("href") ||
      element.getAttribute("aria-label") ||
      element.textContent.trim()
    );
  }

  // A dialog that is closing has the focus, or nothing has: the focus is about to return to the dialog's opener.
  function save() {
    gs.scroll.lock();
    saved = nameOf(document.activeElement) || nameOf(gs.dialog.opener()) || null;
  }

  function restoreCaret(element) {
    if (!edited.has(element.id)) return;
    try {
      element.setSelectionRange(...edited.get(element.id).caret);
    } catch {
      // this type of field has no caret
    }
  }

  function restoreNow() {
    gs.scroll.unlock();
    for (const [id, { value }] of edited) {
      const field = document.getElementById(id);
      if (field && field.value === field.defaultValue) field.value = value;
    }
    if (!saved || document.activeElement !== document.body) return;
    for (const element of document.querySelectorAll(FOCUSABLE)) {
      if (nameOf(element) !== saved) continue;
      element.focus({ preventScroll: true });
      restoreCaret(element);
      return;
    }
    document.getElementById("gs-h1")?.focus({ preventScroll: true }); // the element no longer exists
  }

  function element(id) {
    requestAnimationFrame(() => {
      const target = document.getElementById(id);
      target?.scrollIntoView({ block: "center" });
      target?.focus({ preventScroll: true });
    });
  }

  // The element that a fragment such as #gs-main names.
  function targetOf(hash) {
    try {
      return document.getElementById(decodeURIComponent(hash.slice(1)));
    } catch {
      return null; // malformed
    }
  }

  // Shows and focuses the target of a fragment; a field with its label, an answer opened.
  function jump(target) {
    if (target.localName === "details") target.open = true;
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    (target.closest(".gs-field") ?? target).scrollIntoView({ block: "start" });
  }

  document.addEventListener("input", ({ target }) => {
    if (target.closest("[data-guard]") || !target.closest(".gs-main .gs-native")) return;
    edited.set(target.id, { value: target.value, caret: [target.selectionStart, target.selectionEnd] });
  });

  gs.focus = {
    save,
    restore: () => requestAnimationFrame(restoreNow),
    clear: () => edited.clear(),
    element,
    targetOf,
    jump,
  };
})();
