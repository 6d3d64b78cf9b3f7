'use strict';
'require baseclass';
'require form';
'require rpc';

/* The choice of network devices, from what LuCI's network.js asks for them. */
const callDevices = rpc.declare({ object: 'luci-rpc', method: 'getNetworkDevices', expect: { '': {} } });

const DeviceSelect = form.ListValue.extend({
	load() { return callDevices().then((devices) => { this.devices = Object.keys(devices).filter((name) => name !== 'lo').sort(); }); },
	formvalue() {
		const chosen = [ ...this.node.querySelectorAll('input') ].filter((input) => input.checked).map((input) => input.value);
		return this.multiple ? chosen : chosen[0] ?? '';
	},
	texts() { return L.toArray(this.formvalue()); },
	widget(now) {
		const names = [ ...new Set([ ...this.devices, ...L.toArray(now) ]) ];
		return E('div', { 'class': 'cbi-dropdown', 'id': this.id() }, names.map((name) => E('label', {}, [
			E('input', { 'type': 'checkbox', 'value': name, 'checked': L.toArray(now).includes(name) ? '' : null }), ' ', name, ' '
		])));
	}
});

return baseclass.extend({ DeviceSelect });
