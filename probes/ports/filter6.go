package ports

import "golang.org/x/net/bpf"

// Offsets and values in IPv6 frames, from RFC 8200, 4443 and 9293.
const (
	plainIP6 = 40 // headers with extensions are not looked into
	offNext  = offIP + 6
	offUpper = offIP + plainIP6

	etherIPv6   = 0x86dd
	protoICMPv6 = 58

	icmp6Unreachable = 1
	unused           = 4 // bytes before what an ICMPv6 error quotes
)

// filter6 is filter for IPv6: TCP answers to source port port that carry RST or
// SYN and ACK, and ICMPv6 "destination unreachable" about a TCP packet from that
// port.
func filter6(port uint16) ([]bpf.RawInstruction, error) {
	return assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: offEtherType, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: etherIPv6, SkipTrue: 13},
		bpf.LoadAbsolute{Off: offNext, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoTCP, SkipTrue: 7},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoICMPv6, SkipTrue: 10},
		bpf.LoadAbsolute{Off: offUpper, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: icmp6Unreachable, SkipTrue: 8},
		bpf.LoadAbsolute{Off: offUpper + icmpHeader + 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoTCP, SkipTrue: 6},
		bpf.LoadAbsolute{Off: offUpper + icmpHeader + plainIP6, Size: 2},
		bpf.Jump{Skip: 6}, // to the port, which is now in A
		// TCP:
		bpf.LoadAbsolute{Off: offUpper + 13, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 3},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYNACK},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: flagSYNACK, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.LoadAbsolute{Off: offUpper + 2, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(port), SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.RetConstant{Val: 1 << 16}, // the whole frame
	})
}
