// Focus of modal dialogs: trapped while a dialog is open, returned to its opener when it closes.
(() => {
  const FOCUSABLE = "a[href], button, input, select, textarea";
  const RETRIES = 20;
  const INTERVAL = 50; // ms
  let lastFocused = null; // outside dialogs; Quasar's buttons lose the focus when they are pressed by a key
  let opener = null;

  function opened() {
    opener = lastFocused;
  }

  function closed(retries = RETRIES) {
    setTimeout(() => {
      const focusIsFree = document.activeElement === document.body;
      if (retries && !focusIsFree) {
        closed(retries - 1); // the closing animation still runs
        return;
      }
      const target = opener?.isConnected ? opener : document.getElementById("gs-h1");
      if (focusIsFree) target?.focus({ preventScroll: true });
      opener = null;
    }, INTERVAL);
  }

  addEventListener("focusin", ({ target }) => {
    if (!target.closest(".q-dialog")) lastFocused = target;
  });
  addEventListener("keydown", (event) => {
    const dialog = event.key === "Tab" && document.activeElement?.closest(".q-dialog");
    if (!dialog) return;
    const isReachable = (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility();
    const elements = [...dialog.querySelectorAll(FOCUSABLE)].filter(isReachable);
    const at = elements.indexOf(document.activeElement);
    const leavesStart = event.shiftKey && at < 1;
    const leavesEnd = !event.shiftKey && at === elements.length - 1;
    const next = leavesStart ? elements.at(-1) : leavesEnd && elements[0];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  gs.dialog = { opened, closed, opener: () => opener };
})();
