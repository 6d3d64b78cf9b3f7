package probetest

import (
	"errors"
	"io"
	"time"
)

const (
	dripEvery  = time.Second // between two bytes of a tarpit
	endlessMax = 64 << 20    // bytes an endless banner sends at most
)

// Raw is a port that understands nothing: it may greet, and counts what it is
// sent. Print ports and the like, on which nothing must ever be written, and
// the hostile ones.
type Raw struct {
	Greeting string `json:"greeting"` // text, or
	File     string `json:"file"`     // a file of the folder
	// Drip sends the greeting over and over, a byte a second: a tarpit.
	Drip bool `json:"drip"`
	// Endless sends the greeting over and over as fast as it is taken.
	Endless bool `json:"endless"`
	// Prints puts every byte that it is sent on paper.
	Prints bool `json:"prints"`
}

func (w *Raw) check(d *Device) error {
	switch {
	case w.Greeting != "" && w.File != "":
		return errors.New("raw: both greeting and file")
	case w.Drip && w.Endless:
		return errors.New("raw: both drip and endless")
	case (w.Drip || w.Endless) && w.Greeting+w.File == "":
		return errors.New("raw: drip and endless want a greeting or a file")
	}
	return d.wantsFile(w.File)
}

func (w *Raw) serve(s *session) {
	greeting := []byte(w.Greeting)
	if w.File != "" {
		greeting = s.r.device.files[w.File]
	}
	switch {
	case w.Drip:
		// The other direction is read as well, so that what is sent counts.
		s.r.wg.Go(s.listen)
		w.drip(s, greeting)
	case w.Endless:
		s.r.wg.Go(s.listen)
		w.flood(s, greeting)
	default:
		if _, err := s.Write(greeting); err == nil {
			_, _ = io.Copy(reader{w, s.r}, s.in)
		}
	}
}

// reader is what becomes of what a raw port is sent.
type reader struct {
	raw *Raw
	r   *Running
}

func (p reader) Write(b []byte) (int, error) {
	if p.raw.Prints {
		p.r.ledger.printed(len(b))
	} else {
		p.r.shock()
	}
	return len(b), nil
}

func (w *Raw) drip(s *session, greeting []byte) {
	for len(greeting) > 0 {
		for i := range greeting {
			if _, err := s.Write(greeting[i : i+1]); err != nil || !s.wait(dripEvery) {
				return
			}
		}
	}
}

func (w *Raw) flood(s *session, greeting []byte) {
	for sent := 0; len(greeting) > 0 && sent < endlessMax; {
		n, err := s.Write(greeting)
		if err != nil {
			return
		}
		sent += n
	}
}
