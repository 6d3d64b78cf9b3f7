// The way to the report from the first page.

import { h } from './dom.js';
import { sign } from './icons.js';
import { say } from './say.js';
import { isSet } from './time.js';

/** A row that leads there, once there is something to report. */
export const toReport = (s) => isSet(s.sweep.finished) && h('section.card.leads', {}, h('a.row', { href: '#/report', 'data-key': 'report' },
  h('span.tile', {}, sign('report')), h('span.row-text', {}, h('strong', {}, say('reporting.link')), h('span.soft', {}, say('reporting.lead'))), h('span.chevron', {}, sign('next'))));
