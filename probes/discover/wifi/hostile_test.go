package wifi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// stuck is a bus that never answers.
type stuck struct{ ubus.Caller }

func (stuck) Call(ctx context.Context, _ ...string) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestStuckBus: everything else waits for who is there, which is known within
// 1.2 s.
func TestStuckBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := newSource(t.TempDir(), stuck{}).Discover(t.Context(), home, func(lan.Sighting) {})
		if took := time.Since(began) + ubus.Afterwards; took > 1200*time.Millisecond || err == nil {
			t.Errorf("it takes %s, %v", took, err)
		}
	})
}
