'use strict';
'require view';
'require dom';
'require poll';
'require ui';
'require homesweep.daemon as daemon';

const seconds = 5;

const touches = {
	listen: () => _('It only listens to what devices say by themselves, and sends nothing.'),
	look: () => _('It looks which devices are there and which ports they have open.'),
	ask: () => _('It asks each device what it is and how it is set up, and changes nothing.'),
	login: () => _('It asks each device, and tries the passwords that it is sold with, a few times a day at most.')
};

const rungs = {
	raw: () => _('It has all the rights that it needs for a full look.'),
	connect: () => _('It may not send packets of its own: quiet devices can stay unseen.'),
	passive: () => _('It may send nothing: it listens, and reads the router’s own tables.')
};

function worded(words, key) {
	return Object.hasOwn(words, key) ? words[key]() : _('Not known');
}

/* How many of each severity, in words; nothing is said of a kind that is not there. */
function problems(found) {
	const n = (severity) => Number(found?.[severity]) || 0;
	return [
		[ n('act_now'), N_(n('act_now'), '%d problem to act on now', '%d problems to act on now') ],
		[ n('soon'), N_(n('soon'), '%d problem to see to soon', '%d problems to see to soon') ],
		[ n('when_you_can'), N_(n('when_you_can'), '%d thing to see to when you can', '%d things to see to when you can') ],
		[ n('for_info'), N_(n('for_info'), '%d note for your information', '%d notes for your information') ]
	].filter((kind) => kind[0] > 0).map((kind) => kind[1].format(kind[0]));
}

function list(lines) {
	return E('ul', { 'style': 'margin:0;padding-left:1.2em;overflow-wrap:anywhere' }, lines.map((line) => E('li', {}, [ line ])));
}

function row(name, children) {
	return E('tr', { 'class': 'tr' }, [
		E('td', { 'class': 'td left', 'width': '33%' }, [ name ]),
		E('td', { 'class': 'td left', 'style': 'overflow-wrap:anywhere' }, children)
	]);
}

function looked(status) {
	if (status.running)
		return _('It is looking at the home now.');
	const finished = daemon.moment(status.finished);
	return finished || _('Not yet');
}

/* Silence is no all-clear: that nothing was found says so only where it was looked. */
function found(status) {
	const lines = problems(status.findings);
	if (lines.length)
		return [ list(lines), E('a', { 'href': daemon.page('findings') }, [ _('See what was found') ]) ];
	if (!daemon.moment(status.finished))
		return [ _('Nothing yet: it has not looked at the home so far.') ];
	return [ _('No problems found with what it may do.') ];
}

function dashboard(status) {
	const url = daemon.web(status.dashboard);
	if (!url)
		return [ _('It is not served: give it an address in the settings.') ];
	if (daemon.hidden(url))
		return [ _('Only the router itself can open %s. Choose a network for it in the settings.').format(url.href) ];
	if (status.setup)
		return [ _('Not set up yet: open it, choose a password and say how far homesweep may go.') ];
	return [ url.href ];
}

function far(status) {
	const words = [ worded(touches, status.touch) ];
	if (status.touch === 'listen')
		words.push(' ', _('Allow more on the dashboard, and it finds more.'));
	if (status.granted)
		words.push(' ', _('On devices that you chose it tries the passwords that they are sold with.'));
	return words;
}

function table(status) {
	const devices = Number(status.devices) || 0, present = Number(status.present) || 0;
	const notes = L.toArray(status.notes);
	return E('table', { 'class': 'table' }, [
		row(_('Service'), [ _('Running, version %s').format(status.version) ]),
		row(_('Dashboard'), dashboard(status)),
		row(_('Last look at the home'), [ looked(status) ]),
		row(_('Found'), found(status)),
		row(_('Devices'), [ N_(devices, '%d device known', '%d devices known').format(devices), ', ', _('%d here now').format(present) ]),
		row(_('How far it goes'), far(status)),
		row(_('On this router'), [ worded(rungs, status.rung) ]),
		notes.length ? row(_('Notes'), [ list(notes) ]) : ''
	]);
}

return view.extend({
	load() {
		return daemon.ask('status');
	},

	/* Shows a reply; the buttons are for a daemon that answers. */
	show(reply) {
		this.status = reply.answer;
		dom.content(this.facts, [ reply.answer ? table(reply.answer) : daemon.notice(reply.trouble) ]);
		dom.content(this.opener, [ this.status?.setup ? _('Set up the dashboard') : _('Open dashboard') ]);
		this.opener.disabled = !this.status || !daemon.web(this.status.dashboard);
		this.looker.disabled = !this.status || !!this.status.running;
	},

	refresh() {
		return daemon.ask('status').then((reply) => this.show(reply));
	},

	/* createHandlerFn enables a button again when its work is over: what is shown
	 * has the last word. */
	later() {
		window.setTimeout(() => this.refresh(), 0);
	},

	handleOpen() {
		return daemon.open().then(() => this.later());
	},

	handleLook() {
		return daemon.ask('sweep').then((reply) => {
			if (reply.trouble)
				daemon.tell([ reply.trouble.what ]);
			this.later();
		});
	},

	render(reply) {
		this.facts = E('div', { 'class': 'cbi-section' });
		this.opener = E('button', { 'class': 'btn cbi-button cbi-button-action important', 'click': ui.createHandlerFn(this, 'handleOpen') });
		this.looker = E('button', { 'class': 'btn cbi-button cbi-button-action', 'click': ui.createHandlerFn(this, 'handleLook') }, [ _('Look at the home now') ]);
		this.show(reply);
		poll.add(() => this.refresh(), seconds);
		return E('div', { 'class': 'cbi-map' }, [
			E('h2', { 'name': 'content' }, [ _('homesweep') ]),
			E('div', { 'class': 'cbi-map-descr' }, [ _('Finds the devices in your home and tells you which of them need care.') ]),
			this.facts,
			E('div', { 'class': 'right', 'style': 'display:flex;flex-wrap:wrap;gap:.5em;justify-content:flex-end' }, [ this.looker, this.opener ])
		]);
	},

	handleSaveApply: null,
	handleSave: null,
	handleReset: null
});
