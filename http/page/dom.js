// DOM elements. Text becomes text nodes; nothing here parses markup.

const svg_namespace = 'http://www.w3.org/2000/svg';

/**
 * A new element: el('button', {class: 'btn', onclick: f, hidden: true}, 'text', element, …)
 * Properties that begin with "on" are listeners, the others attributes. Properties and children
 * that are false, null or undefined are left out; arrays of children are flattened.
 */
export function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const name of Object.keys(properties || {})) {
    const value = properties[name];
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  appendAll(node, children);
  return node;
}

function appendAll(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) appendAll(node, child);
    else node.appendChild(child instanceof Node ? child : document.createTextNode(child));
  }
}

/** A button that is not the submit button of a form. */
export const button = (classes, text, onclick) =>
  el('button', { class: classes, type: 'button', onclick }, text);

/** Removes the children of `node` and returns it. */
export function clear(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
  return node;
}

const icon_paths = {
  back: 'M15 5l-7 7l7 7',
  down: 'M12 5v13M6 12l6 6l6-6',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v6M12 7.5v.1',
};

/** A line drawing, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(svg_namespace, 'svg');
  svg.setAttribute('class', 'glyph');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg_namespace, 'path');
  path.setAttribute('d', icon_paths[name]);
  svg.appendChild(path);
  return svg;
}

/** The logo; `size` in pixels. */
export function logo(size) {
  const svg = document.createElementNS(svg_namespace, 'svg');
  svg.setAttribute('width', size);
  svg.setAttribute('height', size);
  svg.setAttribute('viewBox', '0 0 26 26');
  svg.setAttribute('aria-hidden', 'true');
  const bubble = document.createElementNS(svg_namespace, 'path');
  bubble.setAttribute('fill', 'currentColor');
  bubble.setAttribute(
    'd',
    'M4 3h18a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-9l-6 5v-5H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z',
  );
  svg.appendChild(bubble);
  for (const x of [8.5, 13, 17.5]) {
    const dot = document.createElementNS(svg_namespace, 'circle');
    dot.setAttribute('cx', x);
    dot.setAttribute('cy', 11);
    dot.setAttribute('r', 1.7);
    dot.setAttribute('class', 'dot');
    svg.appendChild(dot);
  }
  return svg;
}

/** A disc, coloured by the id, with the first character of the name. `extra`: further classes. */
export function avatar(id, name, extra) {
  const first = Array.from(name.trim())[0] || '?';
  const classes = 'avatar c' + ((id % 6) + 1) + (extra ? ' ' + extra : '');
  return el('span', { class: classes, 'aria-hidden': 'true' }, first.toUpperCase());
}

/** A count with a label for screen readers; null where the count is 0. */
export function badge(count, label) {
  if (!count) return null;
  const text = count > 999 ? '999+' : String(count);
  return el('span', { class: 'badge' }, el('span', { class: 'sr-only' }, label + ' '), text);
}

/**
 * Makes the children of `parent` those of `items`, [{key, signature, make}], in their order. A
 * child whose key and signature are in `items` is kept; with another signature it is made anew.
 * The focus stays with its key.
 */
export function patch(parent, items) {
  const children = new Map(); // by key
  for (const child of Array.from(parent.children)) children.set(child.lingerKey, child);
  const focus = focusIn(parent);
  let next = parent.firstElementChild;
  for (const item of items) {
    let node = children.get(item.key);
    children.delete(item.key);
    if (!node || node.lingerSignature !== item.signature) {
      const outdated = node;
      node = item.make();
      node.lingerKey = item.key;
      node.lingerSignature = item.signature;
      if (outdated) {
        if (next === outdated) next = next.nextElementSibling;
        parent.removeChild(outdated);
      }
      parent.insertBefore(node, next);
    } else if (node === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(node, next);
    }
    if (focus && focus.child.lingerKey === item.key) restoreFocus(focus, node);
  }
  for (const node of children.values()) parent.removeChild(node);
}

// The focused element within `parent` and the child that contains it, or null.
function focusIn(parent) {
  const element = document.activeElement;
  if (!element || element === parent || !parent.contains(element)) return null;
  let child = element;
  while (child.parentNode !== parent) child = child.parentNode;
  return { element, child };
}

// Moving an element takes its focus away; a child that was made anew never had it.
function restoreFocus({ element, child }, node) {
  if (node.contains(document.activeElement)) return;
  const target = node === child ? element : node.querySelector('button, a, input') || node;
  if (target.focus) target.focus({ preventScroll: true });
}

/** Remembers the inputs of something drawn, so that it is drawn again only when they change. */
export class Memo {
  constructor() {
    this.clear();
  }

  /** Stores the inputs; true where they differ, as JSON, from those of the call before. */
  update(...inputs) {
    const inputsText = JSON.stringify(inputs);
    if (inputsText === this.inputsText) return false;
    this.inputsText = inputsText;
    return true;
  }

  /** Makes the next update() return true. */
  clear() {
    this.inputsText = '';
  }
}

/** A function whose calls in one task become one call of `f`, in a microtask. */
export function coalesce(f) {
  let isQueued = false;
  return () => {
    if (isQueued) return;
    isQueued = true;
    Promise.resolve().then(() => {
      isQueued = false;
      f();
    });
  };
}
