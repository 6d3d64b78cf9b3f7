package links

import (
	"net"
	"net/netip"
	"regexp"
)

// unfit says why homesweep can never look on i, whoever asks; empty when it can.
func unfit(i Iface) string {
	switch {
	case i.Flags&net.FlagLoopback != 0:
		return "it is this machine's loopback"
	case i.Flags&net.FlagUp == 0:
		return "it is switched off"
	case tunnel(i):
		return "it is a tunnel (a VPN or dial-up line), which leads out of the home"
	case i.Master != "":
		return "it is a port of " + i.Master + ", which is the interface to look on"
	case i.Flags&net.FlagRunning == 0:
		return "nothing is connected to it"
	case i.MAC.IsZero():
		return "it has no hardware address, so it is not a home network's"
	case len(i.Addrs) == 0:
		return "it has no address"
	}
	return outsider(i.Addrs)
}

// outsider says why none of the addresses is a home's; empty if one is.
func outsider(addrs []netip.Prefix) string {
	why := "it has only public addresses"
	for _, p := range addrs {
		if private(p.Masked()) {
			return ""
		}
		if shared.Contains(p.Addr()) {
			why = "its address " + p.Addr().String() + " belongs to the provider's own network"
		}
	}
	return why
}

// meshes are VPNs that look like an Ethernet: ZeroTier's zt + 8 characters,
// tinc and n2n by their usual names, and Tailscale, WireGuard and OpenVPN where
// a driver forgets the flag.
var meshes = regexp.MustCompile(`^(zt[0-9a-z]{8,13}|wg[0-9]*|wg-.*|tun[0-9]+|tailscale[0-9]+|edge[0-9]+|nebula[0-9]*|l2tp.*|pppoe-.*|ppp[0-9]+|ipsec[0-9]+|gre.*|6in4-.*|6rd-.*|sit[0-9]+)$`)

// tunnel reports whether i leads to one far end, or to a VPN's peers.
func tunnel(i Iface) bool {
	return i.Flags&net.FlagPointToPoint != 0 || meshes.MatchString(i.Name)
}

// guests are the names that container and virtual machine managers give their
// own bridges and cables: Docker, Podman, libvirt, LXC, LXD, Incus, Kubernetes'
// network plugins, VirtualBox, VMware.
var guests = regexp.MustCompile(`^(docker[0-9]+|docker_gwbridge|br-[0-9a-f]{12}|podman.*|cni.*|nerdctl.*|virbr.*|vnet[0-9]+|lxcbr.*|lxdbr.*|incusbr.*|veth.*|flannel.*|cali.*|cilium.*|kube-.*|nodelocaldns|vboxnet.*|vmnet.*|waydroid.*|mpqemubr.*)$`)

// ownGuests reports whether i leads only to what runs inside this machine.
func ownGuests(i Iface) bool { return i.Tap || guests.MatchString(i.Name) }
