'use strict';
'require baseclass';
'require dom';
'require uci';
'require ui';

/*
 * The part of LuCI's form.js and validation.js that homesweep's settings use. What a
 * save writes follows form.js: of an option that is shown, a value that differs; an
 * empty one is removed; one that is not shown is removed; a flag is always written.
 */

const v4 = (text) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((n) => n <= 255);
const v6 = (text) => { try { return new URL('http://[' + text + ']/').hostname !== ''; } catch (err) { return false; } };
const digits = (text) => /^\d+$/.test(text) ? +text : NaN;

const types = {
	or: (text, ...any) => any.some((type) => type(text)),
	and: (text, ...all) => all.every((type) => type(text)),
	uinteger: (text) => digits(text) >= 0,
	cidr(text) {
		const [ address, bits, more ] = text.split('/');
		return !more && (v4(address) && digits(bits) <= 32 || v6(address) && digits(bits) <= 128);
	},
	ipaddr: (text) => v4(text) || v6(text),
	range: (text, least, most) => /^-?\d+(\.\d+)?$/.test(text) && +text >= least && +text <= most
};

/* A datatype's test: names with arguments in brackets, as validation.js compiles them. */
function compile(type) {
	const [ , name, inside ] = /^(\w+)(?:\((.*)\))?$/.exec(type.trim());
	if (!types[name]) L.raise('SyntaxError', 'Unhandled token "%s"', name);
	const parts = [];
	let depth = 0;
	for (const c of inside ?? '') {
		if (c === ',' && depth === 0) parts.push('');
		else parts.push((parts.pop() ?? '') + c);
		depth += (c === '(') - (c === ')');
	}
	const args = parts.map((part) => /^[\d"]/.test(part) ? JSON.parse(part) : compile(part));
	return (text) => types[name](text, ...args);
}

const Value = baseclass.extend({
	__init__(section, name, title, description) {
		Object.assign(this, { section, name, title, description, keys: [], words: [], dependencies: [], rmempty: true, optional: false });
	},
	value(key, words) { this.keys.push(key); this.words.push(words ?? key); },
	depends(name, value) { this.dependencies.push([ name, value ]); },
	cfgvalue() { return uci.get(this.section.map.config, this.section.name, this.name); },
	active() { return this.dependencies.every(([ name, value ]) => this.section.find(name).formvalue() === value); },
	id() { return 'widget.cbid.%s.%s.%s'.format(this.section.map.config, this.section.name, this.name); },
	load() {},
	texts() { return [ this.formvalue() ?? '' ]; },
	valid() {
		const wrong = this.texts().map((text) => {
			if (text === '') return this.optional || this.rmempty || _('non-empty value');
			if (this.datatype && !compile(this.datatype)(text)) return _('Expecting: %s').format(this.datatype);
			return this.validate ? this.validate(this.section.name, text) : true;
		}).find((answer) => answer !== true);
		this.node.querySelector('.cbi-value-error')?.remove();
		if (wrong) this.node.lastChild.appendChild(E('div', { 'class': 'cbi-value-error' }, [ wrong ]));
		return !wrong;
	},
	parse() {
		if (!this.active()) return this.write(null);
		if (!this.valid()) L.raise('TypeError', 'Option "%s" contains an invalid input value.', this.title);
		const now = this.formvalue();
		if (now === '' || now?.length === 0) return this.write(null);
		if (JSON.stringify(now) !== JSON.stringify(this.cfgvalue())) this.write(now);
	},
	write(value) { uci.set(this.section.map.config, this.section.name, this.name, value); },
	formvalue() { return this.node.querySelector('input,select')?.value; },
	widget(now) { return E('input', { 'type': 'text', 'class': 'cbi-input-text', 'id': this.id(), 'value': now ?? '', 'placeholder': this.placeholder }); },
	render() {
		/* A title and a description are markup, as in form.js. */
		this.node = E('div', { 'class': 'cbi-value', 'data-name': this.name }, [
			E('label', { 'class': 'cbi-value-title', 'for': this.id() }, this.title),
			E('div', { 'class': 'cbi-value-field' }, [ this.widget(this.cfgvalue() ?? this.default) ])
		]);
		if (this.description) this.node.lastChild.appendChild(E('div', { 'class': 'cbi-value-description' }, this.description));
		this.node.addEventListener('change', () => { this.section.depend(); this.valid(); });
		return this.node;
	}
});

const ListValue = Value.extend({
	widget(now) {
		const options = this.keys.map((key, i) => key === '' && !this.optional ? '' : E('option', { 'value': key, 'selected': key === (now ?? '') ? '' : null }, [ this.words[i] ]));
		return E('select', { 'class': 'cbi-input-select', 'id': this.id() }, options.filter((o) => o));
	}
});

const Flag = Value.extend({
	widget(now) { return E('input', { 'type': 'checkbox', 'id': this.id(), 'checked': now === '1' ? '' : null }); },
	formvalue() { return this.node.querySelector('input').checked ? '1' : '0'; },
	parse() {
		const now = this.formvalue();
		this.write(now === this.default && (this.optional || this.rmempty) ? null : now);
	}
});

const DynamicList = Value.extend({
	formvalue() { return [ ...this.node.querySelectorAll('input') ].map((input) => input.value).filter((text) => text); },
	texts() { return this.formvalue(); },
	widget(now) {
		const item = (text) => E('div', {}, [ E('input', { 'type': 'text', 'class': 'cbi-input-text', 'aria-label': this.title, 'value': text }) ]);
		const add = E('button', { 'class': 'btn cbi-button', 'type': 'button', 'click': () => add.before(item('')) }, [ '+' ]);
		return E('div', { 'class': 'cbi-dynlist', 'id': this.id() }, [ ...L.toArray(now).map(item), add ]);
	}
});

const NamedSection = baseclass.extend({
	__init__(map, name, type) { Object.assign(this, { map, name, type, tabs: [], options: [] }); },
	tab(name, title) { this.tabs.push({ name, title, options: [] }); },
	taboption(tab, Kind, ...args) {
		const option = new Kind(this, ...args);
		this.tabs.find((t) => t.name === tab).options.push(option);
		this.options.push(option);
		return option;
	},
	find(name) { return this.options.find((option) => option.name === name); },
	depend() { for (const option of this.options) option.node.hidden = !option.active(); },
	render() {
		const menu = E('ul', { 'class': 'cbi-tabmenu' });
		const panes = this.tabs.map((tab) => E('div', { 'class': 'cbi-tab-descr', 'data-tab': tab.name, 'hidden': '' }, tab.options.map((option) => option.render())));
		this.tabs.forEach((tab, i) => menu.appendChild(E('li', {}, [ E('a', { 'href': '#', 'click': (event) => {
			event.preventDefault();
			panes.forEach((pane, j) => { pane.hidden = i !== j; });
		} }, [ tab.title ]) ])));
		panes[0].hidden = false;
		this.depend();
		return E('div', { 'class': 'cbi-section' }, [ menu, ...panes ]);
	}
});

const Map = baseclass.extend({
	__init__(config, title, description) { Object.assign(this, { config, title, description, sections: [] }); },
	section(Kind, ...args) {
		const section = new Kind(this, ...args);
		this.sections.push(section);
		return section;
	},
	options() { return this.sections.flatMap((section) => section.options); },
	async render() {
		await uci.load(this.config);
		await Promise.all(this.options().map((option) => option.load()));
		this.root ??= E('div', { 'class': 'cbi-map' });
		this.root.map = this;
		dom.content(this.root, [ E('h2', {}, this.title), E('div', { 'class': 'cbi-map-descr' }, this.description),
			...this.sections.map((section) => uci.values[this.config][section.name] ? section.render() : E('em', {}, [ _('This section contains no values yet') ])) ]);
		return this.root;
	},
	async save() {
		try {
			for (const option of this.options()) option.parse();
			await uci.save();
		} catch (err) {
			ui.addNotification(_('Save error'), [ E('p', {}, [ err.message ]) ], 'danger');
			throw err;
		}
		return this.render();
	},
	reset() { return this.render(); }
});

return baseclass.extend({ Map, NamedSection, Value, ListValue, Flag, DynamicList });
