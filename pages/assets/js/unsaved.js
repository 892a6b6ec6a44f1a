// Unsaved changes: whether a guarded form has been edited, and the question before leaving it.
(() => {
  let dirty = false;

  function clear() {
    dirty = false;
  }

  // Calls `proceed` immediately when nothing is unsaved, otherwise after the reader has agreed to leave.
  function confirm(proceed) {
    const dialog = document.getElementById("gs-leave");
    if (!dirty || !dialog) {
      clear();
      proceed();
      return;
    }
    dialog.returnValue = "";
    dialog.dataset.kept = gs.drafts.areSaved();
    dialog.onclose = () => {
      if (!["leave", "keep"].includes(dialog.returnValue)) return;
      if (dialog.returnValue === "leave") gs.drafts.discardShown();
      clear();
      proceed();
    };
    dialog.showModal();
  }

  document.addEventListener("input", ({ target }) => {
    if (target.closest("[data-guard]")) dirty = true;
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !gs.drafts.areSaved()) event.preventDefault();
  });

  gs.unsaved = { isDirty: () => dirty, clear, confirm };
})();
