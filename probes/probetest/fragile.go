package probetest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/mdlayher/packet"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Fragile makes the device die when it is asked more than it bears: it closes
// everything for good and, on a Net that is Mains, is off the link. A zero bound
// is no bound.
type Fragile struct {
	AtOnce    int `json:"at_once"`    // open connections
	PerSecond int `json:"per_second"` // new connections within a second
	// Bytes is death by anything but a GET where the device speaks HTTP, and by
	// any byte where it understands nothing.
	Bytes bool `json:"bytes"`
	// Burst is how many questions within a second are too many, those that the
	// kernel answers by itself included (on loopback only connections count):
	// the device is gone for Away, and then starts anew.
	Burst int `json:"burst"`
	Away  int `json:"away_ms"` // milliseconds
}

func (f *Fragile) check() error {
	if min(f.AtOnce, f.PerSecond, f.Burst, f.Away) < 0 || f.AtOnce+f.PerSecond+f.Burst == 0 && !f.Bytes {
		return errors.New("fragile: at_once, per_second or burst must be above 0, or bytes be true")
	}
	if f.Burst > 0 && (f.Away == 0 || f.Away > maxAway) {
		return errors.New("fragile: away_ms says how long the device is gone after a burst, at most a minute")
	}
	return nil
}

const maxAway = 60_000

// Mains is a Net from which a device can be cut off, as one without power is.
type Mains interface {
	Net
	Off() error
	// On brings the device back, which asks whether its address is free and then
	// announces it (RFC 5227).
	On() error
}

// rate remembers when the latest connections came.
type rate struct{ at []time.Time }

// within notes a connection at now and counts those of the second that ends
// with it.
func (t *rate) within(now time.Time) int {
	t.at = slices.DeleteFunc(t.at, func(old time.Time) bool { return now.Sub(old) >= time.Second })
	t.at = append(t.at, now)
	return len(t.at)
}

// overwhelmed reports whether one more connection, with open ones now, is too
// much for a fragile device.
func (r *Running) overwhelmed(open int) bool {
	f := r.device.Fragile
	if f == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rapid := r.rate.within(time.Now())
	return f.AtOnce > 0 && open > f.AtOnce || f.PerSecond > 0 && rapid > f.PerSecond
}

// die is the end of a fragile device.
func (r *Running) die() {
	r.ledger.crashed()
	if m, ok := r.net.(Mains); ok {
		_ = m.Off() // else its kernel says that it is closed, which the dead do not
	}
	r.shut()
}

// shock is what a device does that is sent what it does not understand.
func (r *Running) shock() {
	if f := r.device.Fragile; f != nil && f.Bytes {
		r.die()
	}
}

// feel counts what comes, asked by asked, and starts the device anew when it is a
// burst.
func (r *Running) feel(asked <-chan time.Time) {
	var burst rate
	for {
		select {
		case <-r.done:
			return
		case at := <-asked:
			if burst.within(at) <= r.device.Fragile.Burst {
				continue
			}
		}
		burst = rate{}
		r.ledger.rebooted()
		m, mains := r.net.(Mains)
		if mains {
			_ = m.Off()
		}
		away := time.NewTimer(time.Duration(r.device.Fragile.Away) * time.Millisecond)
		select {
		case <-away.C:
		case <-r.done:
		}
		away.Stop()
		if mains {
			_ = m.On()
		}
		for len(asked) > 0 {
			<-asked // while it was starting, nobody counted
		}
	}
}

// startFeeling begins to feel bursts.
func (r *Running) startFeeling() error {
	f := r.device.Fragile
	if f == nil || f.Burst == 0 {
		return nil
	}
	r.knocks = make(chan time.Time, maxConns)
	if r.net.Interface() != "" {
		if err := r.tap(); err != nil {
			return err
		}
	}
	r.wg.Go(func() { r.feel(r.knocks) })
	return nil
}

// felt notes one question, if the device has a feeling for them.
func (r *Running) felt(now time.Time) {
	select {
	case r.knocks <- now:
	default: // nobody feels, or there are more than anybody counts
	}
}

// tap hears every SYN that is sent to the device.
func (r *Running) tap() error {
	return r.net.Do(func() error {
		i, err := net.InterfaceByName(r.net.Interface())
		if err != nil {
			return err
		}
		syn, err := bpf.Assemble([]bpf.Instruction{
			bpf.LoadAbsolute{Off: 14 + 9, Size: 1},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.IPPROTO_TCP, SkipTrue: 5},
			bpf.LoadMemShift{Off: 14},
			bpf.LoadIndirect{Off: 14 + 13, Size: 1},
			bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0x12}, // ACK and SYN (RFC 9293, section 3.1)
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0x02, SkipTrue: 1},
			bpf.RetConstant{Val: 64},
			bpf.RetConstant{Val: 0},
		})
		if err != nil {
			return err
		}
		conn, err := packet.Listen(i, packet.Raw, unix.ETH_P_IP, &packet.Config{Filter: syn})
		if err == nil && r.hold(conn) {
			r.wg.Go(func() { r.hear(conn, r.device.MAC[:]) })
		}
		return err
	})
}

// hear notes the SYNs to mac until conn is closed.
func (r *Running) hear(conn *packet.Conn, mac []byte) {
	defer r.drop(conn)
	buf := make([]byte, 64)
	for {
		n, _, err := conn.ReadFrom(buf)
		switch {
		case errors.Is(err, unix.ENETDOWN): // it is off; the socket goes on when it is back
		case err != nil:
			return
		case n > 14 && bytes.Equal(buf[:6], mac) && binary.BigEndian.Uint16(buf[12:]) == unix.ETH_P_IP:
			r.felt(time.Now())
		}
	}
}
