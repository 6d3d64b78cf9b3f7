package fdb

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestEntry(t *testing.T) {
	b := bridge{device: device{index: 5, kind: "bridge", ageing: 2 * time.Minute}, ports: map[int]string{7: "lan1"}}
	strict := b
	strict.strict, strict.want = true, 10
	own := lan.MAC{2, 9, 9, 9, 9, 9}
	for name, c := range map[string]struct {
		b   bridge
		f   forward
		ok  bool
		age time.Duration
	}{
		"learnt":           {b, forward{port: 7, master: 5, mac: printer, state: unix.NUD_REACHABLE, age: time.Second, dated: true}, true, time.Second},
		"about to expire":  {b, forward{port: 7, master: 5, mac: printer, state: unix.NUD_STALE, age: time.Minute, dated: true}, true, time.Minute},
		"a chip's":         {b, forward{port: 7, mac: printer, state: unix.NUD_REACHABLE, flags: unix.NTF_SELF}, true, 2 * time.Minute},
		"another bridge's": {b, forward{port: 7, master: 6, mac: printer, state: unix.NUD_REACHABLE}, false, 0},
		"no port":          {b, forward{port: 8, master: 5, mac: printer, state: unix.NUD_REACHABLE}, false, 0},
		"our own":          {b, forward{port: 7, master: 5, mac: own, state: unix.NUD_REACHABLE}, false, 0},
		"local":            {b, forward{port: 7, master: 5, mac: printer, state: unix.NUD_PERMANENT}, false, 0},
		"static":           {b, forward{port: 7, master: 5, mac: printer, state: unix.NUD_NOARP}, false, 0},
		"group":            {b, forward{port: 7, master: 5, mac: lan.MAC{1}, state: unix.NUD_REACHABLE}, false, 0},
		"zero":             {b, forward{port: 7, master: 5, state: unix.NUD_REACHABLE}, false, 0},
		"its VLAN":         {strict, forward{port: 7, master: 5, vlan: 10, mac: printer, state: unix.NUD_REACHABLE, dated: true}, true, 0},
		"another VLAN":     {strict, forward{port: 7, master: 5, vlan: 20, mac: printer, state: unix.NUD_REACHABLE}, false, 0},
		"VLAN, not strict": {b, forward{port: 7, master: 5, vlan: 20, mac: printer, state: unix.NUD_REACHABLE, dated: true}, true, 0},
	} {
		e, ok := c.b.entry(c.f, lan.Link{MAC: own})
		if ok != c.ok || ok && (e.Age != c.age || e.Port != "lan1" || e.VLAN != c.f.vlan) {
			t.Errorf("%s: %+v, %t", name, e, ok)
		}
	}
}

func TestChoose(t *testing.T) {
	devices := map[int]device{
		1: {index: 1, name: "eth0"}, 2: {index: 2, name: "eth0.10", kind: "vlan", lower: 1, vlan: 10},
		5: {index: 5, name: "br-lan", kind: "bridge", filtering: true, pvid: 1},
		6: {index: 6, name: "br-lan.10", kind: "vlan", lower: 5, vlan: 10}, 7: {index: 7, name: "lan1", master: 5},
	}
	if b, err := choose(devices, 5); err != nil || b.index != 5 || !b.strict || b.want != 1 || b.ports[7] != "lan1" || len(b.ports) != 1 {
		t.Errorf("the bridge: %+v, %v", b, err)
	}
	if b, err := choose(devices, 6); err != nil || b.index != 5 || !b.strict || b.want != 10 {
		t.Errorf("its VLAN: %+v, %v", b, err)
	}
	for _, index := range []int{0, 1, 2, 7, 9} {
		if b, err := choose(devices, index); !errors.Is(err, errNoBridge) {
			t.Errorf("interface %d: %+v, %v", index, b, err)
		}
	}
	if d := (bridge{}).oldest(); d != 5*time.Minute {
		t.Errorf("an unknown ageing time is %v", d)
	}
}

// message is one of the forwarding database with attributes.
func message(family uint8, attributes ...[]byte) []byte {
	b := make([]byte, unix.SizeofNdMsg)
	b[0] = family
	binary.NativeEndian.PutUint32(b[4:], 7)
	binary.NativeEndian.PutUint16(b[8:], unix.NUD_REACHABLE)
	return append(b, slices.Concat(attributes...)...)
}

// attribute is one with its padding.
func attribute(kind uint16, value []byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func native(n ...uint32) (b []byte) {
	for _, n := range n {
		b = binary.NativeEndian.AppendUint32(b, n)
	}
	return b
}

var learnt = message(unix.AF_BRIDGE,
	attribute(unix.NDA_LLADDR, printer[:]),
	attribute(unix.NDA_MASTER, native(5)),
	attribute(unix.NDA_VLAN, binary.NativeEndian.AppendUint16(nil, 10)),
	attribute(unix.NDA_CACHEINFO, native(0, 100, 250, 0)))

func TestDecode(t *testing.T) {
	want := forward{port: 7, state: unix.NUD_REACHABLE, mac: printer, vlan: 10, master: 5, age: 2500 * time.Millisecond, dated: true}
	if f, ok := decode(learnt); !ok || f != want {
		t.Errorf("decode = %+v, %t", f, ok)
	}
	for name, b := range map[string][]byte{
		"empty":      nil,
		"cut short":  learnt[:11],
		"no MAC":     message(unix.AF_BRIDGE),
		"neighbour":  message(unix.AF_INET, attribute(unix.NDA_LLADDR, printer[:])),
		"long MAC":   message(unix.AF_BRIDGE, attribute(unix.NDA_LLADDR, make([]byte, 20))),
		"long VLAN":  message(unix.AF_BRIDGE, attribute(unix.NDA_LLADDR, printer[:]), attribute(unix.NDA_VLAN, native(10))),
		"torn apart": learnt[:len(learnt)-10],
	} {
		if f, ok := decode(b); ok {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(learnt)
	f.Add(message(unix.AF_BRIDGE, attribute(unix.NDA_CACHEINFO, native(1))))
	f.Add(append(make([]byte, 16), 0x10, 0, 0x12, 0x80, 0x0b, 0, 1, 0, 'b', 'r', 'i', 'd', 'g', 'e', 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, ok := decode(b); ok && e.age < 0 {
			t.Fatalf("%x: %+v", b, e)
		}
		if d, ok := decodeDevice(b); ok && d.ageing < 0 {
			t.Fatalf("%x: %+v", b, d)
		}
	})
}
