package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// Alive asks d in person whether it is still there. open are ports at which it has
// answered before. It takes 3 s at most where the answer is no, and says yes
// where the question could not be put.
type Alive func(ctx context.Context, link lan.Link, d lan.Device, open []lan.Endpoint) bool

// batch is after how many connections a device is asked whether it still lives.
const batch = 8

// errSuffers is why nothing more is asked of a device.
var errSuffers = errors.New("the device does not bear being asked")

// The signs that a device cannot bear it, as its owner reads them.
const (
	fellSilentAtPorts = "It stopped answering while it was asked which of its ports are open."
	fellSilent        = "It stopped answering while its open ports were asked what they are."
	startedAnew       = "It left the network and came back while it was being asked, as a device does that starts anew."
)

// canary notices who does not bear being asked. It is safe for concurrent use.
type canary struct {
	run *run

	mu    sync.Mutex
	asked []*pulse
	boots map[string]boot // by identity

	checks sync.WaitGroup // who is asked whether it started anew
}

// pulse is how one device bears being asked.
type pulse struct {
	*canary
	device lan.Device
	link   lan.Link
	turn   sync.Mutex // held while it is asked whether it lives
	made   int        // connections since then

	ctx  context.Context // of its asking; ends when it suffers, or all is asked
	stop context.CancelCauseFunc

	// canary.mu guards what follows.
	open     []lan.Endpoint // ports at which it answered
	lively   int            // addresses at which it answered at all
	fell     int            // and of these, at which it then fell silent while its ports were asked
	again    bool           // it started anew
	excused  bool           // it went to sleep, which is no suffering
	suffered lan.Suffering
	doubt
}

func newCanary(r *run) *canary { return &canary{run: r, boots: map[string]boot{}} }

// begin watches d from now on, as long as ctx lasts.
func (c *canary) begin(ctx context.Context, d lan.Device, link lan.Link) *pulse {
	d.Announced = slices.Clip(d.Announced) // whoever inspects d adds to it
	p := &pulse{canary: c, device: d, link: link}
	ctx, p.stop = context.WithCancelCause(ctx)
	p.ctx = context.WithValue(ctx, pulseKey{}, p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, p)
	return p
}

// result takes in how the device bore the port engine.
func (p *pulse) result(found ports.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if found.Suffered || len(found.Open)+found.Closed+found.Filtered > 0 {
		p.lively++
	}
	if found.Suffered {
		p.fell++
	}
	p.lapsed = p.lapsed || found.Lapsed
}

// opened notes a port at which the device answered.
func (p *pulse) opened(ep lan.Endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, ep)
}

// inspected binds what is asked of the device from here on to its bearing it: the
// context ends, errSuffers its cause, when it does not. end is called when all is
// asked, and says how it was borne.
func (p *pulse) inspected(ctx context.Context) (_ context.Context, end func() lan.Suffering) {
	if p == nil {
		return ctx, func() lan.Suffering { return lan.Suffering{} }
	}
	return p.ctx, func() lan.Suffering {
		if p.made > 0 {
			p.look()
		}
		p.await()
		p.wonder()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.over = true
		p.stop(nil)
		return p.suffered
	}
}

// decided takes in that the device's ports are decided, of which these are open:
// only now is it known whether the device was there at all, to fall silent or to
// start anew.
func (p *pulse) decided(open []lan.Endpoint) {
	if p == nil {
		return
	}
	p.await()
	p.mu.Lock()
	p.open = open
	fell := p.fell > 0 && p.fell == p.lively // who answers elsewhere lives
	p.mu.Unlock()
	p.anew()
	if fell && p.others() {
		p.suffers(fellSilentAtPorts)
	}
}

// before is called before each connection. Nobody connects while the device is
// being asked whether it lives.
func (p *pulse) before() error {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.made >= batch {
		p.ask()
	}
	p.made++
	if suffering(p.ctx) {
		return errSuffers
	}
	return nil
}

func (p *pulse) look() {
	p.turn.Lock()
	defer p.turn.Unlock()
	p.ask()
}

// ask asks whether the device lives. The turn is held.
func (p *pulse) ask() {
	ctx := p.ctx
	p.mu.Lock()
	open, excused := p.open, p.excused
	p.mu.Unlock()
	p.made = 0
	if p.run.Alive == nil || excused || ctx.Err() != nil || p.run.Alive(ctx, p.link, p.device, open) || ctx.Err() != nil {
		return
	}
	if p.others() {
		p.suffers(fellSilent)
	}
}

// comparisons is how many others are asked before our own link is taken for down.
const comparisons = 3

// others reports whether another device on the link answers: if none does, it is
// we who are cut off.
func (p *pulse) others() bool {
	list := slices.DeleteFunc(p.run.devices(), func(d lan.Device) bool {
		return d.Link != p.link.Name || p.run.alone(d) || same(p.device, d)
	})
	lan.Sort(list, func(a, b lan.Device) int { return -cmp.Compare(a.Class(), b.Class()) }) // who bears it best first
	for _, d := range list[:min(len(list), comparisons)] {
		if p.run.Alive == nil || p.run.Alive(p.ctx, p.link, d, nil) {
			return true
		}
	}
	return false
}

// suffers ends all that is asked of the device and tells the owner.
func (p *pulse) suffers(sign string) {
	d, now := p.now(), p.run.Now()
	p.mu.Lock()
	p.excused = p.excused || dozes(d)
	done := p.excused || p.over || !p.suffered.At.IsZero()
	if !done {
		p.suffered = lan.Suffering{At: now.UTC(), Sign: sign}
	}
	p.mu.Unlock()
	if done {
		return
	}
	p.stop(errSuffers)
	p.run.Log.Warn("a device does not bear being asked", "device", d.ID, "addresses", d.Addresses, "sign", sign)
	p.run.note(fmt.Sprintf("%s does not bear being asked. %s It is left alone until %s, and asked more gently from then on.",
		called(d), sign, now.Add(lan.Rest).Format("2 January 2006 15:04")))
}

// now is the device as it is known by now.
func (p *pulse) now() lan.Device {
	d := p.device
	p.run.join(&d)
	census.Conclude(&d, p.run.read(d))
	return d
}

// dozes reports whether d goes to sleep, wakes up and joins the network anew by
// itself: things that people carry or switch off after use. That one falls silent
// says nothing of us. A private hardware address is a phone's, unless it is known
// for something else.
func dozes(d lan.Device) bool {
	switch d.Kind {
	case "phone", "computer", "console":
		return true
	}
	return !d.Kind.Known() && slices.ContainsFunc(d.MACs, lan.MAC.IsLocal)
}
