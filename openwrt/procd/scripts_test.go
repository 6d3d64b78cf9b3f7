package procd_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scripts are what a router runs, and what stands in for a router here.
var scripts = []string{
	"../files/homesweep.init", "../files/uci-defaults", "../files/hotplug/dhcp",
	"testdata/stub/rc.common", "testdata/stub/network.sh",
}

// TestShellcheck: shellcheck has nothing to say.
func TestShellcheck(t *testing.T) {
	path, err := exec.LookPath("shellcheck")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if said, err := exec.Command(path, scripts...).CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
}

// TestSyntax: busybox's shell reads them.
func TestSyntax(t *testing.T) {
	for _, s := range scripts {
		if said, err := exec.Command(ash(t), "ash", "-n", s).CombinedOutput(); err != nil {
			t.Errorf("%s: %v:\n%s", s, err, said)
		}
	}
}

// TestCapabilities: CAP_NET_RAW, in each set that ujail knows (jail/capabilities.c of
// procd), and nothing else.
func TestCapabilities(t *testing.T) {
	var sets map[string][]string
	if err := json.Unmarshal([]byte(read(t, "../files/capabilities.json")), &sets); err != nil {
		t.Fatal(err)
	}
	for _, set := range []string{"bounding", "effective", "ambient", "permitted", "inheritable"} {
		if !slices.Equal(sets[set], []string{"CAP_NET_RAW"}) {
			t.Errorf("%s: %q", set, sets[set])
		}
	}
	if len(sets) != 5 {
		t.Errorf("%d sets", len(sets))
	}
}

// elsewhere is a script with the router's places below dir, and programs that say in
// dir/calls how they were called.
func elsewhere(t *testing.T, script, dir string, programs map[string]string) (run func(env ...string) string) {
	t.Helper()
	text := read(t, script)
	for _, place := range []string{"/etc/config", "/usr/bin", "/var/run"} {
		if err := os.MkdirAll(dir+place, 0o755); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, " "+place, " "+dir+place)
	}
	for name, program := range programs {
		if err := os.WriteFile(filepath.Join(dir, "usr/bin", name), []byte("#!/bin/sh\necho \""+name+" $*\" >> "+dir+"/calls\n"+program+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return func(env ...string) string {
		cmd := exec.Command(ash(t), "ash", "-c", text)
		cmd.Env = append(env, "PATH="+dir+"/usr/bin:"+os.Getenv("PATH"))
		if slices.Contains(env, "WAIT=1") { // for whoever is left behind, too
			left, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.ExtraFiles = []*os.File{held}
			defer func() { held.Close(); _, _ = io.Copy(io.Discard, left); left.Close() }()
		}
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said // which also waits for those who keep them
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Errorf("%s: %v:\n%s", script, err, &said)
		}
		calls, _ := os.ReadFile(dir + "/calls")
		return string(calls)
	}
}

// TestMigration: a section of another name becomes main, a file without one gets it,
// and the second time, or without a file, nothing is done.
func TestMigration(t *testing.T) {
	for _, c := range []struct{ name, file, uci, want string }{
		{"none", "", "", ""},
		{"new", "config homesweep 'main'", `[ "$2" = get ]`, "uci -q get homesweep.main\n"},
		{"anonymous", "config homesweep", `[ "$1" != -q ] || [ "$2" = rename ]`,
			"uci -q get homesweep.main\nuci -q rename homesweep.@homesweep[0]=main\nuci commit homesweep\n"},
		{"empty", "# nothing", `[ "$1" != -q ]`,
			"uci -q get homesweep.main\nuci -q rename homesweep.@homesweep[0]=main\nuci set homesweep.main=homesweep\nuci commit homesweep\n"},
	} {
		dir := t.TempDir()
		run := elsewhere(t, "../files/uci-defaults", dir, map[string]string{"uci": c.uci})
		if c.file != "" {
			if err := os.WriteFile(dir+"/etc/config/homesweep", []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := run(); got != c.want {
			t.Errorf("%s: calls\n%s", c.name, got)
		}
	}
}

// TestHotplug: the daemon is told where one listens, one event at a time, and the script
// waits for nothing. While one is told no other program is started, and none at all for
// what tells nothing.
func TestHotplug(t *testing.T) {
	dir := t.TempDir()
	state, err := os.MkdirTemp("", "hs") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(state)
	run := elsewhere(t, "../files/hotplug/dhcp", dir, map[string]string{
		"uci":       "echo " + state,
		"homesweep": "while [ ! -e " + dir + "/enough ]; do read -r _ < " + dir + "/pipe; done",
	})
	run("ACTION=add", "WAIT=1") // nobody listens
	if said, err := exec.Command("mkfifo", dir+"/pipe").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: state + "/hotplug.sock", Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	run("ACTION=update")
	run("ACTION=add")                                     // returns, though the program has not
	pipe, err := os.OpenFile(dir+"/pipe", os.O_WRONLY, 0) // waits for the program
	if err != nil {
		t.Fatal(err)
	}
	run("ACTION=add", "WAIT=1")
	want := strings.Repeat("uci -q get homesweep.main.state\n", 2) + "homesweep hotplug dhcp -state " + state + "\n"
	if calls := read(t, dir+"/calls"); calls != want {
		t.Errorf("while one is told:\n%s", calls)
	}
	if err := os.WriteFile(dir+"/enough", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe.Close()
}
