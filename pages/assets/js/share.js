// Copy, share and print. In the browser alone and in the click itself, because clipboard and printer require that. The
// buttons name their source by data attributes, since the page around them may be replaced at any time.
(() => {
  if (navigator.share) document.documentElement.classList.add("gs-can-share");

  function showResult(id, result) {
    const status = document.getElementById(`${id}-said`);
    if (status) status.textContent = status.dataset[result];
  }

  // Where the browser denies access to the clipboard, the text is shown and selected for the reader to copy.
  function copySelected(id, source) {
    source.hidden = false;
    source.focus();
    source.select();
    let isCopied = false;
    try {
      isCopied = document.execCommand("copy");
    } catch {
      // not allowed either
    }
    showResult(id, isCopied ? "copied" : "byHand");
  }

  async function copy(id) {
    const source = document.getElementById(id);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value);
      showResult(id, "copied");
    } catch {
      copySelected(id, source);
    }
  }

  async function share(id) {
    const source = document.getElementById(id);
    if (!source) return;
    try {
      await navigator.share({ text: source.value });
    } catch (error) {
      if (error.name !== "AbortError") copy(id);
    }
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-share], [data-print]");
    if (!button) return;
    if ("print" in button.dataset) window.print();
    else if (button.dataset.copy) copy(button.dataset.copy);
    else share(button.dataset.share);
  });

  // On paper all answers of the help page are open.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll(".gs-help-q:not([open])")) {
      details.dataset.shut = "";
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll(".gs-help-q[data-shut]")) {
      delete details.dataset.shut;
      details.open = false;
    }
  });
})();
