package wire

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// OnLink is the beginning of a filter that lets pass only what is said on the
// link itself. Frames of a VLAN for which this machine has no interface reach
// the sockets of their EtherType all the same, without the tag, and the kernel
// marks them as meant for another station (net/core/dev.c,
// __netif_receive_skb_core).
var OnLink = []bpf.Instruction{
	bpf.LoadExtension{Num: bpf.ExtType},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.PACKET_OTHERHOST, SkipTrue: 1},
	bpf.RetConstant{Val: 0},
}
