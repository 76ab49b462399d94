// Elements. Text reaches the page as text only; nothing here takes markup.

const svgSpace = 'http://www.w3.org/2000/svg';

/**
 * el('button', {class: 'btn', type: 'button', onclick: f, hidden: true}, 'text', element, …)
 * Properties that begin with "on" are listeners; false, null and undefined are left out.
 */
export function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const name of Object.keys(properties || {})) {
    const value = properties[name];
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(node, child);
    else node.appendChild(child instanceof Node ? child : document.createTextNode(child));
  }
}

export function clear(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
  return node;
}

const paths = {
  back: 'M15 5l-7 7l7 7',
  send: 'M4 12l16-7l-5 15l-3-6z',
  down: 'M12 5v13M6 12l6 6l6-6',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v6M12 7.5v.1',
};

/** A line drawing, for the eye only. */
export function icon(name) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgSpace, 'path');
  path.setAttribute('d', paths[name]);
  svg.appendChild(path);
  return svg;
}

/** Linger's mark. */
export function mark(size) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('width', size);
  svg.setAttribute('height', size);
  svg.setAttribute('viewBox', '0 0 26 26');
  svg.setAttribute('aria-hidden', 'true');
  const bubble = document.createElementNS(svgSpace, 'path');
  bubble.setAttribute('fill', 'currentColor');
  bubble.setAttribute(
    'd',
    'M4 3h18a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-9l-6 5v-5H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z',
  );
  svg.appendChild(bubble);
  for (const x of [8.5, 13, 17.5]) {
    const dot = document.createElementNS(svgSpace, 'circle');
    dot.setAttribute('cx', x);
    dot.setAttribute('cy', 11);
    dot.setAttribute('r', 1.7);
    dot.setAttribute('class', 'dot');
    svg.appendChild(dot);
  }
  return svg;
}

/** The first sign of a name in a disc, coloured by the id. */
export function avatar(id, name, extra) {
  const first = Array.from(name.trim())[0] || '?';
  const classes = 'av c' + ((id % 6) + 1) + (extra ? ' ' + extra : '');
  return el('span', { class: classes, 'aria-hidden': 'true' }, first.toUpperCase());
}

export function badge(count, label) {
  if (!count) return null;
  const shown = count > 999 ? '999+' : String(count);
  return el('span', { class: 'badge' }, el('span', { class: 'sr' }, label + ' '), shown);
}

/**
 * Makes the children of `parent` those of `items`, [{key, sign, make}]: an element whose key and
 * sign are as before stays as it is. The focus stays with its key.
 */
export function patch(parent, items) {
  const before = new Map();
  for (const child of Array.from(parent.children)) before.set(child.lingerKey, child);
  const active = document.activeElement;
  let focused = null;
  if (active && active !== parent && parent.contains(active)) {
    focused = active;
    while (focused.parentNode !== parent) focused = focused.parentNode;
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    let node = before.get(item.key);
    before.delete(item.key);
    if (!node || node.lingerSign !== item.sign) {
      const fresh = item.make();
      fresh.lingerKey = item.key;
      fresh.lingerSign = item.sign;
      if (node) {
        if (next === node) next = node.nextElementSibling;
        parent.removeChild(node);
      }
      parent.insertBefore(fresh, next);
      node = fresh;
    } else if (node === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(node, next);
    }
    if (focused && focused.lingerKey === item.key && !node.contains(document.activeElement)) {
      const target = node === focused ? active : node.querySelector('button, a, input') || node;
      if (target.focus) target.focus({ preventScroll: true });
    }
  }
  for (const gone of before.values()) parent.removeChild(gone);
}

/** A function that calls `f` once, soon, however often it is called until then. */
export function soon(f) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    Promise.resolve().then(() => {
      due = false;
      f();
    });
  };
}
