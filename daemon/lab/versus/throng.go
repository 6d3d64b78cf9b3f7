package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/probes/lan"
)

// arena is a synthetic network, the same for every scanner and every run.
type arena struct {
	b      bench
	house  *lab.House
	crowd  *crowd.Crowd
	prefix netip.Prefix
	truth  found
}

func (b bench) newArena(prefix netip.Prefix, n int) (*arena, error) {
	h, c, hosts, err := lab.Throng(prefix, n, b.seed)
	if err != nil {
		return nil, err
	}
	truth := found{}
	for _, host := range hosts {
		truth[host.Addr] = map[uint16]string{}
		for _, p := range host.Open {
			truth.add(host.Addr, p, "")
		}
	}
	return &arena{b: b, house: h, crowd: c, prefix: prefix, truth: truth}, nil
}

// run has a tool scan the network, whose table of neighbours on this machine is
// emptied before, and says how fast it went on the wire.
func (a *arena) run(ctx context.Context, t tool) (row, crowd.Count, error) {
	a.crowd.Forget()
	if err := a.house.Forget(); err != nil {
		return row{}, crowd.Count{}, err
	}
	ctx, hush := context.WithCancel(ctx)
	defer hush()
	go a.crowd.Chatter(ctx, chatter)
	r, err := a.b.run(ctx, t, a.truth)
	n := a.crowd.Count()
	r.most = n.Most
	r.note = fmt.Sprintf("%d SYNs in %s, for the most part %.0f a second; %d handshakes completed", n.SYNs, brief(n.Last.Sub(n.First)), n.Rate, n.Connections)
	return r, n, err
}

// round is one run of every scanner: homesweep, nmap, masscan at the rate that
// homesweep reached, and masscan at the most that homesweep may. homesweep and
// nmap find out who is there; masscan cannot, and is told.
func (a *arena) round(ctx context.Context) (rows []row, err error) {
	ours, n, err := a.run(ctx, a.b.homesweep(lan.Look, lan.Fast))
	if err != nil {
		return nil, err
	}
	rows = append(rows, ours)
	for _, t := range []tool{
		nmap("nmap -sS -T4", []string{a.prefix.String()}, "-T4"),
		named(a.b.masscan(a.truth.addresses(), n.Rate), "masscan at homesweep's rate"),
		named(a.b.masscan(a.truth.addresses(), lan.Fast.PerSecond()), fmt.Sprintf("masscan --rate %.0f", lan.Fast.PerSecond())),
	} {
		r, _, err := a.run(ctx, t)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func named(t tool, name string) tool { t.name = name; return t }

// compareStreet is the comparison on a synthetic /24, several times over.
func (b bench) compareStreet(ctx context.Context) error {
	n, runs := 252, b.runs
	if b.short {
		n, runs = 60, 1
	}
	a, err := b.newArena(lab.Street, n)
	if err != nil {
		return err
	}
	defer a.house.Close()
	var columns [][]row // by tool
	for i := range runs {
		rows, err := a.round(ctx)
		if err != nil {
			return err
		}
		if columns == nil {
			columns = make([][]row, len(rows))
		}
		for k, r := range rows {
			columns[k] = append(columns[k], r)
		}
		table(b.out, fmt.Sprintf("A synthetic /24 of %d devices, run %d of %d", n, i+1, runs), n, rows)
	}
	var middle []row
	for _, c := range columns {
		middle = append(middle, median(c))
	}
	if runs > 1 {
		table(b.out, fmt.Sprintf("A synthetic /24 of %d devices, the median of %d runs by wall time", n, runs), n, middle)
	}
	fmt.Fprintf(b.out, "\nAfter %s homesweep knew which ports are open, which is all that the others find out; the rest of its time it heard what is behind them.\n\n", brief(middle[0].decided()))
	whole := !slices.ContainsFunc(columns[0], func(r row) bool { return r.Missed+r.Invented > 0 })
	b.verdicts.hold(whole, "/24: %d runs, every open port found and none invented", runs)
	b.verdicts.time(middle[0].decided() <= middle[2].Wall+2*time.Second, "/24: all ports are decided after %s, at most masscan's wall at the same rate (%s) and 2 s", brief(middle[0].decided()), brief(middle[2].Wall))
	b.verdicts.time(middle[0].decided() < middle[1].Wall, "/24: all ports are decided after %s, before nmap -sS -T4 is done (%s)", brief(middle[0].decided()), brief(middle[1].Wall))
	return nil
}

// compareTown is the comparison on a synthetic /22 with 1,000 devices.
func (b bench) compareTown(ctx context.Context) error {
	const n = 1000
	a, err := b.newArena(netip.MustParsePrefix("192.168.76.0/22"), n)
	if err != nil {
		return err
	}
	defer a.house.Close()
	rows, err := a.round(ctx)
	if err != nil {
		return err
	}
	table(b.out, "A synthetic /22 of 1,000 devices", n, rows)
	fmt.Fprintln(b.out)
	b.verdicts.hold(rows[0].Missed+rows[0].Invented == 0, "/22: every open port found and none invented")
	b.verdicts.hold(rows[0].RSS <= 64<<10, "/22: peak memory %.1f MB is at most 64 MB", float64(rows[0].RSS)/1024)
	return nil
}
