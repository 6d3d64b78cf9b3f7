package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Journal keeps the owner's word at once; daemon/journal implements it.
type Journal interface {
	Append(kind string, value any) error
	Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error
}

// The words under which the owner's decisions stand in the journal.
const (
	decisionKind = "decision"
	touchKind    = "touch"
)

// recall reads the owner's decisions and consent.
func (h *Home) recall() error {
	err := h.o.Journal.Replay(decisionKind, func(_ time.Time, raw json.RawMessage) error {
		var d lan.Decision
		if err := json.Unmarshal(raw, &d); err != nil {
			return fmt.Errorf("reading a decision: %w", err)
		}
		h.decisions = note(h.decisions, d)
		return nil
	})
	if err != nil {
		return err
	}
	return h.o.Journal.Replay(touchKind, func(_ time.Time, raw json.RawMessage) error {
		return json.Unmarshal(raw, &h.touch)
	})
}

// Decide keeps the owner's word about a device, at once.
func (h *Home) Decide(d lan.Decision) error {
	h.word.Lock()
	defer h.word.Unlock()
	d.At = h.o.Now()
	if err := h.o.Journal.Append(decisionKind, d); err != nil {
		return fmt.Errorf("the decision could not be kept: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.skip()
	h.decisions = note(h.decisions, d)
	h.leave(before)
	if aboutIdentity(d) {
		h.identityChanged(d, d.At)
	}
	return nil
}

// Decisions are the owner's words in force, oldest first. What was said of a
// device that is one with another by now is said of that other.
func (h *Home) Decisions() []lan.Decision {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.inForce()
}

// Touch is how far sweeps may go.
func (h *Home) Touch() lan.Touch {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.touch
}

// SetTouch keeps the owner's consent, at once. Default logins need a consent
// of their own and cannot be allowed here.
func (h *Home) SetTouch(t lan.Touch) error {
	if t > lan.Ask {
		return errors.New("trying logins cannot be allowed here")
	}
	h.word.Lock()
	defer h.word.Unlock()
	if err := h.o.Journal.Append(touchKind, t); err != nil {
		return fmt.Errorf("the choice could not be kept: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t < h.touch {
		h.halt()
	}
	h.touch = t
	return nil
}

// skipped are the devices that the owner wants left alone.
func (h *Home) skipped() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.skip()
}

// skip is skipped for whoever holds h.mu.
func (h *Home) skip() map[string]bool {
	skip := map[string]bool{}
	for _, d := range h.inForce() {
		if d.What == "do-not-probe" && d.Value != "" {
			skip[d.Device] = true
		}
	}
	return skip
}

// name puts the owner's name for d first, with where it came from.
func name(d *lan.Device, decisions []lan.Decision) {
	for _, said := range decisions {
		if said.Device != d.ID || said.What != "name" || said.Value == "" {
			continue
		}
		d.Names = append([]string{said.Value}, slices.DeleteFunc(slices.Clone(d.Names), func(n string) bool { return n == said.Value })...)
		owner := lan.Fact{Field: lan.FieldName, Value: said.Value, Source: "owner", Confidence: 1}
		d.Identity = append([]lan.Fact{owner}, d.Identity...)
	}
}
