// A picture opens large over the page, and its neighbours are one key or one button away. Without this script the link
// simply leads to the picture.
(() => {
  let links = [];
  let at = 0;
  let dialog = null;

  function build(words) {
    const button = (act, symbol, pressed) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "q-btn gs-btn";
      made.innerHTML = `<span class="q-icon" aria-hidden="true"><svg viewBox="0 0 24 24"><use href="${words.icons[symbol]}"></use></svg></span><span></span>`;
      made.lastChild.textContent = words[act];
      made.addEventListener("click", pressed);
      return made;
    };
    dialog = document.createElement("dialog");
    dialog.className = "gs-look";
    dialog.innerHTML = '<div class="gs-look-head"><p aria-live="polite"></p></div><figure><img alt=""></figure><div class="gs-look-turn"></div>';
    dialog.firstChild.append(button("close", "close", () => dialog.close()));
    dialog.lastChild.append(button("previous", "arrow_back", () => turn(-1)), button("next", "arrow_forward", () => turn(1)));
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) { event.preventDefault(); turn(by); }
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.localName === "figure") dialog.close(); });
    dialog.addEventListener("close", () => {
      // The page may have been built anew meanwhile: the link is then another one with the same address.
      document.querySelector(`[data-pic][href="${links[at].href}"]`)?.focus({ preventScroll: true });
      dialog.remove();
      dialog = null;
    });
    document.body.append(dialog);
  }

  function turn(by) {
    at = (at + by + links.length) % links.length;
    const { href, alt, width, height } = links[at];
    const image = dialog.querySelector("img");
    const fresh = image.cloneNode();  // or the one before would stay until this one is here
    Object.assign(fresh, { alt, width, height, src: href });
    image.replaceWith(fresh);
    dialog.querySelector("p").textContent = alt;
    dialog.setAttribute("aria-label", alt);
    dialog.lastChild.hidden = links.length < 2;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-pic]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const list = link.closest("[data-pics]");
    const all = [...list.querySelectorAll("[data-pic]")];
    links = all.map((one) => ({ href: one.getAttribute("href"), alt: one.querySelector("img").alt, width: Number(one.dataset.width), height: Number(one.dataset.height) }));
    at = all.indexOf(link);
    build(JSON.parse(list.dataset.pics));
    turn(0);
    dialog.showModal();
  });
})();
