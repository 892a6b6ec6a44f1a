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
    let row = target.parentElement;  // never the page itself, which must not jump
    while (row && row !== document.body && !(row.scrollWidth > row.clientWidth && /auto|scroll/.test(getComputedStyle(row).overflowX))) row = row.parentElement;
    if (!row || row === document.body) return;
    const [one, edge] = [target.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += Math.max(0, one.right + 8 - edge.right) - Math.max(0, edge.left - one.left + 8);
  });

  // What calls itself a button is pressed by the space bar, too.
  addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.('a[role="button"]')) return;
    event.preventDefault();
    event.target.click();
  });

  // The focus stays in an open question, and goes back to where it was when the question has been answered.
  let last = null;  // Quasar's buttons lose the focus when they are pressed by a key
  let asked = null;
  addEventListener("focusin", ({ target }) => { if (!target.closest(".q-dialog")) last = target; });
  window.gsAsk = () => { asked = last; };
  window.gsAsked = () => asked;
  window.gsAnswered = (tries = 20) => setTimeout(() => {
    if (tries && document.activeElement !== document.body) { gsAnswered(tries - 1); return; }  // it is still going away
    if (document.activeElement === document.body) (asked?.isConnected ? asked : document.getElementById("gs-h1"))?.focus({ preventScroll: true });
    asked = null;
  }, 50);
  addEventListener("keydown", (event) => {
    const question = event.key === "Tab" && document.activeElement?.closest(".q-dialog");
    if (!question) return;
    const all = [...question.querySelectorAll("a[href], button, input, select, textarea")].filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
    const at = all.indexOf(document.activeElement);
    const next = event.shiftKey ? (at < 1 ? all.at(-1) : null) : (at === all.length - 1 ? all[0] : null);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // What stands here in the other language says so, and is read by the other voice: whole pieces only, for a name within
  // a sentence needs no other voice (WCAG 3.1.2 leaves names out).
  const HAN = /\p{Script=Han}/u;
  const LATIN = /\p{Script=Latin}{2,}/gu;
  function tongues() {
    const main = document.getElementById("gs-main");
    const chinese = document.documentElement.lang.startsWith("zh");
    const pieces = main ? document.createTreeWalker(main, NodeFilter.SHOW_TEXT) : null;
    while (pieces?.nextNode()) {
      const piece = pieces.currentNode;
      const holder = piece.parentElement;
      const han = HAN.test(piece.nodeValue);
      const other = chinese ? !han && (piece.nodeValue.match(LATIN) ?? []).length > 2 : han && !piece.nodeValue.match(LATIN);
      if (!other || holder.closest("#gs-main [lang], svg, select, script, style")) continue;
      if (holder.childNodes.length === 1) holder.lang = chinese ? "en" : "zh-CN";
    }
  }

  // What changed by itself is read aloud: whatever carries `data-aloud`, the name of what it tells, and has other words
  // than before. In one place, and at most one sentence every few seconds, so that nobody is talked down.
  const PAUSE = 5000;  // ms
  const words = new Map();
  const waiting = new Map();
  let spoke = -PAUSE;
  let listening = 0;
  let speaking = 0;
  function speak() {
    speaking = 0;
    const place = document.getElementById("gs-said");
    if (!place || !waiting.size) return;
    spoke = performance.now();
    place.textContent = [...waiting.values()].join(" · ");
    waiting.clear();
  }
  function listen() {
    listening = 0;
    tongues();
    // Between a list and its options Quasar puts something that takes the focus: then they are no options of the list.
    for (const one of document.querySelectorAll("[role=listbox] > .q-virtual-scroll__content[tabindex]")) one.removeAttribute("tabindex");
    for (const one of document.querySelectorAll("[data-aloud]")) {
      const name = one.dataset.aloud;
      const now = one.textContent.trim();
      if (now && words.has(name) && words.get(name) !== now) waiting.set(name, now);
      words.set(name, now);
    }
    if (waiting.size && !speaking) speaking = setTimeout(speak, Math.max(0, spoke + PAUSE - performance.now()));
  }
  addEventListener("DOMContentLoaded", () => {
    listen();
    new MutationObserver(() => { if (!listening) listening = setTimeout(listen, 200); })
      .observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["lang"] });
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
