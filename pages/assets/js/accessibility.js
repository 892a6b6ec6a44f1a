// Keyboard behaviour that browsers do not have: focus of links within the page, visibility in scrolling rows, the space
// key on links with the role of a button, and showing a password.
(() => {
  const MARGIN = 8; // px

  // A link to a place on this page moves the focus there, without an entry in the history.
  addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      const target = link && gs.focus.targetOf(link.hash);
      if (!target) return;
      event.preventDefault();
      gs.focus.jump(target);
    },
    true,
  );

  function scrollsSideways(element) {
    return element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);
  }

  // Browsers leave the focused element partly hidden in a row that scrolls sideways.
  addEventListener("focusin", ({ target }) => {
    let row = target.parentElement;
    while (row && row !== document.body && !scrollsSideways(row)) row = row.parentElement;
    if (!row || row === document.body) return; // the page itself must not jump
    const [box, frame] = [target.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += Math.max(0, box.right + MARGIN - frame.right) - Math.max(0, frame.left - box.left + MARGIN);
  });

  addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.('a[role="button"]')) return;
    event.preventDefault();
    event.target.click();
  });

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-eye]");
    const field = button && document.getElementById(button.dataset.eye);
    if (!field) return;
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", isShown);
  });
})();
