package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
)

// show is the verb show: what the running daemon knows of one device and why,
// or the list of all.
func show(ctx context.Context, c call) (int, error) {
	daemon, err := c.daemon()
	if err != nil {
		return failed, err
	}
	list, err := daemon.Devices(ctx)
	if err != nil {
		return failed, err
	}
	if c.what == "" {
		return c.showAll(list)
	}
	id, err := find(list, c.what)
	if err != nil {
		return failed, err
	}
	a, err := daemon.Device(ctx, id)
	if err != nil {
		return failed, fmt.Errorf("%s: %w", id, err)
	}
	if c.json {
		return c.showJSON(a)
	}
	if err := explain(c.out, a); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

func (c call) showJSON(v any) (int, error) {
	enc := json.NewEncoder(c.out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// showAll lists every device, one a line.
func (c call) showAll(list []local.Entry) (int, error) {
	if c.json {
		return c.showJSON(list)
	}
	var b strings.Builder
	for _, e := range list {
		state := cmp.Or(string(e.Presence.State), "not watched")
		if e.Self {
			state = "homesweep runs here"
		}
		fmt.Fprintf(&b, "%-16s %-39s %-9s %-12s %s\n", clean(e.ID), clean(address(e)), clean(kindWord(e.Kind)), clean(state), clean(cmp.Or(name(e.Names), e.Made)))
	}
	if len(list) == 0 {
		b.WriteString("The daemon has met no device yet.\n")
	}
	if _, err := fmt.Fprint(c.out, b.String()); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// find is the ID of the device that a person means by what: an ID, a hardware
// address, an address or a name; else the beginning of an ID, or of a name.
func find(list []local.Entry, what string) (id string, err error) {
	mac, merr := lan.ParseMAC(what)
	addr, aerr := netip.ParseAddr(what)
	same := func(n string) bool { return strings.EqualFold(clean(n), clean(what)) }
	begins := func(s string) bool {
		return what != "" && strings.HasPrefix(strings.ToLower(clean(s)), strings.ToLower(clean(what)))
	}
	for _, meant := range []func(local.Entry) bool{
		func(e local.Entry) bool { return e.ID == what },
		func(e local.Entry) bool { return merr == nil && slices.Contains(e.MACs, mac) },
		func(e local.Entry) bool {
			return aerr == nil && slices.Contains(e.Addresses, addr.WithZone("").Unmap().String())
		},
		func(e local.Entry) bool { return slices.ContainsFunc(e.Names, same) },
		func(e local.Entry) bool { return begins(e.ID) },
		func(e local.Entry) bool { return slices.ContainsFunc(e.Names, begins) },
	} {
		found := slices.DeleteFunc(slices.Clone(list), func(e local.Entry) bool { return !meant(e) })
		switch {
		case len(found) == 1:
			return found[0].ID, nil
		case len(found) > 1:
			return "", fmt.Errorf("%q may be any of these, name one by its ID: %s", clean(what), candidates(found))
		}
	}
	return "", fmt.Errorf("the daemon knows no device %q; homesweep show lists them", clean(what))
}

// maxCandidates bounds what one line of an error lists.
const maxCandidates = 8

func candidates(found []local.Entry) string {
	var words []string
	for i, e := range found {
		if i == maxCandidates {
			words = append(words, fmt.Sprintf("and %d more", len(found)-i))
			break
		}
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s (%s)", clean(e.ID), strings.Join(strings.Fields(clean(name(e.Names))+" "+address(e)), " "))))
	}
	return strings.Join(words, ", ")
}

func name(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// address is e's first address, or the hardware address of one without.
func address(e local.Entry) string {
	switch {
	case len(e.Addresses) > 0:
		return e.Addresses[0]
	case len(e.MACs) > 0:
		return e.MACs[0].String()
	}
	return ""
}

func kindWord(k lan.Kind) string { return cmp.Or(string(k), lan.Unknown) }

// clean makes a stranger's words fit for a terminal.
func clean(s string) string { return lan.Printable(s, 2*len(s)) }
