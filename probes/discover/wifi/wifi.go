// Package wifi hears from the router's own access points who is associated with
// them: from hostapd over OpenWrt's bus, else from iwinfo; and the router's
// hints which names and addresses belong to which hardware address. It sends
// nothing into the air and nothing to the home.
package wifi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/fdb"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// maxIfaces is how many access points are asked; a router with three radios and
// eight networks on each has 24.
const maxIfaces = 32

// enough is how long all of them may take in a sweep, which waits for it. A call
// takes some 30 ms on a slow router.
const enough = time.Second

// source is the Source "wifi".
type source struct {
	bus  ubus.Caller
	root string
	now  func() time.Time
	// within is how long a Discover that asks once may take.
	within time.Duration
	// members is the forwarding database of a link that is a VLAN of a bridge.
	members func(lan.Link) ([]fdb.Entry, error)
}

var _ probes.Source = source{}

// New is the Source "wifi": the stations now associated with the access points
// of a link. The bus is reached by the ubus below root and the kernel's view of
// bridges read there; root is "/" save in tests. Without ubus there is nothing
// to hear, which is no error.
func New(root string) probes.Source { return newSource(root, ubus.New(root, ubus.Patience)) }

func newSource(root string, bus ubus.Caller) source {
	return source{bus: bus, root: root, now: time.Now, within: enough, members: fdb.Read}
}

// Name implements probes.Source.
func (source) Name() string { return "wifi" }

// Discover asks each access point once, all of them within a second.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	soon, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	names, err := s.hostapds(soon)
	if err == nil {
		err = s.ask(soon, link, names, see)
	}
	return unlessOver(ctx, err)
}

// ask tells the stations of hostapd's objects, or of iwinfo's devices when
// there are none.
func (s source) ask(ctx context.Context, link lan.Link, names []string, see func(lan.Sighting)) error {
	ctx, cancel := context.WithTimeout(ctx, ubus.Patience)
	defer cancel()
	stations := s.clients
	var failed []error
	if len(names) == 0 {
		var err error
		names, err = s.devices(ctx)
		failed = append(failed, err)
		stations = s.associated
	}
	at := s.place(link)
	for _, name := range names {
		if !at.has(name) {
			continue
		}
		all, err := stations(ctx, name)
		failed = append(failed, existing(err))
		for _, station := range all {
			if at.knows(station.MAC) {
				see(station.sighting(link, s.now()))
			}
		}
	}
	return errors.Join(append(failed, at.err)...)
}

// unlessOver is err unless it says that there is nothing to hear, or ctx has ended.
func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return existing(err)
}

// existing is err unless it says that there is nothing.
func existing(err error) error {
	if errors.Is(err, ubus.ErrUnknown) || errors.Is(err, ubus.ErrAbsent) {
		return nil
	}
	return err
}

// object is how hostapd's access points are named on the bus.
const object = "hostapd."

// hostapds is the interfaces whose hostapd is on the bus. ubus.ErrAbsent means that
// there is no bus.
func (s source) hostapds(ctx context.Context) (ifaces []string, err error) {
	out, err := s.bus.Call(ctx, "list", object+"*")
	if err != nil {
		if errors.Is(err, ubus.ErrUnknown) {
			return nil, nil
		}
		return nil, err
	}
	for line := range strings.Lines(string(out)) {
		iface, ok := strings.CutPrefix(strings.TrimSpace(line), object)
		if ok && ifaceName(iface) && len(ifaces) < maxIfaces {
			ifaces = append(ifaces, iface)
		}
	}
	return ifaces, nil
}

// clients asks one hostapd.
func (s source) clients(ctx context.Context, iface string) ([]Station, error) {
	out, err := s.bus.Call(ctx, "call", object+iface, "get_clients")
	if err != nil {
		return nil, err
	}
	all, err := ParseClients(out)
	return on(iface, all), answered(object+iface, err)
}

// devices asks iwinfo for the wireless interfaces.
func (s source) devices(ctx context.Context) ([]string, error) {
	out, err := s.bus.Call(ctx, "call", "iwinfo", "devices")
	if err != nil {
		return nil, existing(err)
	}
	all, err := ParseDevices(out)
	return all, answered("iwinfo", err)
}

// associated asks iwinfo for one interface's stations. One that is a station
// itself has only the access point of somebody else.
func (s source) associated(ctx context.Context, iface string) ([]Station, error) {
	which := `{"device":"` + iface + `"}` // a name has no quotes, see ifaceName
	out, err := s.bus.Call(ctx, "call", "iwinfo", "info", which)
	if err != nil {
		return nil, err
	}
	band, serves, err := ParseInfo(out)
	if err != nil || !serves {
		return nil, answered("iwinfo", err)
	}
	if out, err = s.bus.Call(ctx, "call", "iwinfo", "assoclist", which); err != nil {
		return nil, err
	}
	all, err := ParseAssociated(out)
	for i := range all {
		all[i].Band = band
	}
	return on(iface, all), answered("iwinfo", err)
}

// on says of all where they were met.
func on(iface string, all []Station) []Station {
	for i := range all {
		all[i].Iface = iface
	}
	return all
}

// answered says whose answer could not be read.
func answered(who string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the answer of %s on the bus: %w", who, err)
}
