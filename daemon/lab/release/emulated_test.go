package release

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// buildsOf is the environment variable that names the directory with a folder for each
// processor that the program was built for, as .ci/sizes leaves it.
const buildsOf = "HOMESWEEP_BUILDS"

// processors are those of routers, and what runs their programs here.
var processors = []struct {
	name, emulator string
	deaf           bool // the emulator garbles the kernel's list of interfaces: no link is found
}{
	{"mipsle", "qemu-mipsel-static", false},
	{"mips", "qemu-mips-static", true},
	{"armv7", "qemu-arm-static", false},
	{"arm64", "qemu-aarch64-static", false},
}

// lent are the addresses that the router of the fixtures has lent.
const lent = 5

// TestEmulated runs the daemon on routers' processors in a root directory like an
// OpenWrt router's: it starts with what another processor has kept, serves the
// dashboard, keeps what it is told, has it after a reboot, and leaves it to another.
func TestEmulated(t *testing.T) {
	builds := os.Getenv(buildsOf)
	if builds == "" {
		t.Skipf("needs the programs that .ci/sizes builds, in %s", buildsOf)
	}
	netns.Enter(t)
	house, err := lab.Build(netip.MustParsePrefix("192.168.91.0/24"))
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	r := newRouter(t, builds)
	d := r.boot("amd64", "")
	d.open()
	d.line("sweep done")
	if n := len(d.state().Sweep.Devices); n < lent {
		t.Fatalf("%d devices of %d addresses lent", n, lent)
	}
	d.stop()
	for _, p := range processors {
		t.Run(p.name, func(t *testing.T) {
			began := time.Now()
			r.T = t
			d := r.boot(p.name, p.emulator)
			start := time.Since(began)
			has := d.remembered()
			if has < lent {
				t.Fatalf("of what amd64 has kept it shows %d devices", has)
			}
			s := d.state().Sweep
			d.must("POST", "/api/v1/decisions", map[string]string{"device": s.Devices[0].ID, "what": "name", "value": "Named on " + p.name})
			if !p.deaf {
				s = d.sweep(func() {})
			}
			if !p.deaf { // else the settings have no links to show
				d.browse(s)
			}
			d.stop()
			for _, next := range []struct{ name, emulator string }{{p.name, p.emulator}, {"amd64", ""}} {
				d = r.boot(next.name, next.emulator)
				if has := d.remembered(); has < lent || !strings.Contains(string(d.must("GET", "/api/v1/state", nil)), "Named on "+p.name) {
					t.Errorf("%s does not have what %s has kept: %d devices", next.name, p.name, has)
				}
				if strings.Contains(d.talk(), "damaged") {
					t.Errorf("%s says\n%s", next.name, d.talk())
				}
				d.stop()
			}
			t.Logf("open after %.1f s; all in %.1f s", start.Seconds(), time.Since(began).Seconds())
		})
	}
}

// router is a root directory like an OpenWrt router's.
type router struct {
	*testing.T
	root, builds string
}

func newRouter(t *testing.T, builds string) *router {
	t.Helper()
	r := &router{t, t.TempDir(), builds}
	leases := ""
	for i := range lent {
		leases += fmt.Sprintf("%d 02:00:5e:10:00:%02x 192.168.91.%d host-%d *\n", time.Now().Add(12*time.Hour).Unix(), i, 20+i, i)
	}
	for path, text := range map[string]string{
		"etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='24.10.4'\n",
		"etc/TZ":              "CET-1CEST,M3.5.0,M10.5.0/3\n",
		"etc/config/network":  "config interface 'lan'\n\toption device 'eth0'\n\toption proto 'static'\n\toption ipaddr '192.168.91.2'\n\toption netmask '255.255.255.0'\n",
		"etc/config/dhcp":     "config dnsmasq\n\toption leasefile '/tmp/dhcp.leases'\n\nconfig dhcp 'lan'\n\toption interface 'lan'\n\toption start '20'\n",
		"tmp/dhcp.leases":     leases,
	} {
		at := filepath.Join(r.root, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"proc", "sys", "dev", "usr/bin"} {
		if err := os.MkdirAll(filepath.Join(r.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"proc", "sys", "dev"} {
		at := filepath.Join(r.root, dir)
		if err := unix.Mount("/"+dir, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Unmount(at, unix.MNT_DETACH) })
	}
	return r
}

// boot starts the build for that processor, with nothing in what is memory on a router.
func (r *router) boot(name, emulator string) *running {
	r.Helper()
	if err := os.RemoveAll(filepath.Join(r.root, "var")); err != nil {
		r.Fatal(err)
	}
	for i := range lent {
		if err := netlink.NeighSet(neighbour(r.T, i)); err != nil {
			r.Fatal(err)
		}
	}
	r.install(filepath.Join(r.builds, name, "homesweep"), "homesweep")
	argv := []string{"/usr/bin/homesweep"}
	if emulator != "" {
		path, err := exec.LookPath(emulator)
		if err != nil {
			r.Fatal(err)
		}
		r.install(path, emulator)
		argv = append([]string{"/usr/bin/" + emulator}, argv...)
	}
	cmd := exec.CommandContext(r.Context(), argv[0], append(argv[1:], "run", "-touch", "listen", "-listen", "127.0.0.1:8480", "-every", "24h")...)
	cmd.SysProcAttr, cmd.Dir = &syscall.SysProcAttr{Chroot: r.root}, "/"
	d := begin(r.T, cmd, "127.0.0.1:8480")
	d.line("dashboard is open")
	return d
}

// neighbour is the kernel's entry for who was lent address i: it has just heard of it.
func neighbour(t *testing.T, i int) *netlink.Neigh {
	t.Helper()
	link, err := netlink.LinkByName(lab.Link)
	if err != nil {
		t.Fatal(err)
	}
	return &netlink.Neigh{LinkIndex: link.Attrs().Index, State: unix.NUD_REACHABLE, IP: net.IPv4(192, 168, 91, byte(20+i)), HardwareAddr: net.HardwareAddr{2, 0, 0x5e, 0x10, 0, byte(i)}}
}

func (r *router) install(from, name string) {
	r.Helper()
	text, err := os.ReadFile(from)
	at := filepath.Join(r.root, "usr/bin", name)
	if err == nil {
		_ = os.Remove(at) // it may still be running
		err = os.WriteFile(at, text, 0o755)
	}
	if err != nil {
		r.Fatal(err)
	}
}
