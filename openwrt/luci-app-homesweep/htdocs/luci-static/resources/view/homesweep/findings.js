'use strict';
'require view';
'require dom';
'require ui';
'require homesweep.daemon as daemon';

const limit = 50; // findings a page

const severities = {
	act_now: () => _('Act now'),
	soon: () => _('Soon'),
	when_you_can: () => _('When you can'),
	for_info: () => _('For your information')
};

const verdicts = {
	pass: () => _('Looks fine'),
	likely_pass: () => _('Nothing worrying seen'),
	not_tested: () => _('Not checked'),
	not_applicable: () => _('Does not apply'),
	stale: () => _('An older result')
};

/* How soon a finding wants doing, or what came out of a check that found no problem. */
function urgency(finding, asks) {
	const problem = [ 'fail', 'likely_fail' ].includes(finding.verdict);
	if (problem && !asks)
		return _('You left it as it is');
	const words = problem ? severities[finding.severity] : verdicts[finding.verdict];
	return words ? words() : _('Cannot be told from here');
}

function what(finding) {
	const advice = [ finding.advice, ...L.toArray(finding.steps) ].filter((line) => line);
	return [
		E('div', {}, [ finding.title ]),
		finding.verdict === 'likely_fail' ? E('div', {}, [ E('em', {}, [ _('Probably so; homesweep is not certain.') ]) ]) : '',
		advice.length ? E('details', {}, [
			E('summary', { 'style': 'cursor:pointer' }, [ _('What to do') ]),
			...advice.map((line) => E('p', {}, [ line ]))
		]) : ''
	];
}

function row(finding, asks) {
	const style = 'overflow-wrap:anywhere;vertical-align:top';
	return E('tr', { 'class': 'tr cbi-rowstyle-1' }, [
		E('td', { 'class': 'td left', 'style': style }, [ urgency(finding, asks) ]),
		E('td', { 'class': 'td left', 'style': style }, [ finding.name || finding.device ]),
		E('td', { 'class': 'td left', 'style': style }, what(finding))
	]);
}

function table(findings, asking) {
	return E('table', { 'class': 'table cbi-section-table' }, [
		E('tr', { 'class': 'tr table-titles' }, [
			E('th', { 'class': 'th left', 'width': '18%' }, [ _('How urgent') ]),
			E('th', { 'class': 'th left', 'width': '25%' }, [ _('Device') ]),
			E('th', { 'class': 'th left' }, [ _('What was found') ])
		]),
		...findings.map((finding, i) => row(finding, i < asking))
	]);
}

return view.extend({
	load() {
		return Promise.all([ daemon.ask('findings', 0, limit), daemon.ask('status') ]);
	},

	/* Shows the page from the finding of number offset on. A page is as long as the
	 * router's bus has room for: where the earlier ones began is kept. */
	turn(offset) {
		return daemon.ask('findings', offset, limit).then((reply) => {
			if (reply.answer && offset > 0 && offset >= this.total(reply.answer))
				return this.turn(this.begun.pop() ?? 0); // they have become fewer
			this.show(reply);
			this.body.scrollIntoView();
		});
	},

	handleNext(offset, now) {
		this.begun.push(now);
		return this.turn(offset);
	},

	handleBack() {
		return this.turn(this.begun.pop() ?? 0);
	},

	handleAll() {
		this.all = !this.all;
		this.begun = [];
		return this.turn(0);
	},

	/* How many there are to show: the problems, which come first, or all. */
	total(answer) {
		return Number(this.all ? answer.total : answer.problems) || 0;
	},

	button(words, off, handler, ...args) {
		return E('button', { 'class': 'btn cbi-button', 'disabled': off ? '' : null, 'click': ui.createHandlerFn(this, handler, ...args) }, [ words ]);
	},

	pager(offset, shown, total) {
		return E('div', { 'style': 'display:flex;flex-wrap:wrap;gap:.5em;align-items:center;justify-content:center;margin:1em 0' }, [
			this.button(_('Back'), offset <= 0, 'handleBack'),
			E('span', {}, [ _('%d to %d of %d').format(offset + 1, offset + shown, total) ]),
			this.button(_('Next'), offset + shown >= total, 'handleNext', offset + shown, offset)
		]);
	},

	show(reply) {
		if (!reply.answer)
			return dom.content(this.body, [ daemon.notice(reply.trouble) ]);
		const total = this.total(reply.answer), offset = Number(reply.answer.offset) || 0;
		const findings = L.toArray(reply.answer.findings).filter(L.isObject).slice(0, Math.max(0, total - offset));
		const more = (Number(reply.answer.total) || 0) > (Number(reply.answer.problems) || 0);
		dom.content(this.body, [
			findings.length ? table(findings, (Number(reply.answer.problems) || 0) - offset) : E('p', {}, [ E('em', {}, [ this.none() ]) ]),
			findings.length < total ? this.pager(offset, findings.length, total) : '',
			more ? E('div', { 'style': 'margin-top:1em' }, [ this.button(this.all ? _('Show problems only') : _('Show every result'), false, 'handleAll') ]) : ''
		]);
	},

	/* Silence is no all-clear. */
	none() {
		return daemon.moment(this.status?.finished)
			? _('No problems found with what it may do.')
			: _('Nothing yet: it has not looked at the home so far.');
	},

	handleOpen() {
		return daemon.open();
	},

	render(data) {
		this.status = data[1].answer;
		this.all = false;
		this.begun = [];
		this.body = E('div', { 'class': 'cbi-section' });
		this.show(data[0]);
		return E('div', { 'class': 'cbi-map' }, [
			E('h2', { 'name': 'content' }, [ _('Findings') ]),
			E('div', { 'class': 'cbi-map-descr' }, [ _('What wants doing comes first. The dashboard shows how each was found, and is where you say that one is settled.') ]),
			this.body,
			this.status && daemon.web(this.status.dashboard) ? E('div', { 'class': 'right' }, [
				E('button', { 'class': 'btn cbi-button cbi-button-action important', 'click': ui.createHandlerFn(this, 'handleOpen') },
					[ this.status.setup ? _('Set up the dashboard') : _('Open dashboard') ])
			]) : ''
		]);
	},

	handleSaveApply: null,
	handleSave: null,
	handleReset: null
});
