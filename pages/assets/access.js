// What browsers do not do by themselves for keyboards and screen readers.
(() => {
  // A link to a place on this page moves the focus there, without a step in the history: "skip", and what is missing.
  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    (target.closest(".gs-field") ?? target).scrollIntoView({ block: "start" });
  }, true);

  // Browsers are content when a corner of what the keyboard has reached is to be seen, in a row that scrolls sideways.
  addEventListener("focusin", ({ target }) => {
    if (target.matches?.(":focus-visible") && target.id !== "gs-h1") target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // What calls itself a button is pressed by the space bar, too.
  addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.('a[role="button"]')) return;
    event.preventDefault();
    event.target.click();
  });

  // The password as it was typed, and hidden again.
  addEventListener("click", (event) => {
    const eye = event.target.closest?.("[data-eye]");
    const field = eye && document.getElementById(eye.dataset.eye);
    if (!field) return;
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", shown);
  });
})();
