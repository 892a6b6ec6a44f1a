// DOM patching: what the server sends is merged into the elements on the page. Equal nodes stay, and with them focus,
// selection and scroll position. Children with `data-key` are matched by that key among their siblings.
(() => {
  const ELEMENT = Node.ELEMENT_NODE;
  const keyOf = (node) => (node.nodeType === ELEMENT ? node.getAttribute("data-key") : null);
  const matches = (one, other) =>
    one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  function move(parent, node, before) {
    // insertBefore takes the focus away from a node that it moves.
    if (node.isConnected && parent.moveBefore) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  }

  function patchAttributes(element, fresh) {
    for (const { name } of [...element.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") element.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
  }

  function patchNode(node, fresh) {
    if (node.isEqualNode(fresh)) return;
    if (node.nodeType !== ELEMENT) {
      node.nodeValue = fresh.nodeValue;
      return;
    }
    patchAttributes(node, fresh);
    patchChildren(node, fresh);
  }

  // Removes keyed children that are no longer wanted and returns the others by their keys.
  function keyedChildren(parent, fresh) {
    const wanted = new Set([...fresh.children].map(keyOf));
    const keyed = new Map();
    for (const child of [...parent.children]) {
      const key = keyOf(child);
      if (key === null) continue;
      if (wanted.has(key)) keyed.set(key, child);
      else child.remove();
    }
    return keyed;
  }

  function patchChildren(parent, fresh) {
    const keyed = keyedChildren(parent, fresh);
    let cursor = parent.firstChild;
    for (const next of [...fresh.childNodes]) {
      const key = keyOf(next);
      const positional = cursor && matches(cursor, next) ? cursor : null;
      const match = key === null ? positional : keyed.get(key);
      if (!match) {
        parent.insertBefore(next, cursor);
        continue;
      }
      if (match === cursor) cursor = cursor.nextSibling;
      else move(parent, match, cursor);
      patchNode(match, next);
    }
    while (cursor) {
      const surplus = cursor;
      cursor = cursor.nextSibling;
      surplus.remove();
    }
  }

  // Called by the server with pairs: the name of a region and its new HTML.
  function patch(...pairs) {
    for (let i = 0; i < pairs.length; i += 2) {
      const region = document.querySelector(`[data-live="${pairs[i]}"]`);
      if (!region) continue;
      const fresh = document.createElement(region.nodeName);
      fresh.innerHTML = pairs[i + 1];
      patchChildren(region, fresh);
    }
  }

  gs.live = { patch };
})();
