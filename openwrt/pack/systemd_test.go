package pack

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTarball holds what a machine without OpenWrt is given.
func TestTarball(t *testing.T) {
	need(t, "sh", "tar", "gzip", "sed", "install")
	out := t.TempDir()
	run(t, nil, openwrt+"/tarball", "armv7", standIn(t), out)
	name := "homesweep-" + upstream(t) + "-linux-armv7"
	got := unpack(t, []byte(read(t, out, name+".tar.gz")))
	want := "drwxr-xr-x " + name + "\n-rw-r--r-- " + name + "/LICENSE\n-rw-r--r-- " + name + "/README.md\n-rwxr-xr-x " + name + "/homesweep\n-rw-r--r-- " + name + "/homesweep.service\n"
	if got.String() != want {
		t.Errorf("the tarball has\n%s", got)
	}
	if page := got[name+"/README.md"].text; !strings.Contains(page, "## On a laptop") || !strings.Contains(page, "## As a service") {
		t.Errorf("the excerpt is\n%s", page)
	}
}

// settings are a unit's lines by name.
func settings(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.Lines(read(t, openwrt, "systemd/homesweep.service")) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && !strings.HasPrefix(line, "#") {
			all[name] = append(all[name], value)
		}
	}
	return all
}

// TestUnitPrivileges holds that the service has one privilege and a place to write.
func TestUnitPrivileges(t *testing.T) {
	unit := settings(t)
	for name, want := range map[string]string{
		"DynamicUser": "yes", "AmbientCapabilities": "CAP_NET_RAW", "CapabilityBoundingSet": "CAP_NET_RAW", "NoNewPrivileges": "yes",
		"ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "StateDirectory": "homesweep", "StateDirectoryMode": "0700",
		"RuntimeDirectory": "homesweep", // the daemon's stand-in for storage that takes no writes
	} {
		if !slices.Equal(unit[name], []string{want}) {
			t.Errorf("%s is %q, want %q", name, unit[name], want)
		}
	}
	if unit["MemoryHigh"] == nil || unit["MemoryMax"] == nil {
		t.Error("no limit of memory")
	}
}

// TestUnitVerified has systemd read the unit, and say how exposed it is: 0 is not
// at all, 10 is root without limits.
func TestUnitVerified(t *testing.T) {
	need(t, "systemd-analyze")
	dir := t.TempDir()
	program := filepath.Join(dir, "homesweep")
	text := strings.ReplaceAll(read(t, openwrt, "systemd/homesweep.service"), "/usr/local/bin/homesweep", program)
	unit := filepath.Join(dir, "homesweep.service")
	for name, content := range map[string]string{program: "#!/bin/sh\n", unit: text} {
		if err := os.WriteFile(name, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(unit, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := run(t, nil, "systemd-analyze", "verify", unit); strings.Contains(said, unit) {
		t.Errorf("systemd says %s", said)
	}
	said := run(t, nil, "systemd-analyze", "security", "--offline=yes", "--threshold=25", "--no-pager", unit)
	if level := regexp.MustCompile(`exposure level for \S+: (\S+)`).FindStringSubmatch(said); level == nil {
		t.Errorf("no level in %s", said)
	} else {
		t.Logf("exposure %s of 10", level[1])
	}
}
