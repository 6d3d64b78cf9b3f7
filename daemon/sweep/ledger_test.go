package sweep

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/ledger"
)

// paper is a journal in memory.
type paper struct{ lines []json.RawMessage }

func (p *paper) Append(kind string, value any) error {
	raw, err := json.Marshal(value)
	if kind != ledger.Kind {
		err = errors.New("not the ledger's: " + kind)
	}
	p.lines = append(p.lines, raw)
	return err
}

func (p *paper) Replay(kind string, each func(time.Time, json.RawMessage) error) error {
	if kind != ledger.Kind {
		return nil
	}
	for _, l := range p.lines {
		if err := each(time.Time{}, l); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T, p *paper) *ledger.Ledger {
	t.Helper()
	began := time.Now()
	l, err := ledger.Open(p, func() ledger.Moment { return ledger.Moment{Wall: time.Now(), Boot: "test", Up: time.Since(began)} })
	if err != nil {
		t.Fatal(err)
	}
	return l
}
