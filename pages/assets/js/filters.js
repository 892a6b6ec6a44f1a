// Filters of a list: always open on wide screens, folded on phones until the reader opens them.
(() => {
  const wide = matchMedia("(min-width: 600px)");
  let isOpen = false;

  function apply() {
    for (const details of document.querySelectorAll(".gs-more")) details.open = wide.matches || isOpen;
  }

  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (target.matches?.(".gs-more") && !wide.matches) isOpen = target.open;
    },
    true,
  );
  wide.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    apply();
    new MutationObserver(apply).observe(document.querySelector(".gs-view") ?? document.body, { childList: true });
  });
})();
