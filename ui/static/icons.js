// The drawings: line drawings of 24 by 24, each a symbol of icons.svg.

import { KIND } from './words.js';

const SVG = 'http://www.w3.org/2000/svg'; // a name, not an address to ask
const MARK = '#icon-';
const PATIENCE = 15000, AGAIN = 3000; // ms until an answer counts as not coming, and until it is asked for again

/**
 * Puts the symbols into the page once, where the report in a file of its own has
 * them already: from there they are at hand when the router is not.
 */
function bring() {
  if (document.getElementById('icons')) return;
  const asked = new XMLHttpRequest();
  asked.open('GET', '/icons.svg');
  asked.responseType = 'document';
  asked.timeout = PATIENCE;
  asked.onloadend = () => {
    if (asked.status !== 200 || !asked.responseXML) return setTimeout(bring, AGAIN);
    document.body.append(asked.responseXML.documentElement);
    for (const use of document.querySelectorAll('use[href]')) point(use, use.getAttribute('href').slice(MARK.length));
  };
  asked.send();
}

/** Points at a drawing; of one that there is not, at what stands for a remark. */
function point(use, name) {
  const lacks = document.getElementById('icons') && !document.getElementById(MARK.slice(1) + name);
  use.setAttribute('href', MARK + (lacks ? 'for_info' : name));
}
bring();

/** One drawing; it only decorates, what it means stands beside it. */
export function sign(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  point(use, name);
  svg.append(use);
  return svg;
}

/** The drawing of a kind of device; a kind we do not know has that of the unknown. */
export const kindIcon = (kind) => sign('kind-' + (Object.hasOwn(KIND, kind) ? kind : 'unknown'));
