'use strict';
'require view';
'require form';
'require tools.widgets as widgets';

/*
 * The form over section main of /etc/config/homesweep. Its options are those of the
 * table that the daemon's flags are made of (openwrt/OPTIONS.md), and three that only
 * the service itself reads. What is left empty is not written: the daemon's own default
 * holds, also when a later version has a better one.
 */

const hours = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const address4 = /^(10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){2,3}$/;
const address6 = /^\[(f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1)[0-9a-f:.]*(%[\w.-]+)?\]$/i;

const duration = /^[1-9]\d{0,5}[hm]$/;
const secure = /^https:\/\/[A-Za-z0-9][\w.~:\/?=&+,-]*$/;
const path = /^\/[\w.\/-]*$/;

/* A test of a value: what may be empty is not written then. What the service refuses
 * is refused here, in the words of LuCI's own validation. */
function expect(what, test) {
	return (section, value) => value === '' || test(value) || _('Expecting: %s').format(what);
}

/* Only the home's own addresses: homesweep serves its dashboard on no other. */
function home(value) {
	const [ , host, port ] = /^(.+):([1-9]\d{3,4})$/.exec(value) ?? [];
	const known = /^[\w-]+$/.test(host) || address6.test(host) || (address4.test(host) && host.split('.').length === 4);
	return known && +port >= 1024 && +port <= 65535;
}

/* A list to choose from, whose first entry leaves the choice to homesweep. */
function choice(s, tab, name, title, description, byDefault, choices) {
	const o = s.taboption(tab, form.ListValue, name, title, description);
	o.optional = true;
	o.placeholder = _('Default (%s)').format(byDefault);
	o.value('', o.placeholder);
	for (const [ value, words ] of choices)
		o.value(value, words);
	return o;
}

function field(s, tab, name, title, description, placeholder) {
	const o = s.taboption(tab, form.Value, name, title, description);
	o.optional = true;
	o.placeholder = placeholder;
	return o;
}

function general(s) {
	let o = s.taboption('general', form.Flag, 'enabled', _('Enabled'), _('Start homesweep now and whenever the router starts.'));
	o.default = '1';
	o.rmempty = false;

	o = field(s, 'general', 'listen', _('Dashboard at'),
		_('A network of this router and a port, or an address and a port. Never one that the internet can reach.'), 'lan:8480');
	o.validate = expect(_('a network or an address of the home, and a port from 1024 on, such as lan:8480'), home);

	choice(s, 'general', 'tls', _('Dashboard by https'),
		_('With a key of this router’s own, of which the browser warns once. Not on routers with a MIPS processor.'), _('off'),
		[ [ 'on', _('on') ], [ 'off', _('off') ] ]);

	o = field(s, 'general', 'every', _('Look at the home every'), null, '6h');
	o.validate = expect(_('a time of a minute or more, such as 6h or 90m'), (value) => duration.test(value));

	o = field(s, 'general', 'quiet', _('Quiet hours'), _('In these hours, such as 22:30-07:00, it begins no look by itself. If empty, there are none.'));
	o.validate = expect(_('hours such as 22:30-07:00'), (value) => hours.test(value) && value.slice(0, 5) !== value.slice(6));
}

function reach(s) {
	let o = s.taboption('reach', widgets.DeviceSelect, 'link', _('Networks'),
		_('Look at these only. If none is chosen, at all that belong to the home, and never at the internet side.'));
	o.multiple = true;
	o.noaliases = true;
	o.optional = true;

	o = s.taboption('reach', form.DynamicList, 'target', _('Part of the network'),
		_('Look at these addresses only, such as 192.168.1.0/26 or one address.'));
	o.datatype = 'or(cidr,ipaddr("nomask"))';
	o.optional = true;

	choice(s, 'reach', 'touch', _('How far it may go'),
		_('You can allow more on the dashboard at any time; it tells what each step does.'), _('only listen'), [
			[ 'listen', _('Only listen: nothing is sent') ],
			[ 'look', _('Look: which devices are there, which ports are open') ],
			[ 'ask', _('Ask: what each device is and how it is set up') ]
		]);

	choice(s, 'reach', 'logins', _('Passwords to try'),
		_('On devices for which you allow that on the dashboard, and nowhere else: two for each account and four for each device in a day at most.'), _('documented'), [
		[ 'documented', _('documented: those that the maker of that very device names') ],
		[ 'common', _('common: also the few that are found everywhere') ]
	]);

	choice(s, 'reach', 'pace', _('Pace'), _('Devices that bear little are never hurried.'), _('normal'),
		[ [ 'gentle', _('gentle') ], [ 'normal', _('normal') ], [ 'fast', _('fast') ] ]);

	choice(s, 'reach', 'ports', _('Ports'), _('Which TCP ports of a device to ask. Devices that bear little get a short list of their own.'), _('home'),
		[ [ 'home', _('home: about 150') ], [ 'wide', _('wide: a thousand') ], [ 'all', _('all 65535') ] ]);
}

function advanced(s) {
	let o = field(s, 'advanced', 'pull', _('Newer knowledge from'),
		_('Once a day fetch newer knowledge of devices from this https address of a signed file. If empty, homesweep asks nobody on the internet.'));
	o.validate = expect(_('an address such as https://example.org/homesweep.bundle'), (value) => secure.test(value));

	o = field(s, 'advanced', 'state', _('State directory'),
		_('What must outlast a restart: your decisions and the devices known. It belongs on flash or a disk, not below /tmp.'), '/etc/homesweep/state');
	o.validate = expect(_('a directory with homesweep in its path, such as /mnt/usb/homesweep'),
		(value) => path.test(value) && (value + '/').includes('/homesweep/') && !(value + '/').includes('/../'));

	o = field(s, 'advanced', 'memory', _('Memory, in MiB'), _('How much the service should keep to. If empty, by how much the router has.'));
	o.datatype = 'and(uinteger,range(16,4096))';

	o = s.taboption('advanced', form.Flag, 'jail', _('In a jail'),
		_('Where the router can do so (package procd-ujail), homesweep sees its own files only.'));
	o.default = '1';

	choice(s, 'advanced', 'log', _('Log'), _('How much goes to the system log.'), _('info'), [
		[ 'debug', _('debug') ], [ 'info', _('info') ], [ 'warn', _('warnings and errors') ], [ 'error', _('errors only') ]
	]);
}

return view.extend({
	render() {
		const m = new form.Map('homesweep', _('Settings'), _('What is left empty is as homesweep thinks best.'));
		const s = m.section(form.NamedSection, 'main', 'homesweep');
		s.addremove = false;
		s.tab('general', _('General'));
		s.tab('reach', _('What it looks at'));
		s.tab('advanced', _('Advanced'));
		general(s);
		reach(s);
		advanced(s);
		return m.render();
	}
});
