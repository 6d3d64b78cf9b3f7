package events

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of an event's texts, in bytes: of its sentence, and of one of a stranger's
// words.
const (
	maxWords = 480
	maxText  = 160
)

// called is what d is called in few words, fit to be shown.
func called(d lan.Device) string {
	text := d.Made()
	if len(d.Names) > 0 {
		text = d.Names[0]
	}
	if text = strings.TrimSpace(lan.Printable(text, lan.MaxName)); text != "" {
		return text
	}
	where := ""
	switch {
	case len(d.Addresses) > 0:
		where = slices.MinFunc(d.Addresses, netip.Addr.Compare).String()
	case len(d.MACs) > 0:
		where = d.MACs[0].String()
	}
	kind := "device"
	if d.Kind.Known() {
		kind = string(d.Kind)
	}
	return strings.TrimSpace("the " + kind + " " + cmp.Or(where, lan.Printable(d.ID, lan.MaxName)))
}

// devices tells what became of devices.
func (b *between) devices(list []lan.DeviceChange) {
	met := map[string]bool{}
	for _, c := range list {
		met[c.Device] = met[c.Device] || c.Change == lan.Joined
		if c.Change == lan.Altered {
			b.altered(b.now[c.Device], c.What)
		}
	}
	for i, j := range report.Same(b.before.Devices, b.after.Devices) {
		d := &b.after.Devices[i]
		if j == absent && (met[d.ID] || b.newcomer(d)) && !d.Self {
			b.joined[d.ID] = true
			b.say(d, lan.Event{What: lan.DeviceJoined, Now: addresses(*d), Words: called(*d) + " joined your home."})
		}
	}
}

// absent is report.Same's word for a device that was in none of before; other
// numbers below zero are of those that cannot be told apart.
const absent = -1

// settling is how long a home is being met for the first time: sweeps that were cut
// short and devices that were asleep make no newcomers within it.
const settling = 10 * time.Minute

// newcomer reports whether d, which nobody remembers, was never here, though the
// last sweep may have missed something: it has been watched for long, and as far.
func (b *between) newcomer(d *lan.Device) bool {
	return !b.began.IsZero() && b.began.Add(settling).Before(b.before.Started) &&
		b.before.Touch >= min(b.after.Touch, lan.Look) && report.Covers(b.before, d)
}

// altered tells how d is not as it was.
func (b *between) altered(d *lan.Device, what []lan.Detail) {
	if d == nil {
		return
	}
	for _, c := range what {
		switch {
		case c.Field == lan.FieldFirmware:
			b.say(d, lan.Event{What: lan.FirmwareChanged, Was: c.Was, Now: c.Now,
				Words: called(*d) + " runs firmware " + short(c.Now) + ", before it was " + short(c.Was) + "."})
		case c.Field == lan.FieldAddress && b.moved(d) && len(b.renewals(d)) == 0:
			b.say(d, lan.Event{What: lan.AddressChanged, Was: c.Was, Now: c.Now,
				Words: called(*d) + " has the address " + short(c.Now) + ", before it was " + short(c.Was) + "."})
		case c.Field == lan.FieldService && c.Was == "" && !b.early(d):
			b.say(d, lan.Event{What: lan.ServiceOpened, Service: c.Now[strings.LastIndexByte(c.Now, ' ')+1:], Now: c.Now,
				Words: called(*d) + " now answers at " + short(c.Now) + "."})
		}
	}
}

// moved reports whether d has an IPv4 address that it had not: losing one of two is
// no move.
func (b *between) moved(d *lan.Device) bool {
	then := b.then[d.ID]
	return then != nil && slices.ContainsFunc(d.Addresses, func(a netip.Addr) bool { return a.Is4() && !slices.Contains(then.Addresses, a) })
}

// early reports whether d came less than a day ago: the first look at a newcomer asks
// only the likely ports, so what the next one finds need not be new.
func (b *between) early(d *lan.Device) bool {
	then := b.then[d.ID]
	return then != nil && !b.began.IsZero() && then.FirstSeen.After(b.began.Add(settling)) && b.at.Sub(then.FirstSeen) < 24*time.Hour
}

// short is a stranger's words within a sentence.
func short(s string) string { return lan.Printable(s, maxText) }

func addresses(d lan.Device) string {
	var list []string
	for _, a := range lan.Sorted(slices.Values(d.Addresses), netip.Addr.Compare) {
		list = append(list, a.String())
	}
	return strings.Join(list[:min(len(list), 3)], ", ")
}

// renewals are the private hardware addresses that d has and had not.
func (b *between) renewals(d *lan.Device) []lan.MAC {
	then := b.then[d.ID]
	return slices.DeleteFunc(slices.Clone(d.MACs), func(m lan.MAC) bool { return !m.IsLocal() || m.IsGroup() || then == nil || had(then, m) })
}

// had reports whether d has or had that hardware address.
func had(d *lan.Device, m lan.MAC) bool {
	return slices.Contains(d.MACs, m) || slices.ContainsFunc(d.Identity, func(f lan.Fact) bool {
		return f.Field == lan.FieldMAC && strings.EqualFold(f.Value, m.String())
	})
}

// renewed tells that a known device goes by another private address.
func (b *between) renewed(then, d *lan.Device) {
	list := b.renewals(d)
	if len(list) == 0 || len(then.MACs) == 0 {
		return
	}
	b.say(d, lan.Event{What: lan.DeviceRenewed, Was: then.MACs[0].String(), Now: list[0].String(),
		Words: called(*d) + " uses another private address."})
}
