package arp

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

// forged is reply in a frame of another station than the one that it speaks of.
func forged(by, mac lan.MAC, from netip.Addr) []byte {
	frame := reply(mac, from)
	copy(frame[6:12], by[:])
	return frame
}

// TestHearsaySilencesNobody: what a station says of another is a claim. It makes
// a proxy of nobody, and the device is asked all the same.
func TestHearsaySilencesNobody(t *testing.T) {
	first := true
	f := newFakeLink(func(a netip.Addr, _ int) (frames [][]byte) {
		for a := addr("192.168.1.2"); first && a != addr("192.168.1.255"); a = a.Next() {
			frames = append(frames, forged(mac(66), mac(20), a))
		}
		if first = false; a == addr("192.168.1.20") {
			frames = append(frames, reply(mac(20), a))
		}
		return frames
	})
	seen, _, err := sweep(t, home, f)
	if err != nil {
		t.Fatal(err)
	}
	own := slices.DeleteFunc(slices.Clone(seen), func(s lan.Sighting) bool { return s.Claim })
	if len(own) != 1 || own[0].MAC != mac(20) || own[0].Addr != addr("192.168.1.20") || own[0].Heard[Proxy] != "" {
		t.Errorf("saw %+v", own)
	}
	if n := len(seen) - len(own); n == 0 || n > maxHearsay || slices.ContainsFunc(seen, func(s lan.Sighting) bool { return s.Claim && s.Addr == own[0].Addr }) {
		t.Errorf("%d claims", n)
	}
	if len(f.asked) != 253+252 {
		t.Errorf("%d questions", len(f.asked))
	}
}

// TestForgedAnswersHideNobody: who answers for every address before it is asked
// for does not keep the others from being asked.
func TestForgedAnswersHideNobody(t *testing.T) {
	first := true
	f := newFakeLink(func(a netip.Addr, _ int) (frames [][]byte) {
		for n := byte(2); first && n < 255; n++ {
			frames = append(frames, says(layers.ARPRequest, lan.MAC{6, 6, 6, 6, 6, n}, netip.AddrFrom4([4]byte{192, 168, 1, n}).String(), "192.168.1.1"))
		}
		if first = false; a == addr("192.168.1.200") {
			frames = append(frames, reply(mac(200), a))
		}
		return frames
	})
	seen, _, err := sweep(t, home, f)
	if err != nil || !slices.ContainsFunc(seen, func(s lan.Sighting) bool { return s.MAC == mac(200) && s.Addr == addr("192.168.1.200") }) {
		t.Errorf("the device is not among %d sightings, %v", len(seen), err)
	}
}
