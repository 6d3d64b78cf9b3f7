package wiring

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/probes/router"
)

// TestOwnRouter: a machine that runs no OpenWrt knows nothing of a router; one that
// does has its zones, the internet's among them.
func TestOwnRouter(t *testing.T) {
	root := t.TempDir()
	if ownRouter(router.New(root)) != nil {
		t.Error("any machine is a router")
	}
	sample, err := filepath.Abs("../../testdata/uci/guestwiki/etc/config")
	if err := errors.Join(err, os.Mkdir(filepath.Join(root, "etc"), 0o755), os.Symlink(sample, filepath.Join(root, "etc/config")),
		os.WriteFile(filepath.Join(root, "etc/openwrt_release"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	ask := ownRouter(router.New(root))
	if ask == nil {
		t.Fatal("OpenWrt is no router")
	}
	if r := ask(t.Context()); len(r.Zones) != 3 || !r.Zones[1].Outside || !r.Zones[2].Guest || r.Forwards == nil {
		t.Errorf("it knows %+v", r)
	}
}
