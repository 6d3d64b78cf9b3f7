/*
 * A stand-in for LuCI's client side, for the tests of homesweep's views: our own, and
 * no more of it than they use. What it does it does as openwrt/luci's
 * modules/luci-base/htdocs/luci-static/resources/{luci,rpc,uci,ui}.js do, the traps
 * among them: a bare string given to E() is markup, and an error of ubus is a number
 * where an answer was expected. The page that loads it sets window.router.
 */
(function() {
'use strict';

const { session, catalogue, tick } = window.router;

String.prototype.format = function(...args) {
	let n = 0;
	return this.replace(/%(%|[sdfh])/g, (all, kind) => {
		if (kind === '%') return '%';
		const value = args[n++];
		if (kind === 'd') return String(Math.trunc(+value || 0));
		if (kind === 'f') return String(+value || 0);
		if (kind === 'h') return String(value).replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
		return String(value ?? '');
	});
};

window._ = (text) => catalogue[text]?.[0] || text;
window.N_ = (n, one, many) => catalogue[one]?.[n === 1 ? 0 : 1] || (n === 1 ? one : many);

const dom = {
	elem: (e) => e != null && typeof(e) === 'object' && 'nodeType' in e,
	parse: (html) => document.createRange().createContextualFragment(html).firstChild,
	append(node, children) {
		if (Array.isArray(children)) {
			for (const child of children)
				node.appendChild(dom.elem(child) ? child : document.createTextNode(`${child}`));
		} else if (typeof(children) === 'function') {
			dom.append(node, children(node));
		} else if (dom.elem(children)) {
			node.appendChild(children);
		} else if (children !== null && children !== undefined) {
			node.innerHTML = `${children}`;
		}
		return node.lastChild;
	},
	content(node, children) {
		node.replaceChildren();
		return dom.append(node, children);
	},
	create(html, attr, data) {
		if (!(attr instanceof Object) || Array.isArray(attr) || dom.elem(attr)) {
			data = attr;
			attr = {};
		}
		const node = html.startsWith('<') ? dom.parse(html) : document.createElement(html);
		for (const key in attr) {
			if (attr[key] == null) continue;
			if (typeof(attr[key]) === 'function') node.addEventListener(key, attr[key]);
			else node.setAttribute(key, attr[key]);
		}
		dom.append(node, data);
		return node;
	}
};
const E = window.E = dom.create;

/* Classes as LuCI's: extend() makes one, and a required class is an instance. */
class Base {
	static extend(properties) {
		const made = class extends this {
			super(method, ...args) { return Object.getPrototypeOf(made.prototype)[method].apply(this, args[0] ?? []); }
		};
		Object.assign(made.prototype, properties);
		return made;
	}
	constructor(...args) { this.__init__?.(...args); }
}

const L = window.L = {
	env: { sessionid: session }, dom: dom, Class: Base,
	url: (...parts) => [ '/cgi-bin/luci', ...parts ].join('/'),
	resource: (...parts) => [ '/luci-static/resources', ...parts ].join('/'),
	isObject: (value) => value !== null && typeof(value) === 'object' && !Array.isArray(value),
	toArray: (value) => value == null ? [] : Array.isArray(value) ? value : typeof(value) === 'object' ? [ value ] : String(value).trim().split(/\s+/).filter((word) => word),
	bind: (fn, self, ...args) => fn.bind(self, ...args),
	resolveDefault: (value, byDefault) => Promise.resolve(value).catch(() => byDefault),
	raise(name, text, ...args) {
		const err = new Error(text.format(...args));
		err.name = name;
		throw err;
	},
	/* What a visitor sees of an error that a view lets through. */
	error(err) {
		ui.addNotification(null, E('p', {}, [ `${err.name}: ${err.message}` ]), 'error');
	}
};

let id = 1;

async function post(url, body) {
	const reply = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
		.catch(() => L.raise('NetworkError', 'XHR request failed'));
	if (!reply.ok) L.raise('RPCError', 'RPC call to %s/%s failed with HTTP error %d: %s', body.params?.[1], body.params?.[2], reply.status, reply.statusText || '?');
	return reply.json();
}

const rpc = {
	declare: (options) => async function(...args) {
		const params = {};
		(options.params || []).forEach((name, i) => { params[name] = args[i]; });
		const message = await post(L.url('admin/ubus') + '/%s.%s'.format(options.object, options.method),
			{ jsonrpc: '2.0', id: id++, method: 'call', params: [ session, options.object, options.method, params ] });
		if (message.error) L.raise('RPCError', 'RPC call to %s/%s failed with error %d: %s', options.object, options.method, message.error.code, message.error.message);
		if (options.reject && message.result[0] !== 0)
			L.raise('RPCError', 'RPC call to %s/%s failed with ubus code %d: %s', options.object, options.method, message.result[0], '');
		let reply = message.result.length > 1 ? message.result[1] : message.result[0];
		for (const key in options.expect) {
			if (reply != null && key !== '') reply = reply[key];
			if (Object.prototype.toString.call(reply) !== Object.prototype.toString.call(options.expect[key])) reply = options.expect[key];
		}
		return reply;
	}
};

const uci = {
	values: {}, changes: {}, deletes: {},
	callGet: rpc.declare({ object: 'uci', method: 'get', params: [ 'config' ], expect: { values: {} }, reject: true }),
	callSet: rpc.declare({ object: 'uci', method: 'set', params: [ 'config', 'section', 'values' ], reject: true }),
	callDelete: rpc.declare({ object: 'uci', method: 'delete', params: [ 'config', 'section', 'options' ], reject: true }),
	async load(config) { uci.values[config] ??= await uci.callGet(config); return [ config ]; },
	get(config, section, option) {
		if (uci.deletes[config]?.[section]?.includes(option)) return null;
		return uci.changes[config]?.[section]?.[option] ?? uci.values[config]?.[section]?.[option] ?? null;
	},
	set(config, section, option, value) {
		const drop = (uci.deletes[config] ??= {})[section] ??= [], change = (uci.changes[config] ??= {})[section] ??= {};
		if (!uci.values[config]?.[section]) return;
		if (value == null || value === '') {
			delete change[option];
			if (option in uci.values[config][section] && !drop.includes(option)) drop.push(option);
			return;
		}
		drop.splice(drop.indexOf(option), drop.includes(option) ? 1 : 0);
		change[option] = value;
	},
	async save() {
		const tasks = [];
		for (const config in uci.changes) for (const section in uci.changes[config]) {
			const change = uci.changes[config][section], drop = uci.deletes[config][section];
			if (Object.keys(change).length) tasks.push(uci.callSet(config, section, change));
			if (drop.length) tasks.push(uci.callDelete(config, section, drop));
		}
		await Promise.all(tasks);
		const loaded = Object.keys(uci.values);
		Object.assign(uci, { values: {}, changes: {}, deletes: {} });
		return Promise.all(loaded.map(uci.load));
	}
};

const ui = {
	createHandlerFn(self, fn, ...args) {
		const handler = typeof(fn) === 'string' ? self[fn] : fn;
		return (event) => {
			const pressed = event.currentTarget;
			pressed.classList.add('spinning');
			pressed.disabled = true;
			pressed.blur();
			return Promise.resolve(handler.apply(self, [ ...args, event ])).finally(() => {
				pressed.classList.remove('spinning');
				pressed.disabled = false;
			});
		};
	},
	addNotification(title, children, ...classes) {
		const note = E('div', { 'class': [ 'alert-message fade-in', ...classes ].join(' ') }, [ E('div', {}), E('button', { 'class': 'btn', 'click': () => note.remove() }, [ _('Dismiss') ]) ]);
		if (title != null) dom.append(note.firstChild, E('h4', {}, title));
		dom.append(note.firstChild, children);
		document.getElementById('maincontent').prepend(note);
		return note;
	},
	changes: {
		async apply(checked) {
			await post(L.url('admin/uci', checked ? 'apply_rollback' : 'apply_unchecked'), {});
			if (checked) await post(L.url('admin/uci/confirm'), {});
			document.body.dataset.applied = checked ? 'checked' : 'unchecked';
		}
	}
};

const poll = {
	queue: [], tick: 0,
	add(fn, seconds) { poll.queue.push([ fn, seconds ]); },
	step() {
		for (const [ fn, seconds ] of poll.queue) if (poll.tick % seconds === 0) fn();
		poll.tick++;
	}
};

class View extends Base {
	load() {}
	render() {}
	async __init__() {
		const place = document.getElementById('view');
		dom.content(place, E('div', { 'class': 'spinning' }, [ 'Loading view…' ]));
		try {
			const node = await this.render(await this.load());
			dom.content(place, node);
			dom.append(place, this.addFooter());
			document.body.dataset.view = 'shown';
			setInterval(poll.step, tick);
		} catch (err) {
			L.error(err);
		}
	}
	maps() { return [ ...document.querySelectorAll('.cbi-map') ].map((node) => node.map).filter((map) => map); }
	handleSave() { return Promise.all(this.maps().map((map) => map.save())); }
	handleSaveApply(event, mode) { return this.handleSave(event).then(() => ui.changes.apply(mode === '0')); }
	handleReset() { return Promise.all(this.maps().map((map) => map.reset())); }
	addFooter() {
		const button = (name, words, ...args) => this[name] ? [ E('button', { 'class': 'btn cbi-button', 'click': ui.createHandlerFn(this, name, ...args) }, [ words ]) ] : [];
		const footer = (event, mode) => this.handleSaveApply(event, mode);
		return E('div', { 'class': 'cbi-page-actions' }, [
			...this.handleSaveApply ? [ E('button', { 'class': 'btn cbi-button cbi-button-apply', 'click': ui.createHandlerFn(this, (event) => footer(event, '0')) }, [ _('Save & Apply') ]) ] : [],
			...button('handleSave', _('Save')), ...button('handleReset', _('Reset'))
		]);
	}
}

const loaded = { baseclass: Base, dom, rpc, uci, ui, poll, view: View };

/* require(): the directives at a file's head name what it is given. */
L.require = async function(name) {
	if (loaded[name]) return loaded[name];
	const source = await (await fetch(L.resource(name.replaceAll('.', '/') + '.js'))).text();
	const names = [], values = [];
	for (const [ , what, as ] of source.matchAll(/^'require ([\w.-]+)(?: as (\w+))?';$/gm)) {
		values.push(await L.require(what));
		names.push(as || what.split('.').pop());
	}
	const Made = new Function(...names, source)(...values);
	if (!name.startsWith('view.')) return loaded[name] = typeof(Made) === 'function' ? new Made() : Made;
	return Made;
};

window.addEventListener('DOMContentLoaded', () => L.require('view.' + window.router.view).then((Made) => new Made()).catch(L.error));
})();
