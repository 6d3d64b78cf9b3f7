package identify

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// row is one row of the column, of the model and with that view.
func row(model byte, view string) []byte {
	oid := append(slices.Clone(writeViews), 3, 'g', 'r', 'p', 0, model, 1)
	return berEncode(berSequence, berEncode(berOID, oid), berEncode(berOctets, []byte(view)))
}

func TestWriteViews(t *testing.T) {
	next := berEncode(berSequence, berEncode(berOID, []byte{0x2b, 6, 1, 6, 3, 16, 1, 4, 1, 7}), berEncode(berOctets, []byte("x")))
	for name, tt := range map[string]struct {
		rows [][]byte
		want []string
	}{
		"two versions":      {[][]byte{row(1, "_all_"), row(2, "_all_"), row(3, "users"), next, row(2, "behind")}, []string{"_all_", "_all_"}},
		"may not":           {[][]byte{row(1, "none"), row(0, "")}, []string{"none", ""}},
		"hides its table":   {[][]byte{next}, nil},
		"nothing there":     {nil, nil},
		"more than asked":   {slices.Repeat([][]byte{row(1, "a")}, 99), slices.Repeat([]string{"a"}, maxSNMPRows)},
		"words of its own":  {[][]byte{row(1, "a\x00\x1bb")}, []string{"ab"}},
		"an end of the MIB": {[][]byte{berEncode(berSequence, berEncode(berOID, writeViews), berEncode(0x82))}, nil},
	} {
		got, ok := parseWriteViews(response([]byte{42}, bytes.Join(tt.rows, nil)), 42)
		if !ok || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, tt.want)
		}
	}
}

// TestWriteViewsAreRead with one question, and nothing is set by it.
func TestWriteViewsAreRead(t *testing.T) {
	ep := udpAt(161)
	d := &device{answer: func(q []byte) []byte {
		message, _, _ := berExpect(q, berSequence)
		_, message, _ = berExpect(message, berInteger)
		_, message, _ = berExpect(message, berOctets)
		pdu, _, _ := berExpect(message, berGetBulk)
		id, _, _ := berExpect(pdu, berInteger)
		return response(id, row(2, "all"))
	}}
	if got, err := WriteViews(t.Context(), d, ep); err != nil || !slices.Equal(got, []string{"all"}) || d.asked != 1 {
		t.Errorf("%q, %v after %d questions", got, err, d.asked)
	}
	d = &device{answer: func(q []byte) []byte { return q }}
	if _, err := WriteViews(t.Context(), d, ep); !errors.Is(err, probes.ErrNotMine) {
		t.Errorf("our own question is an answer: %v", err)
	}
}

// stuck is a Reach in which nobody's turn ever comes.
type stuck struct{ *device }

func (stuck) Ask(ctx context.Context, _ lan.Endpoint, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestWriteViewsEnd: neither an agent's silence nor a device that is busy for ever
// is waited for longer than an answer may take.
func TestWriteViewsEnd(t *testing.T) {
	for name, r := range map[string]probes.Reach{"silent": &device{}, "busy": stuck{}} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := WriteViews(t.Context(), r, udpAt(161))
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > maxAnswer {
				t.Errorf("%s: %v after %v", name, err, took)
			}
		})
	}
}

func FuzzParseWriteViews(f *testing.F) {
	f.Add(response([]byte{42}, row(1, "_all_")))
	f.Add(snmpBulk(42))
	f.Fuzz(func(t *testing.T, b []byte) {
		if views, ok := parseWriteViews(b, 42); len(views) > maxSNMPRows || !ok && views != nil {
			t.Errorf("%q %v", views, ok)
		}
	})
}
