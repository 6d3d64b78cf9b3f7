package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// The words under which the owner's settings stand in the journal.
const (
	scheduleKind = "schedule"
	linksKind    = "links"
	contactKind  = "contact"
)

// recallSettings reads the owner's settings. What cannot be right is left at what
// the daemon was started with.
func (h *Home) recallSettings() error {
	return errors.Join(
		h.o.Journal.Replay(scheduleKind, func(_ time.Time, raw json.RawMessage) error {
			var s lan.Schedule
			if err := json.Unmarshal(raw, &s); err != nil {
				return fmt.Errorf("reading the schedule: %w", err)
			}
			if s.Hours >= 1 && s.Hours <= longest && s.Quiet.Validate() == nil {
				h.every, h.quiet = time.Duration(s.Hours)*time.Hour, s.Quiet
			}
			return nil
		}),
		h.o.Journal.Replay(linksKind, func(_ time.Time, raw json.RawMessage) error {
			h.chosen = nil
			return json.Unmarshal(raw, &h.chosen)
		}),
		h.o.Journal.Replay(contactKind, func(_ time.Time, raw json.RawMessage) error { return json.Unmarshal(raw, &h.contact) }))
}

// maxLinks bounds how many links are chosen.
const maxLinks = 16

// errNoLinks is what the choice of links says where there is none.
var errNoLinks = errors.New("the links cannot be chosen here")

// LinkChoices are the links that may be looked at, the chosen ones among them.
func (h *Home) LinkChoices() ([]lan.LinkChoice, error) {
	if h.o.Choices == nil {
		return nil, errNoLinks
	}
	return h.o.Choices()
}

// Chosen are the names of the links that the owner chose; none leaves the choice to
// the program.
func (h *Home) Chosen() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.chosen)
}

// SetLinks keeps which links are looked at, at once; none leaves the choice to the
// program. Listening follows at once, sweeps from the next one on.
func (h *Home) SetLinks(names []string) error {
	choices, err := h.LinkChoices()
	if err != nil {
		return fmt.Errorf("the links cannot be chosen now: %w", err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(choices, func(c lan.LinkChoice) bool { return c.Name == name }) {
			return fmt.Errorf("%q is no link that can be looked at", lan.Printable(name, lan.MaxName))
		}
	}
	if len(names) > maxLinks {
		return fmt.Errorf("at most %d links can be chosen", maxLinks)
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	h.word.Lock()
	defer h.word.Unlock()
	if err := h.o.Journal.Append(linksKind, names); err != nil {
		return fmt.Errorf("the choice could not be kept: %w", err)
	}
	h.mu.Lock()
	h.chosen = names
	h.mu.Unlock()
	poke(h.relinked)
	return nil
}

// maxContact bounds what people in the home read of who looks after it, in letters.
const maxContact = 160

// Contact is who looks after the home.
func (h *Home) Contact() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.contact
}

// SetContact keeps it, at once.
func (h *Home) SetContact(text string) error {
	if utf8.RuneCountInString(text) > maxContact {
		return fmt.Errorf("this is longer than %d letters", maxContact)
	}
	text = lan.Printable(text, utf8.UTFMax*maxContact)
	h.word.Lock()
	defer h.word.Unlock()
	if err := h.o.Journal.Append(contactKind, text); err != nil {
		return fmt.Errorf("the contact could not be kept: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.contact = text
	return nil
}
