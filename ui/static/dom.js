// Builds elements. Whatever a device says reaches the page as a text node, so
// that no name it chooses can become markup.

/** @typedef {Node|string|number|null|undefined|false} Kid */

/**
 * Makes an element: h('a.button.quiet', {href: '#/', onclick: f}, 'text', node).
 * @param {string} spec tag and classes
 * @param {Object<string, any>} [attrs]
 * @param {...(Kid|Kid[])} kids strings become text, empty ones are left out
 * @returns {HTMLElement}
 */
export function h(spec, attrs, ...kids) {
  const [tag, ...classes] = spec.split('.');
  const el = document.createElement(tag);
  if (classes.length) el.className = classes.join(' ');
  for (const [name, value] of Object.entries(attrs || {})) set(el, name, value);
  return add(el, kids);
}

function set(el, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith('on')) {
    el.addEventListener(name.slice(2), value);
  } else if (name === 'value') {
    el.value = value;
  } else if (name === 'href' && !/^(#|\/(?!\/))/.test(value)) {
    throw new Error('links stay on this page');
  } else {
    el.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Appends kids to el. */
export function add(el, kids) {
  for (const kid of kids.flat(Infinity)) {
    if (kid === null || kid === undefined || kid === false || kid === '') continue;
    el.append(kid instanceof Node ? kid : document.createTextNode(String(kid)));
  }
  return el;
}

/**
 * Puts kids in the place of what host shows, keeping what the reader has
 * opened, focused or typed, by the elements' data-key.
 */
export function swap(host, ...kids) {
  const open = new Map();
  for (const d of host.querySelectorAll('details[data-key]')) open.set(d.dataset.key, d.open);
  const active = document.activeElement;
  const key = host.contains(active) ? active.dataset.key || active.id : '';
  const read = active?.tagName === 'H1' && host.contains(active);
  host.replaceChildren();
  add(host, kids);
  for (const d of host.querySelectorAll('details[data-key]')) {
    if (open.has(d.dataset.key)) d.open = open.get(d.dataset.key);
  }
  if (key) {
    const again = [...host.querySelectorAll('[data-key],[id]')].find((e) => (e.dataset.key || e.id) === key);
    if (again && active.type === 'text') again.value = active.value;
    if (again) again.focus({ preventScroll: true });
  } else if (read) land(host);
}

/** Puts the focus on the heading of what host shows, for whoever hears the page. */
export function land(host) {
  const heading = host.querySelector('h1') || host;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

let fade = 0;

/** Shows a short message that also screen readers speak. */
export function tell(text) {
  const box = document.getElementById('say');
  box.textContent = text;
  box.classList.add('on');
  clearTimeout(fade);
  fade = setTimeout(() => box.classList.remove('on'), Math.max(4500, 60 * text.length));
}
