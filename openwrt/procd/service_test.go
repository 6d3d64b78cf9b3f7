package procd_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
)

var update = flag.Bool("update", false, "write what is found as what is expected")

// ash is busybox's, which OpenWrt has.
func ash(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("busybox")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// run runs the service's script, as the package has it, and is what it called.
func (r router) run(t *testing.T, root, action string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	stub, err := filepath.Abs("testdata/stub/rc.common")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(ash(t), "ash", stub, filepath.Join(root, "etc/init.d/homesweep"), action)
	cmd.Dir = root // where a hostile value would leave its mark
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), helping + "=" + root, "HELPER=" + self, "LC_ALL=C"}
	if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v:\n%s", err, said)
	}
	if _, err := os.Stat(filepath.Join(root, "pwned")); err == nil {
		t.Error("a value was run as a command")
	}
	calls, err := os.ReadFile(filepath.Join(root, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	return string(calls)
}

// TestService runs the real init script on many routers and holds what it asks of procd
// and says in the log to what is written down, and the daemon to taking the flags.
func TestService(t *testing.T) {
	for name, r := range routers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			action := r.action
			if action == "" {
				action = "start"
			}
			calls := r.run(t, r.build(t), action)
			golden := filepath.Join("testdata/golden", name)
			if *update {
				if err := os.WriteFile(golden, []byte(calls), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if calls != string(want) {
				t.Errorf("got\n%s\nwant\n%s", calls, want)
			}
			flags, started := command(calls)
			if started != strings.Contains(calls, "procd_close_instance") || started != strings.Contains(calls, "procd_set_param [user] [homesweep]") {
				t.Errorf("half an instance:\n%s", calls)
			}
			if started {
				taken(t, flags)
			}
		})
	}
}

// TestNoStray: each file belongs to a router.
func TestNoStray(t *testing.T) {
	files, err := os.ReadDir("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := routers[f.Name()]; !ok {
			t.Errorf("%s is of no router", f.Name())
		}
	}
}

// command is what the instance is started with, without program and verb.
func command(calls string) (flags []string, ok bool) {
	for line := range strings.Lines(calls) {
		call, rest, _ := strings.Cut(strings.TrimSpace(line), " [command] ")
		if rest == "" || !strings.HasSuffix(call, "_param") {
			continue
		}
		ok = true
		rest = strings.TrimSuffix(strings.TrimPrefix(rest, "["), "]")
		flags = append(flags, strings.Split(rest, "] [")...)
	}
	if ok {
		flags = flags[2:]
	}
	return flags, ok
}

// taken holds the daemon to taking flags.
func taken(t *testing.T, flags []string) {
	t.Helper()
	c := config.Daemon()
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	var said bytes.Buffer
	set.SetOutput(&said)
	for _, o := range config.Options {
		if !o.Once {
			c.Bind(set, o.Name)
		}
	}
	if err := set.Parse(flags); err != nil || set.NArg() > 0 {
		t.Errorf("the daemon refuses %q: %v, %q, %s", flags, err, set.Args(), &said)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("the daemon refuses %q: %v", flags, err)
	}
}
