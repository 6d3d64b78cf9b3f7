package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// atHome runs a tool in a home of its own, metered if asked for.
func (b bench) atHome(ctx context.Context, furnish func(*household) error, pick func(found) tool, metered bool) (r row, m *meter, devices int, err error) {
	h, err := newHousehold()
	if err != nil {
		return r, nil, 0, err
	}
	defer h.close()
	if err := furnish(h); err != nil {
		return r, nil, 0, err
	}
	if metered {
		if m, err = startMeter(); err != nil {
			return r, nil, 0, err
		}
		defer m.stop()
	}
	r, err = b.run(ctx, pick(h.truth), h.truth)
	d := h.damage()
	r.most = d.most
	r.note = strings.TrimPrefix(r.note+"; "+d.String(), "; ")
	return r, m, len(h.truth), err
}

// compareHousehold is the first comparison: a home of 30 devices.
func (b bench) compareHousehold(ctx context.Context) error {
	furnish := func(h *household) error { return h.furnish(ctx, os.DirFS(filepath.Join(b.root, "testdata/devices"))) }
	ours, m, devices, err := b.atHome(ctx, furnish, func(found) tool { return b.homesweep(lan.Ask, lan.Normal) }, true)
	if err != nil {
		return err
	}
	rows := []row{ours}
	others := []func(found) tool{
		func(t found) tool { return nmap("nmap -sS", t.addresses()) },
		func(t found) tool { return b.masscan(t.addresses(), lan.Normal.PerSecond()) },
	}
	if !b.short {
		others = append(others, func(t found) tool {
			return nmap("nmap -sS -sV --version-light", t.addresses(), "-sV", "--version-light")
		})
	}
	for _, pick := range others {
		r, _, _, err := b.atHome(ctx, furnish, pick, false)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	table(b.out, fmt.Sprintf("A household of %d devices", devices), devices, rows)
	least, why := limit(ours.sweep, lan.Normal, m.connections(), m.asked)
	fmt.Fprintf(b.out, "\nManners alone cost %s here: %s to find who is there, then %s.\n\n", brief(least), brief(presence), why)
	b.verdicts.time(ours.Wall <= least*13/10, "household: wall %s is at most 1.3 times what manners alone cost (%s): %.2f times", brief(ours.Wall), brief(least), ours.Wall.Seconds()/least.Seconds())
	b.verdicts.hold(ours.RSS <= 32<<10, "household: peak memory %.1f MB is at most 32 MB", float64(ours.RSS)/1024)
	b.verdicts.hold(strings.Contains(ours.note, "none died") && strings.HasPrefix(ours.note, "0 bytes written to print ports, 0 wrong passwords"), "household: nothing printed, no password tried, nobody died")
	if nmap := rows[len(rows)-1]; !b.short {
		b.verdicts.time(ours.Wall*10 <= nmap.Wall, "household: wall %s is at most a tenth of nmap -sV's (%s)", brief(ours.Wall), brief(nmap.Wall))
	}
	return nil
}

// compareSeven is the reference's own comparison: a host with seven open ports,
// two of which say nothing.
func (b bench) compareSeven(ctx context.Context) error {
	furnish := func(h *household) error {
		d, err := probetest.Load(sevenFolder())
		if err != nil {
			return err
		}
		if err := h.settle(d); err != nil {
			return err
		}
		return h.gateway(ctx)
	}
	ours, m, _, err := b.atHome(ctx, furnish, func(found) tool { return b.homesweep(lan.Ask, lan.Normal) }, true)
	if err != nil {
		return err
	}
	rows := []row{ours}
	if !b.short {
		nmap, _, _, err := b.atHome(ctx, furnish, func(t found) tool { return nmap("nmap -sS -sV", t.addresses(), "-sV") }, false)
		if err != nil {
			return err
		}
		rows = append(rows, nmap)
	}
	table(b.out, "One host with seven open ports, of which two say nothing", 1, rows)
	fmt.Fprintf(b.out, "\nOf its %s homesweep was in conversation with the host for %s, while its ports were asked.\n\n", brief(ours.Wall), brief(m.talking()))
	b.verdicts.hold(ours.most <= 14, "seven ports: %d connections are at most 14", ours.most)
	b.verdicts.time(m.talking() <= 5*time.Second, "seven ports: the conversations took %s, at most 5 s", brief(m.talking()))
	b.verdicts.hold(ours.Named >= 6, "seven ports: %d of 7 are named, at least 6", ours.Named)
	return nil
}

// gateway puts a router without anything open into the home.
func (h *household) gateway(ctx context.Context) error {
	if _, err := h.house.Furnish(lan.MAC{0xd8, 0x07, 0xb6, 0, 0, 1}, true); err != nil {
		return err
	}
	return h.open(ctx)
}
