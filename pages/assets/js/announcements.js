// Screen readers: announces changed texts in a live region, and marks text in the page's other language.
(() => {
  const HAN = /\p{Script=Han}/u;
  const LATIN = /\p{Script=Latin}{2,}/gu;
  const DELAY = 200; // ms after a change of the page
  const PAUSE = 5000; // ms between two announcements
  const texts = new Map(); // by the name in `data-aloud`: its last text
  const pending = new Map();
  let lastAnnounced = -PAUSE;
  let scanTimer = 0;
  let announceTimer = 0;

  // Sets `lang` on elements whose whole text is in the other language, so that a voice of that language reads them. A
  // name within a sentence needs no mark (WCAG 3.1.2).
  function markLanguages() {
    const main = document.getElementById("gs-main");
    const isChinese = document.documentElement.lang.startsWith("zh");
    const nodes = main ? document.createTreeWalker(main, NodeFilter.SHOW_TEXT) : null;
    while (nodes?.nextNode()) {
      const node = nodes.currentNode;
      const parent = node.parentElement;
      const hasHan = HAN.test(node.nodeValue);
      const latinWords = node.nodeValue.match(LATIN)?.length ?? 0;
      const isOther = isChinese ? !hasHan && latinWords > 2 : hasHan && !latinWords;
      if (!isOther || parent.closest("#gs-main [lang], svg, select, script, style")) continue;
      if (parent.childNodes.length === 1) parent.lang = isChinese ? "en" : "zh-CN";
    }
  }

  function announce() {
    announceTimer = 0;
    const region = document.getElementById("gs-said");
    if (!region || !pending.size) return;
    lastAnnounced = performance.now();
    region.textContent = [...pending.values()].join(" · ");
    pending.clear();
  }

  function scan() {
    scanTimer = 0;
    markLanguages();
    // Quasar puts a focusable element between a listbox and its options: then they are no options of the listbox.
    for (const element of document.querySelectorAll("[role=listbox] > .q-virtual-scroll__content[tabindex]")) {
      element.removeAttribute("tabindex");
    }
    for (const element of document.querySelectorAll("[data-aloud]")) {
      const name = element.dataset.aloud;
      const text = element.textContent.trim();
      if (text && texts.has(name) && texts.get(name) !== text) pending.set(name, text);
      texts.set(name, text);
    }
    if (!pending.size || announceTimer) return;
    announceTimer = setTimeout(announce, Math.max(0, lastAnnounced + PAUSE - performance.now()));
  }

  addEventListener("DOMContentLoaded", () => {
    scan();
    new MutationObserver(() => {
      if (!scanTimer) scanTimer = setTimeout(scan, DELAY);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["lang"] });
  });
})();
