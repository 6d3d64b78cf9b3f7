// Package oui tells who a hardware address was registered to: the three public
// registries of the IEEE Registration Authority (MA-L, MA-M and MA-S, blocks of
// 24, 28 and 36 bits), packed so that a lookup reads the program file in place.
//
// The holder of a block made the network interface, which is not always the
// maker of the device around it; see [Table.Vendor].
package oui

import (
	_ "embed" // the packed registry

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/lan"
)

// The registry comes out of the npm package oui-data (BSD-2-Clause, by
// silverwind), which lists what IEEE publishes at
// https://standards-oui.ieee.org/ once a month. To renew it, unpack the newest
// one (npm pack oui-data@VERSION, tar xf), put its version and date below and
// run OUI_DATA=…/package/index.json go generate.
//
//go:generate go run ./pack -o registry.bin $OUI_DATA

// Version and Date name the registry's edition.
const (
	Version = "2.1.9"
	Date    = "2026-08-26"
)

//go:embed registry.bin
var registry string

// Load opens the registry compiled into the program.
func Load() (*Table, error) { return Open(registry) }

// Packed is that registry as it lies in the program, as [Open] reads it.
func Packed() string { return registry }

// Lookup is the registered holder of the smallest block that mac lies in,
// without legal form and city: "TP-Link Systems". ok is false for addresses
// that no registry gives out, among them private ones ([lan.MAC.IsLocal]) and
// groups, and for holders who stay anonymous. It allocates the string only.
func (t *Table) Lookup(mac lan.MAC) (holder string, ok bool) {
	if mac.IsLocal() || mac.IsGroup() {
		return "", false
	}
	for i := len(t.blocks) - 1; i >= 0; i-- {
		if name, found := t.blocks[i].find(mac); found {
			holder = t.name(name)
			return holder, holder != ""
		}
	}
	return "", false
}

// Vendor is the brand of mac's holder, empty when there is no holder or when
// it makes modules for other people's devices.
func (t *Table) Vendor(mac lan.MAC) string {
	holder, _ := t.Lookup(mac)
	return fingerprints.Brand(holder)
}
