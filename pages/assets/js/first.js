// The key / goes to the search of the page, or of the board where a page has none; Escape goes back. Whoever speaks to
// the computer, or types with a switch, can turn it off (help, keys): then the page says nothing of data-find.
(() => {
  const FIELD = "input, textarea, select, [contenteditable=''], [contenteditable=true]";
  let back = null;  // what had the focus before, or the page that we came from

  const search = () => [...document.querySelectorAll(".gs-find input")].find((each) => each.offsetParent);

  function focus(field, from) {
    back = from;
    field.focus();
    field.select();
  }

  document.addEventListener("keydown", (event) => {
    // Some keyboards have / above the 7: what counts is the sign, not the key. An input method has the first word.
    if (event.key !== "/" || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const find = document.getElementById("gs-main")?.dataset.find;
    if (!find || event.defaultPrevented || event.target.closest?.(FIELD) || document.querySelector("dialog[open], .q-dialog, .q-menu")) return;
    event.preventDefault();
    const field = search();
    if (field) focus(field, document.activeElement);
    else window.gsVisit(find, () => { const there = search(); if (there) focus(there, "page"); return there; });
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Escape" || event.isComposing || !field.matches?.(".gs-find input")) return;
    event.preventDefault();
    if (field.value) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (back === "page") {
      back = null;
      history.back();
    } else {
      field.blur();
      if (back?.isConnected && back !== document.body) back.focus();
      back = null;
    }
  });

  // On paper every answer is open.
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll(".hp-q:not([open])")) { each.dataset.shut = ""; each.open = true; }
  });
  addEventListener("afterprint", () => {
    for (const each of document.querySelectorAll(".hp-q[data-shut]")) { delete each.dataset.shut; each.open = false; }
  });
})();
