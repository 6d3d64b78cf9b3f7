package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/lan"
)

// run is one sweep under way.
type run struct {
	Parts
	want Want
	talk *teller

	canary *canary

	forwards *forwards
	routing  routing

	mu     sync.Mutex
	census *census.Census
	notes  []string

	announced chan struct{} // closed when every announcement source is done
	list      []uint16      // the ports asked of a device that is not fragile
	turns     chan struct{} // one is taken by each device that is being inspected
	letters   chan struct{} // one is taken by each UDP question, however many devices are asked: each costs 9 KB
	knocked   []lan.Device  // those asked first
	done      []lan.Device
	packets   int
	tries     int   // the ledger's count at the start
	failed    error // ErrPartial once an engine has failed
	decided   time.Time
}

// Run sweeps the links once, from presence to findings. When ctx ends early
// the sweep holds what was found until then, with a note that says so, and the
// error is ctx's. When the port engine failed the sweep holds what could be done
// all the same, and the error is ErrPartial. Any other error means that nothing
// could be done.
func Run(ctx context.Context, parts Parts, want Want, talk Talk) (lan.Sweep, error) {
	if len(want.Links) == 0 {
		return lan.Sweep{}, errors.New("no link to sweep")
	}
	if parts.AtOnce <= 0 {
		parts.AtOnce = want.Pace.InFlight()
	}
	r := &run{
		Parts: parts, want: want, census: census.New(want.Links, parts.Now().Add(-lingers(want.Touch)), want.Known, want.Told),
		talk: newTeller(talk, parts.Now()), list: want.Ports.Ports(), announced: make(chan struct{}), forwards: newForwards(), routing: routing{asked: make(chan struct{})}, turns: make(chan struct{}, parts.AtOnce),
		letters: make(chan struct{}, min(maxLetters, 4*parts.AtOnce)),
	}
	r.canary = newCanary(r)
	if r.Ledger != nil {
		r.tries = r.Ledger.Made()
	}
	s := lan.Sweep{Tool: want.Tool, Started: parts.Now(), Touch: want.Touch, Links: want.Links, Rung: parts.Rung}
	if parts.Knowledge != nil {
		s.Knowledge = parts.Knowledge.Edition
	}
	for _, heard := range want.Heard {
		r.see(heard)
	}
	r.line(ctx)
	if ctx.Err() != nil {
		r.note("The sweep was stopped before it was done; this is what was found until then.")
	}
	s.Finished = parts.Now()
	s.Devices, s.Notes, s.Cost = r.result()
	if r.want.Touch >= lan.Look {
		s.Cost.PortsDecided = r.decided.Sub(s.Started).Round(time.Millisecond).Seconds()
	}
	s.Suggestions = census.Suggest(s.Devices, want.Known, want.Told)
	r.talk.finish()
	if err := ctx.Err(); err != nil {
		return s, err
	}
	return s, r.failed
}

// maxLetters is how many UDP questions may wait for their answers at a time.
const maxLetters = 128

// ErrPartial says that a sweep could not ask everything; its notes say what.
var ErrPartial = errors.New("not everything could be asked; the result says what is missing")

// lingers is for how long a device that was heard counts as present. A sweep
// that may ask finds out for itself who is there.
func lingers(t lan.Touch) time.Duration {
	if t == lan.Listen {
		return 15 * time.Minute // a sleeping phone stays silent that long
	}
	return 30 * time.Second
}

// settled is when, counted from the questions that go to everybody, nearly all
// have said what they are: mDNS asks for half a second at most (RFC 6762, section
// 6), SSDP for the second of its MX. It tells how hard each may be touched.
const settled = 1200 * time.Millisecond

// line is the order of work. Presence is the only barrier before ports. The
// fragile come last, when all is heard that is announced. A device's services are
// asked as they are found, its checks follow when its own ports are done.
func (r *run) line(ctx context.Context) {
	r.talk.phase("presence")
	var asking, hearing sync.WaitGroup
	unasked, hush := context.WithCancel(ctx)
	defer hush()
	soon := time.After(settled)
	hearing.Go(func() { r.listen(unasked, r.Listeners) })
	hearing.Go(func() { r.readRouter(ctx) })
	asking.Go(func() { r.listen(ctx, r.Announcements) })
	r.listen(ctx, r.Presence)
	go func() {
		defer close(r.announced)
		asking.Wait()
	}()
	select {
	case <-soon:
	case <-r.announced:
	case <-ctx.Done():
	}

	r.talk.phase("ports")
	var scans, devices sync.WaitGroup
	r.knocked, _ = apart(r.devices(), hardy)
	scans.Go(func() { r.knockAll(ctx, r.knocked, &devices) })
	<-r.announced
	devices.Go(func() { r.readForwards(ctx) })
	r.knockAll(ctx, r.newcomers(), &devices)
	scans.Wait()
	r.decided = r.Now()
	r.talk.phase("checks")
	devices.Wait()
	r.logins(ctx)
	hush() // until then it is heard who suffers
	hearing.Wait()
	r.canary.checks.Wait()
}

// listen runs the ears that the touch allows on every link and waits for them.
func (r *run) listen(ctx context.Context, ears []Ear) {
	var wait sync.WaitGroup
	for _, ear := range ears {
		if ear.Touch > r.want.Touch {
			continue
		}
		for _, link := range r.want.Links {
			wait.Go(func() {
				err := ear.Discover(ctx, link, r.see)
				if err != nil && ctx.Err() == nil {
					r.Log.Warn("source failed", "source", ear.Name(), "link", link.Name, "error", err)
					r.note(fmt.Sprintf("The source %q could not work on %s: %v.", ear.Name(), link.Name, err))
				}
			})
		}
	}
	wait.Wait()
}

func (r *run) see(s lan.Sighting) {
	r.canary.heard(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.census.See(s)
	r.talk.devices(r.census.Count())
}

// devices are those present, with what is believed of them so far.
func (r *run) devices() []lan.Device {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.meant(r.census.Devices())
	for i := range list {
		r.holder(&list[i])
		census.Conclude(&list[i], r.read(list[i]))
	}
	return list
}

// holder notes whose block of hardware addresses d's is from: the maker of its
// radio module tells how much it bears, though not who made it.
func (r *run) holder(d *lan.Device) {
	for _, mac := range d.MACs {
		if holder, ok := r.Knowledge.OUI.Lookup(mac); ok {
			d.Heard.Set(lan.OUIVendor, holder)
			break
		}
	}
}

// read is every fact that can be read from what d announced and its services
// answered.
func (r *run) read(d lan.Device) []lan.Fact {
	if d.Self {
		return r.want.Self
	}
	facts := r.Knowledge.Fingerprints.Read(fingerprints.Named(d.Heard, d.Names), "announcement")
	for _, s := range d.Services {
		facts = append(facts, r.Knowledge.Fingerprints.Read(s.Heard, s.Name)...)
	}
	return facts
}

func (r *run) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.notes, text) {
		r.notes = append(r.notes, text)
	}
}

// late are devices that turned up after the ports were asked, by their announcement.
// They are the home's all the same, and judged by what the router knows of them.
func (r *run) late() (list []lan.Device) {
	seen := map[string]bool{}
	for _, d := range r.done {
		seen[d.ID] = true
	}
	for _, d := range r.devices() {
		if !seen[d.ID] {
			r.routed(&d)
			r.judge(context.Background(), &d, true)
			list = append(list, d)
		}
	}
	return list
}

func (r *run) result() ([]lan.Device, []string, lan.Cost) {
	late := r.late()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, addr := range r.census.Conflicts() {
		r.notes = append(r.notes, fmt.Sprintf("Two devices claim the address %s. One may have been given it twice, or one pretends to be the other.", addr))
	}
	if r.Notes != nil {
		r.notes = append(r.notes, r.Notes()...)
	}
	r.done = once(append(r.done, late...))
	lan.Sort(r.done, census.Compare)
	r.talk.devices(len(r.done))
	cost := lan.Cost{Packets: r.packets}
	cost.Connections, cost.Datagrams = r.Road.Count()
	if r.Ledger != nil {
		cost.LoginTries = r.Ledger.Made() - r.tries
	}
	return r.done, r.notes, cost
}

// wanted reports whether an announced endpoint may be asked like any other
// port. The update and control ports of microcontrollers are left alone: a
// mere connect is known to break them (esphome/issues#5242,
// esphome/esphome#13269).
func wanted(ep lan.Endpoint) bool {
	return ep.Transport == lan.TCP && !slices.Contains([]uint16{0, 3232, 6053, 8266}, ep.Port)
}

// invited reports whether d is known to serve at ep what a mere knock may break:
// ESPHome's interface, spoken to in its own words.
func invited(d lan.Device, ep lan.Endpoint) bool {
	return ep.Transport == lan.TCP && ep.Port == 6053 && strings.Contains(d.Heard[lan.MDNSTypes], "_esphomelib._tcp")
}
