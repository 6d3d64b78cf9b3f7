// The report in a file of its own: the data lie in the file, nothing is fetched.

import { report } from './report.js';
import { date } from './time.js';

const data = JSON.parse(document.getElementById('data').textContent);
document.title = 'homesweep report, ' + date(data.sweep.started);
document.getElementById('main').replaceChildren(report(data));
