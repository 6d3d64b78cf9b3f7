// The report in a file of its own: the data lie in the file, nothing is fetched.

import { report } from './report.js';
import { date } from './time.js';
import { say } from './say.js';

const data = JSON.parse(document.getElementById('data').textContent);
document.title = say('report.title', { date: date(data.sweep.started) });
document.getElementById('main').replaceChildren(report(data));
