package sweep

import (
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// teller keeps the progress of one sweep and passes it on.
type teller struct {
	talk Talk
	mu   sync.Mutex
	at   lan.Progress
}

func newTeller(talk Talk, started time.Time) *teller {
	return &teller{talk: talk, at: lan.Progress{Running: true, Started: started}}
}

func (t *teller) change(f func(*lan.Progress)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.at)
	if t.talk.Progress != nil {
		t.talk.Progress(t.at)
	}
}

func (t *teller) phase(name string) { t.change(func(p *lan.Progress) { p.Phase = name }) }
func (t *teller) plan(questions int) {
	t.change(func(p *lan.Progress) { p.Total += questions })
}
func (t *teller) asked(n int) {
	t.change(func(p *lan.Progress) { p.Probes += n; p.Total = max(p.Total, p.Probes) })
}

func (t *teller) devices(n int) {
	t.change(func(p *lan.Progress) { p.Devices = max(p.Devices, n) })
}

func (t *teller) device(d lan.Device) {
	t.change(func(p *lan.Progress) {
		p.Finished++
		p.Problems += problems(d.Findings)
		if t.talk.Device != nil {
			t.talk.Device(d)
		}
	})
}

// more tells what was found on a device that was told of already.
func (t *teller) more(d lan.Device, found []lan.Finding) {
	t.change(func(p *lan.Progress) {
		p.Problems += problems(found)
		if t.talk.Device != nil {
			t.talk.Device(d)
		}
	})
}

func problems(list []lan.Finding) (n int) {
	for _, f := range list {
		if f.Verdict.Problem() {
			n++
		}
	}
	return n
}

func (t *teller) finish() {
	t.change(func(p *lan.Progress) { p.Phase, p.Running = "done", false })
}
