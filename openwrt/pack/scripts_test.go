package pack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// router is a root directory with a lib/functions.sh that writes down what is
// called, and in bin programs that do the same.
func router(t *testing.T) (root, log string) {
	t.Helper()
	root = t.TempDir()
	log = filepath.Join(root, "log")
	for name, text := range map[string]string{
		"lib/functions.sh": "default_postinst() { echo \"postinst $*\" >> " + log + "; }\ndefault_prerm() { echo \"prerm $*\" >> " + log + "; }\n" +
			"add_group_and_user() { echo \"user of $pkgname\" >> " + log + "; }\n",
		"bin/killall":     "#!/bin/sh\necho \"killall $*\" >> " + log + "\n",
		"bin/rm":          "#!/bin/sh\necho \"rm $*\" >> " + log + "\n",
		"etc/init.d/rpcd": "#!/bin/sh\necho \"rpcd $*\" >> " + log + "\n", "etc/init.d/dnsmasq": "#!/bin/sh\necho \"dnsmasq $*\" >> " + log + "\n",
		"etc/init.d/homesweep": "#!/bin/sh\necho \"homesweep $*\" >> " + log + "\n[ -z \"$STOPPED\" ]\n",
	} {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return root, log
}

// called runs a package's script and gives the log of what it called. Busybox's ash,
// the router's shell, is asked only whether it can read the script: it would take
// killall and rm for its own.
func called(t *testing.T, script string, log string, env ...string) string {
	t.Helper()
	need(t, "busybox")
	name := filepath.Join(t.TempDir(), "homesweep.script")
	script = strings.ReplaceAll(script, " /etc/init.d", " "+filepath.Join(filepath.Dir(log), "etc/init.d"))
	script = strings.ReplaceAll(script, "\t/etc/init.d", "\t"+filepath.Join(filepath.Dir(log), "etc/init.d"))
	if err := os.WriteFile(name, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "busybox", "ash", "-n", name)
	env = append(env, "PATH="+filepath.Join(filepath.Dir(log), "bin"))
	run(t, env, "/bin/sh", name, "configure")
	said, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(said), name, "SELF")
}

// TestScripts runs the ipk's scripts: they call base-files' functions, for the
// router itself and for an image that is being built, and not at all when told so.
func TestScripts(t *testing.T) {
	_, control := homesweep(t)
	for name, want := range map[string]string{"postinst": "postinst SELF configure\n", "prerm": "prerm SELF configure\n"} {
		root, log := router(t)
		if got := called(t, control[name].text, log, "IPKG_INSTROOT="+root); got != want {
			t.Errorf("%s calls %q", name, got)
		}
		if got := called(t, control[name].text, filepath.Join(t.TempDir(), "log"), "IPKG_INSTROOT="+t.TempDir()); got != "" {
			t.Errorf("without functions.sh %s calls %q", name, got)
		}
	}
	root, log := router(t)
	if got := called(t, control["postinst"].text, log, "IPKG_INSTROOT="+root, "IPKG_NO_SCRIPT=1"); got != "" {
		t.Errorf("told not to, it calls %q", got)
	}
}

// TestBusLearns holds that on a router the bus is told of the new grants, and on
// the machine that builds an image nothing is told to anybody.
func TestBusLearns(t *testing.T) {
	_, control := homesweep(t)
	_, luci := ipk(t, "luci-app-homesweep_"+version(t, "luci-app-homesweep/Makefile")+"_all.ipk", "luci")
	const told = "killall -HUP ubusd\nrpcd reload\ndnsmasq reload\nhomesweep running\n"
	for name, c := range map[string]struct{ script, stopped, want string }{
		"running": {control["postinst-pkg"].text, "", told + "homesweep restart\n"}, // an older version: apk stops none
		"stopped": {control["postinst-pkg"].text, "yes", told},
		"removed": {control["postrm"].text, "", "rpcd reload\ndnsmasq reload\n"},
		"luci":    {luci["postinst-pkg"].text, "", "rm -f /tmp/luci-indexcache*\nrm -rf /tmp/luci-modulecache/\nkillall -HUP rpcd\n"},
	} {
		root, log := router(t)
		if got := called(t, c.script, log, "IPKG_INSTROOT="+root); got != "" {
			t.Errorf("%s: an image's build calls %q", name, got)
		}
		if got := called(t, c.script, log, "IPKG_INSTROOT=", "STOPPED="+c.stopped); got != c.want {
			t.Errorf("%s calls %q, want %q", name, got, c.want)
		}
	}
}

// TestShell holds all shell of this folder to shellcheck.
func TestShell(t *testing.T) {
	need(t, "shellcheck")
	_, control := homesweep(t)
	_, luci := ipk(t, "luci-app-homesweep_"+version(t, "luci-app-homesweep/Makefile")+"_all.ipk", "luci")
	scripts := []string{openwrt + "/ipk", openwrt + "/apk", openwrt + "/tarball", openwrt + "/recipe"}
	for _, all := range []list{control, luci} {
		for name, e := range all {
			if strings.HasPrefix(e.text, "#!") {
				file := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(file, []byte(e.text), 0o600); err != nil {
					t.Fatal(err)
				}
				scripts = append(scripts, file)
			}
		}
	}
	run(t, nil, "shellcheck", append([]string{"--external-sources", "--exclude=SC1090,SC1091"}, scripts...)...)
}
