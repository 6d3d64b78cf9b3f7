'use strict';
'require baseclass';
'require rpc';
'require uci';
'require ui';

/*
 * What homesweep's views ask of the daemon, and the words for what comes back.
 *
 * Names and titles come from strangers' devices. LuCI's E() and dom.content() make
 * text of the strings inside an array, and markup of a bare string
 * (modules/luci-base/htdocs/luci-static/resources/luci.js, dom.append): children
 * are arrays everywhere here.
 */

const calls = {
	status: rpc.declare({ object: 'homesweep', method: 'status' }),
	findings: rpc.declare({ object: 'homesweep', method: 'findings', params: [ 'offset', 'limit' ] }),
	sweep: rpc.declare({ object: 'homesweep', method: 'sweep' }),
	ticket: rpc.declare({ object: 'homesweep', method: 'ticket' })
};

/* What stands for "no such object", "no such method" and "not allowed": of ubus
 * (libubus, enum ubus_msg_status), and of JSON-RPC as uhttpd's ubus plugin has it. */
const absent = [ 3, 4, -32000, -32601 ];
const denied = [ 6, -32002 ];
const late = 7;

const page = (name) => L.url('admin/services/homesweep', name);

/* A trouble is what happened, in whose words, and what to do about it. */
function trouble(what, todo, href, where) {
	return { what: what, todo: todo, href: href, where: where };
}

function failure(code) {
	if (absent.includes(code))
		return trouble(_('The router does not know homesweep’s commands.'),
			_('Install the package homesweep, or restart the router if it was installed just now.'));
	if (denied.includes(code))
		return trouble(_('This login may not see homesweep.'),
			_('Log out and in again. If that does not help, this login needs the right “luci-app-homesweep”.'));
	if (code === late)
		return trouble(_('homesweep took too long to answer.'), _('The router may be busy: try again in a minute.'));
	return trouble(_('homesweep gave no answer that this page understands.'),
		_('Try again. If it stays so, the system log may say why.'), L.url('admin/status/logs/syslog'), _('System log'));
}

/* How the plugin's words begin where no daemon answers it (daemon/ubus). */
const stopped = 'homesweep is not running';

/* What the daemon itself, or its plugin on its behalf, said in plain words. */
function refusal(words) {
	const t = trouble(words.startsWith(stopped) ? _('homesweep is not running.') : _('homesweep cannot answer: %s').format(words));
	if (uci.get('homesweep', 'main', 'enabled') === '0') {
		t.todo = _('It is switched off. Tick “Enabled” in its settings, then Save & Apply.');
		t.href = page('settings');
		t.where = _('Settings');
	} else {
		t.todo = _('See whether it is started, and start it if it is not.');
		t.href = L.url('admin/system/startup');
		t.where = _('Startup');
	}
	return t;
}

/* The daemon's answer, or what is wrong. An error of LuCI's own carries the code in
 * its message only (rpc.js, parseCallReply). */
function ask(method, ...args) {
	return calls[method](...args).then(
		(reply) => {
			if (!L.isObject(reply))
				return { trouble: failure(reply) };
			if (typeof reply.error === 'string')
				return L.resolveDefault(uci.load('homesweep')).then(() => ({ trouble: refusal(reply.error) }));
			return { answer: reply };
		},
		(err) => {
			const code = /failed with error (-?\d+)/.exec(err?.message);
			if (code)
				return { trouble: failure(+code[1]) };
			return { trouble: trouble(_('The router does not answer.'), _('See whether this computer is still connected to it, then load the page again.')) };
		});
}

/* A box that says what is wrong and what to do. */
function notice(t) {
	return E('div', { 'class': 'alert-message warning', 'role': 'status' }, [
		E('p', { 'style': 'overflow-wrap:anywhere' }, [ E('strong', {}, [ t.what ]) ]),
		E('p', {}, [ t.todo, ' ', t.href ? E('a', { 'href': t.href }, [ t.where ]) : '' ])
	]);
}

/* An address that a browser may be sent to, or null. */
function web(address) {
	try {
		const url = new URL(address);
		return [ 'http:', 'https:' ].includes(url.protocol) ? url : null;
	} catch (err) {
		return null;
	}
}

/* Whether a dashboard there can be seen on the router itself only. */
function hidden(url) {
	const own = /^(localhost|127\..*|\[::1\])$/;
	return own.test(url.hostname) && !own.test(window.location.hostname);
}

function tell(children) {
	ui.addNotification(null, E('p', { 'style': 'overflow-wrap:anywhere' }, children), 'warning');
}

/*
 * Opens the dashboard in a tab of its own, with a ticket that lets it in once. The
 * tab is opened while the press still counts as one, or the browser takes it for a
 * pop-up; its address follows when the ticket has come. While no password is set
 * the address has the one-time code instead, with which the first one is chosen.
 */
function open() {
	const tab = window.open('', '_blank');
	if (tab)
		tab.opener = null;
	return ask('ticket').then((reply) => {
		const url = web(reply.answer?.address);
		if (url && tab) {
			tab.location.replace(url.href);
		} else if (url) {
			tell([ _('The browser held back the new tab.'), ' ',
				E('a', { 'href': url.href, 'target': '_blank', 'rel': 'noopener noreferrer' }, [ _('Open the dashboard within a minute') ]) ]);
		} else {
			tab?.close();
			tell([ reply.trouble?.what || _('homesweep did not say where its dashboard is.') ]);
		}
	});
}

/* A moment in the reader's way of writing it; empty for none. */
function moment(text) {
	const at = new Date(text);
	if (!(at.getTime() > 0))
		return '';
	const form = { dateStyle: 'medium', timeStyle: 'short' };
	try {
		return at.toLocaleString(document.documentElement.lang.replace('_', '-') || undefined, form);
	} catch (err) {
		return at.toLocaleString(undefined, form); // a language that the browser has no rules for
	}
}

return baseclass.extend({
	ask: ask,
	notice: notice,
	tell: tell,
	open: open,
	web: web,
	hidden: hidden,
	moment: moment,
	page: page
});
