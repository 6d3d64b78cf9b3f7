package ports

import (
	"fmt"

	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/wire"
)

// Offsets and values in frames, from RFC 791, 792 and 9293.
const (
	offEtherType = 12
	offIP        = 14
	offFragment  = offIP + 6
	offProtocol  = offIP + 9

	etherIPv4  = 0x0800
	protoICMP  = 1
	protoTCP   = 6
	flagRST    = 0x04
	flagSYNACK = 0x12

	icmpUnreachable = 3
	icmpHeader      = 8
	plainIP         = 20 // our own packets carry no options
)

// filterFor is the kernel's sieve for answers over one IP version, given as its
// EtherType.
func filterFor(protocol, port uint16) ([]bpf.RawInstruction, error) {
	if protocol == wire.IPv6 {
		return filter6(port)
	}
	return filter(port)
}

// filter is the kernel's sieve: of all IPv4 frames it lets through TCP answers
// to source port port that carry RST or SYN and ACK, and ICMP "destination
// unreachable" about a TCP packet from that port. It trusts nothing: what it
// lets through is checked again.
func filter(port uint16) ([]bpf.RawInstruction, error) {
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offEtherType, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: etherIPv4, SkipTrue: 19},
		bpf.LoadAbsolute{Off: offFragment, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipTrue: 17}, // not a first fragment
		bpf.LoadMemShift{Off: offIP},                                 // X = length of the IP header
		bpf.LoadAbsolute{Off: offProtocol, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoTCP, SkipTrue: 7},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoICMP, SkipTrue: 13},
		bpf.LoadIndirect{Off: offIP, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: icmpUnreachable, SkipTrue: 11},
		bpf.LoadIndirect{Off: offIP + icmpHeader + 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoTCP, SkipTrue: 9},
		bpf.LoadIndirect{Off: offIP + icmpHeader + plainIP, Size: 2},
		bpf.Jump{Skip: 6}, // to the port, which is now in A
		// TCP:
		bpf.LoadIndirect{Off: offIP + 13, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 3},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYNACK},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: flagSYNACK, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.LoadIndirect{Off: offIP + 2, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(port), SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.RetConstant{Val: 1 << 16}, // the whole frame
	}
	return assemble(program)
}

func assemble(program []bpf.Instruction) ([]bpf.RawInstruction, error) {
	raw, err := bpf.Assemble(program)
	if err != nil {
		return nil, fmt.Errorf("ports: cannot assemble the filter: %w", err)
	}
	return raw, nil
}
