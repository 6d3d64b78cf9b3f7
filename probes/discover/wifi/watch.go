package wifi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// watcher is the Source "wifi" that goes on listening.
type watcher struct{ source }

// Watcher is the Source "wifi" for long listening: the stations now associated,
// then hostapd's notices of those that come and go, until ctx ends. A station
// has come when it has shown the password ("sta-authorized"): requests to
// associate and probes anybody in the street can send. It is Gone when it took
// leave of the access point at which it was last; one that moved on to another
// of ours took leave there. Without ubus Discover returns nil at once.
func Watcher(root string) probes.Source {
	return watcher{newSource(root, ubus.New(root, ubus.Patience))}
}

// Discover implements probes.Source. It runs two programs as long as it lasts:
// "ubus subscribe" for the notices and "ubus listen" for access points that
// start, at which it subscribes anew. An end of either is an error.
func (w watcher) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	ctx, cancel := context.WithCancel(ctx)
	e := &ear{watcher: w, link: link, see: see, notices: make(chan notice), last: map[lan.MAC]string{}}
	defer e.children.Wait()
	defer cancel()
	if err := e.subscribe(ctx); err != nil {
		return unlessOver(ctx, err)
	}
	e.follow(ctx, 0, "listen", "ubus.object.add")
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-e.notices:
			if err := e.take(ctx, n); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}

// notice is one line of a child, or its end.
type notice struct {
	round int // of the subscription that it came by; 0 is the listener
	line  []byte
	ended bool
	err   error // why it ended
}

// ear is one Discover under way. All but the children belongs to its goroutine.
type ear struct {
	watcher
	link     lan.Link
	see      func(lan.Sighting)
	notices  chan notice
	children sync.WaitGroup

	round int
	stop  context.CancelFunc // ends the subscription
	last  map[lan.MAC]string // where a station was last authorized
}

// follow starts a child whose lines and end come as notices.
func (e *ear) follow(ctx context.Context, round int, args ...string) {
	send := func(n notice) {
		select {
		case e.notices <- n:
		case <-ctx.Done():
		}
	}
	e.children.Go(func() {
		err := e.bus.Follow(ctx, func(line []byte) {
			send(notice{round: round, line: slices.Clone(line)})
		}, args...)
		send(notice{round: round, ended: true, err: err})
	})
}

// subscribe tells who is associated now and subscribes to the link's access
// points, instead of those before.
func (e *ear) subscribe(ctx context.Context) error {
	if e.stop != nil {
		e.stop()
	}
	e.round++
	names, err := e.hostapds(ctx)
	if err != nil {
		return err
	}
	err = e.ask(ctx, e.link, names, func(s lan.Sighting) {
		e.remember(s.MAC, s.Heard[Iface])
		e.see(s)
	})
	args := []string{"subscribe"}
	at := e.place(e.link)
	for _, name := range names {
		if at.has(name) && at.vlan == "" { // of a VLAN the bridge's notices tell
			args = append(args, object+name)
		}
	}
	if len(args) == 1 || err != nil {
		return err
	}
	var round context.Context
	round, e.stop = context.WithCancel(ctx)
	e.follow(round, e.round, args...)
	return nil
}

// take handles one notice.
func (e *ear) take(ctx context.Context, n notice) error {
	switch {
	case n.round != 0 && n.round != e.round: // of a subscription given up
		return nil
	case n.ended:
		return fmt.Errorf("the bus gives no more notices of the access points: %w", n.err)
	case n.round == 0:
		if added, ok := ParseAdded(n.line); ok && strings.HasPrefix(added, object) {
			return e.subscribe(ctx)
		}
		return nil
	}
	if event, ok := ParseEvent(n.line); ok {
		e.hear(event)
	}
	return nil
}

// hear tells what an event says of a station.
func (e *ear) hear(event Event) {
	s := event.Station
	switch event.What {
	case "sta-authorized":
		e.remember(s.MAC, s.Iface)
		e.see(s.sighting(e.link, e.now()))
	case "disassoc", "deauth":
		if was, known := e.last[s.MAC]; known && was == s.Iface {
			delete(e.last, s.MAC)
			gone := s.sighting(e.link, e.now())
			gone.Gone = true
			e.see(gone)
		}
	}
}

// remember keeps where a station is, of some when there are too many.
func (e *ear) remember(mac lan.MAC, iface string) {
	if _, known := e.last[mac]; !known && len(e.last) >= maxStations {
		for old := range maps.Keys(e.last) {
			delete(e.last, old)
			break
		}
	}
	e.last[mac] = iface
}

// Event is one notice of hostapd's.
type Event struct {
	What    string // "sta-authorized", "disassoc", "probe" …
	Station Station
}

// ParseEvent reads a line of "ubus subscribe": {"assoc":{"address":…}}. ok is
// false when it is about no station.
func ParseEvent(line []byte) (e Event, ok bool) {
	var answer map[string]struct {
		Address string  `json:"address"`
		Iface   string  `json:"ifname"`
		Signal  float64 `json:"signal"`
		Freq    float64 `json:"freq"`
	}
	if unmarshal(line, &answer) != nil || len(answer) != 1 {
		return e, false
	}
	for what, a := range answer {
		e.What = lan.Printable(what, lan.MaxName)
		e.Station = Station{Signal: dBm(a.Signal), Band: band(a.Freq)}
		e.Station.MAC, ok = station(a.Address)
		if ifaceName(a.Iface) { // older versions do not say
			e.Station.Iface = a.Iface
		}
	}
	return e, ok
}

// ParseAdded reads a line of "ubus listen ubus.object.add": the path of an
// object that is new on the bus.
func ParseAdded(line []byte) (path string, ok bool) {
	var answer struct {
		Added struct {
			Path string `json:"path"`
		} `json:"ubus.object.add"`
	}
	err := unmarshal(line, &answer)
	return answer.Added.Path, err == nil && answer.Added.Path != ""
}
