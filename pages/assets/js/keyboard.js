// Keyboard shortcuts: the key / moves to the search of the page, or of the board where a page has none; Escape returns.
// A member can turn it off (help, keys), for speech input and switch devices: then the page has no data-find.
(() => {
  const FIELD = "input, textarea, select, [contenteditable=''], [contenteditable=true]";
  const MODAL = "dialog[open], .q-dialog, .q-menu";
  const PAGE = "page"; // Escape returns to the previous page
  let returnTo = null; // the element that had the focus before, or PAGE

  const searchField = () => [...document.querySelectorAll(".gs-find input")].find((field) => field.offsetParent);

  function focus(field, from) {
    returnTo = from;
    field.focus();
    field.select();
  }

  function focusOnNextPage() {
    const field = searchField();
    if (field) focus(field, PAGE);
    return field;
  }

  // On some keyboards / is above the 7: the character counts, not the key. Keys of an input method (229) are its own.
  function isShortcut(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    return event.key === "/" && !isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
  }

  document.addEventListener("keydown", (event) => {
    if (!isShortcut(event)) return;
    const searchPage = document.getElementById("gs-main")?.dataset.find;
    if (!searchPage || event.defaultPrevented) return;
    if (event.target.closest?.(FIELD) || document.querySelector(MODAL)) return;
    event.preventDefault();
    const field = searchField();
    if (field) focus(field, document.activeElement);
    else gs.navigation.follow(searchPage, focusOnNextPage);
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Escape" || event.isComposing || !field.matches?.(".gs-find input")) return;
    event.preventDefault();
    if (field.value) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (returnTo === PAGE) {
      returnTo = null;
      history.back();
    } else {
      field.blur();
      if (returnTo?.isConnected && returnTo !== document.body) returnTo.focus();
      returnTo = null;
    }
  });
})();
