package listen

import (
	"fmt"
	"net/netip"
	"testing"

	"golang.org/x/net/bpf"
)

// TestSieve runs the filter, but for what only the kernel knows of a frame.
func TestSieve(t *testing.T) {
	vm, err := bpf.NewVM(sieve([]uint32{67, 5353, 7000}))
	if err != nil {
		t.Fatal(err)
	}
	port := func(from, to uint16) []byte {
		return udp(t, lamp, netip.AddrPortFrom(netip.MustParseAddr("192.168.1.9"), from), netip.AddrPortFrom(netip.MustParseAddr("192.168.1.1"), to), "x")
	}
	port6 := func(from, to uint16) []byte {
		return udp(t, lamp, netip.AddrPortFrom(netip.MustParseAddr("fe80::9"), from), netip.AddrPortFrom(netip.MustParseAddr("fe80::1"), to), "x")
	}
	icmp := func(kind byte) []byte { b := advertises(t, lamp, "fe80::9"); b[54] = kind; return b }
	set := func(b []byte, at int, v ...byte) []byte { copy(b[at:], v); return b }
	for name, c := range map[string]struct {
		frame []byte
		pass  bool
	}{
		"ARP":                 {arp(t, lamp, lamp, "192.168.1.9"), true},
		"to the first port":   {port(40000, 67), true},
		"to the last":         {port(40000, 7000), true},
		"from one":            {port(5353, 40000), true},
		"neither":             {port(40000, 40001), false},
		"IPv6 to":             {port6(40000, 67), true},
		"IPv6 from":           {port6(7000, 40000), true},
		"IPv6 neither":        {port6(40000, 40001), false},
		"with IPv4 options":   {set(port(40000, 40001), 14, 0x46), false},
		"more fragments":      {fragment(port(40000, 67)), false},
		"a later fragment":    {set(port(40000, 67), 20, 0, 9), false},
		"not to be split":     {set(port(40000, 67), 20, 0x40, 0), true},
		"TCP":                 {set(port(40000, 67), 23, 6), false},
		"TCP over IPv6":       {set(port6(40000, 67), 20, 6), false},
		"router solicitation": {icmp(133), true},
		"advertisement":       {icmp(136), true},
		"redirect":            {icmp(137), false},
		"echo":                {icmp(128), false},
		"MLD report":          {set(icmp(0), 20, 0, 1, 0xfe, 0x80), false},
		"another EtherType":   {set(port(40000, 67), 12, 0x88, 0xcc), false},
		"short":               {port(40000, 67)[:20], false},
	} {
		n, err := vm.Run(c.frame)
		if err != nil || (n > 0) != c.pass {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	report := set(icmp(0), 20, 0)
	report = set(report, 54, 58, 0, 5, 2, 0, 0, 1, 0, 143)
	if n, _ := vm.Run(report); n == 0 {
		t.Error("a group report does not pass")
	}
}

func TestAssembleIsBounded(t *testing.T) {
	var list []Ear
	for p := range maxPorts + 1 {
		list = append(list, Ear{Port: uint16(p + 1)}, Ear{Port: uint16(p + 1)})
	}
	if raw, err := assemble(list[:2*maxPorts]); err != nil {
		t.Error(err)
	} else if all, ok := bpf.Disassemble(raw); !ok {
		t.Errorf("%d instructions that are none", len(all))
	}
	if _, err := assemble(list); err == nil {
		t.Error(fmt.Sprint(maxPorts+1, " ports"))
	}
}
