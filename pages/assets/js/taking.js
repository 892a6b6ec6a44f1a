// Copying, sharing and printing. By the buttons' own data, for the page around them may change at any time; in the browser
// alone, because a clipboard and a printer open only to the very click.
(() => {
  if (navigator.share) document.documentElement.classList.add("gs-can-share");

  function say(name, what) {
    const place = document.getElementById(`${name}-said`);
    if (place) place.textContent = place.dataset[what];
  }

  // Where the browser keeps its clipboard to itself, the text stands there marked, for the reader's own fingers.
  function byHand(name, source) {
    source.hidden = false;
    source.focus();
    source.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* not allowed either */ }
    say(name, done ? "copied" : "byHand");
  }

  async function copy(name) {
    const source = document.getElementById(name);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value);
      say(name, "copied");
    } catch { byHand(name, source); }
  }

  async function share(name) {
    const source = document.getElementById(name);
    if (!source) return;
    try { await navigator.share({ text: source.value }); }
    catch (error) { if (error.name !== "AbortError") copy(name); }
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-share], [data-print]");
    if (!button) return;
    if ("print" in button.dataset) window.print();
    else if (button.dataset.copy) copy(button.dataset.copy);
    else share(button.dataset.share);
  });
})();
