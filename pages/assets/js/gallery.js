// Lightbox: a picture opens over the page, with keys and buttons for the next and the previous one. Without this script
// the link opens the picture itself.
(() => {
  const BUTTON =
    '<span class="q-icon" aria-hidden="true"><svg viewBox="0 0 24 24"><use></use></svg></span><span></span>';
  const CONTENT =
    '<div class="gs-look-head"><p aria-live="polite"></p></div><figure><img alt=""></figure>' +
    '<div class="gs-look-turn"></div>';
  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  let pictures = [];
  let index = 0;
  let dialog = null;

  function button(words, action, symbol, onClick) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "q-btn gs-btn";
    element.innerHTML = BUTTON;
    element.querySelector("use").setAttribute("href", words.icons[symbol]);
    element.lastChild.textContent = words[action];
    element.addEventListener("click", onClick);
    return element;
  }

  function closed() {
    // The page may have been replaced in the meantime: the link is then another one with the same address.
    document.querySelector(`[data-pic][href="${pictures[index].href}"]`)?.focus({ preventScroll: true });
    dialog.remove();
    dialog = null;
  }

  function build(words) {
    dialog = document.createElement("dialog");
    dialog.className = "gs-look";
    dialog.innerHTML = CONTENT;
    dialog.firstChild.append(button(words, "close", "close", () => dialog.close()));
    dialog.lastChild.append(
      button(words, "previous", "arrow_back", () => step(-1)),
      button(words, "next", "arrow_forward", () => step(1)),
    );
    dialog.addEventListener("keydown", (event) => {
      if (!STEPS[event.key]) return;
      event.preventDefault();
      step(STEPS[event.key]);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.localName === "figure") dialog.close();
    });
    dialog.addEventListener("close", closed);
    document.body.append(dialog);
  }

  function step(by) {
    index = (index + by + pictures.length) % pictures.length;
    const { href, alt, width, height } = pictures[index];
    const image = dialog.querySelector("img");
    const next = image.cloneNode(); // a new element, or the previous picture would stay until this one is loaded
    Object.assign(next, { alt, width, height, src: href });
    image.replaceWith(next);
    dialog.querySelector("p").textContent = alt;
    dialog.setAttribute("aria-label", alt);
    dialog.lastChild.hidden = pictures.length < 2;
  }

  function pictureOf(link) {
    const { width, height } = link.dataset;
    const { alt } = link.querySelector("img");
    return { href: link.getAttribute("href"), alt, width: Number(width), height: Number(height) };
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-pic]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const list = link.closest("[data-pics]");
    const links = [...list.querySelectorAll("[data-pic]")];
    pictures = links.map(pictureOf);
    index = links.indexOf(link);
    build(JSON.parse(list.dataset.pics));
    step(0);
    dialog.showModal();
  });
})();
