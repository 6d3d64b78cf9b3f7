// The report in a file of its own: the data lie in the file, nothing is fetched.

import { report } from './report.js';
import { date } from './time.js';
import { de } from './de.js';
import { say, speak } from './say.js';

// The reader's language is that of the browser: nothing can be kept in a file.
const first = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag === 'de' || tag === 'en');
if (first === 'de') speak('de', de);

const data = JSON.parse(document.getElementById('data').textContent);
document.title = say('report.title', { date: date(data.sweep.started) });
document.getElementById('main').replaceChildren(report(data));
