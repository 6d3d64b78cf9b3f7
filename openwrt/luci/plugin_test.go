package luci

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/ubus"
)

// nobody is the daemon that is not there.
type nobody struct{ ubus.Daemon }

func (nobody) Status(context.Context) (local.Status, error) {
	return local.Status{}, fmt.Errorf("asking: %w", local.ErrNoDaemon)
}

// plugin is what homesweep's plugin of rpcd prints.
func plugin(t *testing.T, args ...string) (answer object) {
	t.Helper()
	var out bytes.Buffer
	if err := (ubus.Plugin{Object: ubus.Homesweep, Daemon: func() (ubus.Daemon, error) { return nobody{}, nil }}).Run(t.Context(), args, strings.NewReader("{}"), &out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestPluginWords: the pages know the plugin's words for a daemon that is not there.
func TestPluginWords(t *testing.T) {
	m := regexp.MustCompile(`const stopped = '([^']+)';`).FindStringSubmatch(scripts(t)["htdocs/luci-static/resources/homesweep/daemon.js"])
	said, _ := plugin(t, "call", "status")["error"].(string)
	if m == nil || !strings.HasPrefix(said, m[1]) {
		t.Errorf("the plugin says %q, the pages know %q", said, m)
	}
}

// TestPluginMethods: what is granted is what the plugin has, and no more of it.
func TestPluginMethods(t *testing.T) {
	rules := readACL(t)
	granted := append(slices.Clone(rules.Read.Ubus["homesweep"]), rules.Write.Ubus["homesweep"]...)
	slices.Sort(granted)
	if has := slices.Sorted(maps.Keys(plugin(t, "list"))); !slices.Equal(granted, has) {
		t.Errorf("granted are %q, the plugin has %q", granted, has)
	}
}
