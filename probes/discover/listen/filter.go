package listen

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// everything is the packet socket's protocol that stands for every EtherType.
const everything = unix.ETH_P_ALL

// Offsets in frames (RFC 894, 791, 8200) and numbers in them.
const (
	offEtherType = 12
	offFragment  = 14 + 6
	offProtocol  = 14 + 9
	offNext      = 14 + 6
	offPayload6  = 14 + 40
	optionHeader = 8 // of hop-by-hop options that hold a router alert only

	etherARP  = 0x0806
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
	protoUDP  = 17
	protoICMP = 58
	hopByHop  = 0

	maxPorts = 64 // a jump reaches 255 instructions
)

// accept takes the whole frame; reject none of it.
var (
	accept = bpf.RetConstant{Val: 1 << 18}
	reject = bpf.RetConstant{Val: 0}
)

// others lets only what other stations send pass: a packet socket for all
// EtherTypes also hears what we send ourselves, and on the parent of a VLAN the
// frames of that VLAN, which is another network.
var others = []bpf.Instruction{
	bpf.LoadExtension{Num: bpf.ExtType},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.PACKET_OUTGOING, SkipTrue: 1},
	reject,
	bpf.LoadExtension{Num: bpf.ExtVLANTagPresent},
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 3},
	bpf.LoadExtension{Num: bpf.ExtVLANTag},
	bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: 0x0fff, SkipTrue: 1}, // VLAN 0 is none
	reject,
}

// assemble is the kernel's sieve for ears: on a router all of the home's traffic
// passes by. What it lets through is checked again.
func assemble(ears []Ear) ([]bpf.RawInstruction, error) {
	var ports []uint32
	for _, e := range ears {
		if !slices.Contains(ports, uint32(e.Port)) {
			ports = append(ports, uint32(e.Port))
		}
	}
	if len(ports) > maxPorts {
		return nil, fmt.Errorf("%d ports to listen to, at most %d", len(ports), maxPorts)
	}
	return bpf.Assemble(slices.Concat(others, sieve(ports)))
}

// sieve lets ARP, neighbour discovery and datagrams to or from ports pass.
func sieve(ports []uint32) []bpf.Instruction {
	four := slices.Concat([]bpf.Instruction{
		bpf.LoadAbsolute{Off: offProtocol, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoUDP, SkipTrue: 1},
		reject,
		bpf.LoadAbsolute{Off: offFragment, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: 0x3fff, SkipTrue: 1}, // more fragments, or not the first
		reject,
		bpf.LoadMemShift{Off: 14},
		bpf.LoadIndirect{Off: 14, Size: 2},
	}, among(ports), []bpf.Instruction{bpf.LoadIndirect{Off: 16, Size: 2}}, among(ports), []bpf.Instruction{reject})
	six := slices.Concat([]bpf.Instruction{
		bpf.LoadAbsolute{Off: offNext, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoUDP, SkipTrue: uint8(len(discovery))},
	}, discovery, []bpf.Instruction{bpf.LoadAbsolute{Off: offPayload6, Size: 2}}, among(ports),
		[]bpf.Instruction{bpf.LoadAbsolute{Off: offPayload6 + 2, Size: 2}}, among(ports), []bpf.Instruction{reject})
	return slices.Concat([]bpf.Instruction{
		bpf.LoadAbsolute{Off: offEtherType, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: etherARP, SkipTrue: 1},
		accept,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv4, SkipTrue: 1},
		bpf.Jump{Skip: uint32(len(four))},
	}, four, []bpf.Instruction{
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv6, SkipTrue: 1},
		reject,
	}, six)
}

// discovery decides about IPv6 that is not UDP, whose next header is loaded:
// neighbour discovery but redirects, and reports of multicast groups.
var discovery = []bpf.Instruction{
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: hopByHop, SkipTrue: 5},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoICMP, SkipTrue: 9},
	bpf.LoadAbsolute{Off: offPayload6, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpLessThan, Val: 133, SkipTrue: 7},
	bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: 136, SkipTrue: 6},
	accept,
	// Hop-by-hop options:
	bpf.LoadAbsolute{Off: offPayload6, Size: 2}, // the next header, and a length of none beyond
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoICMP << 8, SkipTrue: 3},
	bpf.LoadAbsolute{Off: offPayload6 + optionHeader, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 131, SkipTrue: 2}, // MLDv1 report
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 143, SkipTrue: 1}, // MLDv2 report
	reject,
	accept,
}

// among accepts if the value that is loaded is one of ports, and else goes on
// behind itself.
func among(ports []uint32) (list []bpf.Instruction) {
	for i, p := range ports {
		list = append(list, bpf.JumpIf{Cond: bpf.JumpEqual, Val: p, SkipTrue: uint8(len(ports) - i)})
	}
	return append(list, bpf.Jump{Skip: 1}, accept)
}
