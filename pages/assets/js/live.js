// DOM patching with idiomorph: what the server sends is merged into the elements on the page. Equal nodes stay, and
// with them focus, selection and scroll position. Rows of a list are matched by their ids.
(() => {
  // What the reader has opened, typed or chosen stays, although the server does not know of it.
  function mayUpdate(name, element, change) {
    if (name === "open") return change !== "remove";
    return !(["value", "checked"].includes(name) && element.matches("input, textarea"));
  }

  const OPTIONS = {
    morphStyle: "innerHTML",
    callbacks: { beforeNodeMorphed: (node, fresh) => !node.isEqualNode(fresh), beforeAttributeUpdated: mayUpdate },
  };

  // Called by the server with pairs: the name of a region and its new HTML.
  function patch(...pairs) {
    for (let i = 0; i < pairs.length; i += 2) {
      const region = document.querySelector(`[data-live="${pairs[i]}"]`);
      if (!region) continue;
      const fresh = document.createElement(region.nodeName);
      fresh.innerHTML = pairs[i + 1];
      Idiomorph.morph(region, [...fresh.childNodes], OPTIONS);
    }
  }

  gs.live = { patch };
})();
