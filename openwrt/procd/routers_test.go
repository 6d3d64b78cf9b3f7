package procd_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// router is one that the service runs on: what is on it, and what is done.
type router struct {
	main    string // lines of section main
	memory  int    // MB; 0: 256
	without []string
	with    map[string]string // further files
	action  string            // "start" unless it says otherwise
}

const ipv6only = "fe80::1 2001:db8::1 fd12:3456::1"

var routers = map[string]router{
	"default":            {},
	"no-configuration":   {without: []string{"etc/config/homesweep"}},
	"disabled":           {main: "option enabled '0'"},
	"enabled-in-words":   {main: "option enabled 'on'"},
	"enabled-bad":        {main: "option enabled 'maybe'"},
	"every-option":       {main: everyOption},
	"lists":              {main: "list link 'br-lan'\nlist link 'br-guest.2'\nlist target '192.168.1.0/26'\nlist target '192.168.1.77'\nlist target 'fd00:1::/64'"},
	"lists-in-one-line":  {main: "option link 'br-lan br-guest'\noption target '192.168.1.0/26 10.0.0.1'"},
	"bad-choices":        {main: badChoices},
	"bad-link":           {main: "list link 'br-lan'\nlist link 'interface-with-a-long-name'"},
	"bad-target":         {main: "list target '192.168.1.0/33'\nlist target '192.168.1.0/26'"},
	"bad-target-in-c":    {main: "list target '192.168.1.0/'"},
	"bad-state":          {main: "option state '/etc'"},
	"bad-listen":         {main: "option listen '0.0.0.0:8480'"},
	"bad-port":           {main: "option listen 'lan:80'"},
	"hostile":            {main: hostile},
	"hostile-link":       {main: "option link '*'"},
	"hostile-target":     {main: "option target '`touch pwned`'"},
	"hostile-listen":     {main: "option listen 'lan;touch pwned:8480'"},
	"hostile-state":      {main: "option state '/mnt/homesweep/$(touch pwned)'"},
	"no-user":            {without: []string{"user"}},
	"no-ujail":           {without: []string{"sbin/ujail"}},
	"no-capabilities":    {without: []string{"etc/capabilities/homesweep.json"}},
	"jail-off":           {main: "option jail '0'"},
	"64-MB":              {memory: 64},
	"128-MB":             {memory: 128},
	"512-MB":             {memory: 512},
	"2-GB":               {memory: 2048},
	"memory-set":         {main: "option memory '40'", memory: 128},
	"memory-octal":       {main: "option memory '0100'"},
	"network-down":       {without: []string{"net/lan.4"}},
	"network-of-the-net": {with: map[string]string{"net/lan.4": "203.0.113.7"}},
	"ipv6-only":          {without: []string{"net/lan.4"}, with: map[string]string{"net/lan.6": ipv6only}},
	"ipv6-of-the-net":    {without: []string{"net/lan.4"}, with: map[string]string{"net/lan.6": "2001:db8::1"}},
	"other-network":      {main: "option listen 'guest:9090'", with: map[string]string{"net/guest.4": "10.1.1.1"}},
	"address":            {main: "option listen '192.168.7.1:8480'"},
	"address-no-zone":    {main: "option listen '[fe80::1]:8480'"},
	"address-ipv6":       {main: "option listen '[fe80::1%br-lan]:8480'"},
	"custom-state":       {main: "option state '/mnt/usb/homesweep/'", with: map[string]string{"mnt/usb/there": ""}},
	"state-no-parent":    {main: "option state '/mnt/usb/homesweep/state'", with: map[string]string{"mnt/usb/there": ""}},
	"state-unmounted":    {main: "option state '/mnt/usb/homesweep'", with: map[string]string{"mnt/usb/there": "", "fstab": "/mnt/usb"}},
	"state-mounted": {main: "option state '/mnt/usb/homesweep'", with: map[string]string{
		"mnt/usb/there": "", "fstab": "/mnt/usb", "proc/mounts": "/dev/sda1 /mnt/usb ext4 rw 0 0\n",
	}},
	"state-of-others":       {main: "option state '/srv/homesweep/state'", with: map[string]string{"srv/homesweep/there": "", "owners": "/srv/homesweep 8480"}},
	"state-above-of-others": {main: "option state '/srv/a/homesweep'", with: map[string]string{"srv/a/there": "", "owners": "/srv 1000"}},
	"state-link":            {main: "option state '/srv/homesweep'", with: map[string]string{"srv/homesweep": "-> /etc"}},
	"state-not-ours":        {with: map[string]string{"unchownable": ""}},
	"state-read-only":       {with: map[string]string{"unchownable": "", "owners": "/etc/homesweep/state 8480\n/var/run/homesweep 8480"}},
	"quiet-hours":           {main: "option quiet '22:30-07:00'"},
	"tls":                   {main: "option tls 'on'"},
	"tls-on-mips":           {main: "option tls '1'", with: map[string]string{"machine": "mips"}},
	"few-files":             {without: []string{"etc/ethers", "tmp/hosts", "etc/dnsmasq.d"}},
	"lease-files": {with: map[string]string{
		"etc/config/dhcp":     "config dnsmasq\n\toption leasefile '/mnt/usb/dhcp.leases'\nconfig odhcpd 'odhcpd'\n\toption leasefile '/tmp/odhcpd.leases'\n",
		"mnt/usb/dhcp.leases": "", "tmp/odhcpd.leases": "", // the latter is replaced, not rewritten
	}},
	"hostile-lease-file":  {with: map[string]string{"etc/config/dhcp": "config dnsmasq\n\toption leasefile '/etc/../$(touch pwned)'\nconfig odhcpd\n\toption leasefile '-w'\n"}},
	"time-zone-unset":     {without: []string{"etc/config/system"}},
	"reload":              {action: "reload", with: map[string]string{"running": ""}},
	"reload-stopped":      {action: "reload"},
	"reload-network-down": {action: "reload", with: map[string]string{"running": ""}, without: []string{"net/lan.4"}},
	"reload-disabled":     {action: "reload", main: "option enabled '0'", with: map[string]string{"running": ""}, without: []string{"net/lan.4"}},
	"reload-bad":          {action: "reload", main: "list link ';'", with: map[string]string{"running": ""}},
}

const everyOption = `option enabled '1'
list link 'br-lan'
list target '192.168.1.0/24'
option touch 'ask'
option logins 'common'
option pace 'fast'
option ports 'all'
option listen '192.168.1.1:8443'
option tls '1'
option state '/srv/homesweep'
option every '1h30m'
option quiet '23:00-06:30'
option pull 'https://example.org:8443/a/homesweep.bundle?x=1&y=2'
option log 'debug'
option memory '64'
option jail '1'`

const badChoices = `option touch 'login'
option logins 'all'
option pace 'ludicrous'
option ports '80'
option tls 'maybe'
option every '0h'
option quiet '22-7'
option pull 'http://example.org/x'
option log 'loud'
option memory '8'
option jail 'perhaps'`

const hostile = `option touch 'listen
level=INFO msg="all is well"'
option pace "'; touch pwned; '"
option every '$(touch pwned)'
option quiet '22:30-07:00
-touch login'
option pull 'https://example.org/;touch pwned'
option log '\033[2J|touch pwned'
option memory ' $(touch pwned)'
option ports '*'`

// base are the files of every router.
var base = map[string]string{
	"user": "", "machine": "aarch64", "net/lan.4": "192.168.1.1", "sbin/ujail": "", "etc/capabilities/homesweep.json": "",
	"etc/config/system": "config system\n\toption timezone 'CET-1CEST,M3.5.0,M10.5.0/3'\n",
	"bin/ubus":          "", "etc/TZ": "", "etc/hosts": "", "etc/ethers": "", "etc/openwrt_release": "", "etc/resolv.conf": "",
	"proc/mounts": "overlayfs:/overlay / overlay rw 0 0\n", "srv/there": "", "var/run/there": "",
	"etc/ssl/cert.pem": "", "tmp/dhcp.leases": "", "tmp/hosts/odhcpd": "", "etc/dnsmasq.d/own.conf": "",
}

func (r router) build(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	install(t, root)
	files := map[string]string{"sbin/validate_data": "#!/bin/sh\nexec \"$HELPER\" check \"$@\"\n"}
	if r.main != "" { // else the configuration is as it comes
		files["etc/config/homesweep"] = "config homesweep 'main'\n" + r.main + "\n"
	}
	for _, set := range []map[string]string{base, r.with} {
		for name, text := range set {
			files[name] = text
		}
	}
	mb := r.memory
	if mb == 0 {
		mb = 256
	}
	files["proc/meminfo"] = "MemFree: 1 kB\nMemTotal:       " + strconv.Itoa(mb*1024*15/16) + " kB\n" // the kernel keeps some
	network, err := os.ReadFile("testdata/stub/network.sh")
	if err != nil {
		t.Fatal(err)
	}
	files["lib/functions/network.sh"] = string(network)
	for _, name := range r.without {
		delete(files, name)
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, link := strings.CutPrefix(text, "-> "); link {
			if err := os.Symlink(root+target, path); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		_ = os.Remove(path) // the package's
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range r.without { // of a directory nothing is left
		if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
