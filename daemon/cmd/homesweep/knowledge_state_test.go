package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/daemon/config"
)

// importing is how the test below runs itself, with the directory.
const importing = "HOMESWEEP_TEST_KNOWLEDGE_STATE"

// TestKnowledgeAsItsOwner: root reads the file that is to be imported, and keeps it as
// the user whom the state directory belongs to.
func TestKnowledgeAsItsOwner(t *testing.T) {
	if dir := os.Getenv(importing); dir != "" {
		c := call{config: config.Config{State: dir}, what: filepath.Join(filepath.Dir(dir), "edition")}
		_, err := c.look(func(_ *bundles.Store, file []byte) (bundles.Imported, error) {
			return bundles.Imported{}, fmt.Errorf("%q is kept by %d", file, os.Geteuid())
		})
		fmt.Println(err)
		return
	}
	above := t.TempDir()
	dir := filepath.Join(above, "state")
	if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(above, "edition"), []byte("root's own"), 0o600)); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`"root's own" is kept by %d`, os.Geteuid())
	if os.Geteuid() == 0 && os.Chown(dir, 8480, 8480) == nil { // else root of itself alone
		want = `"root's own" is kept by 8480`
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestKnowledgeAsItsOwner$")
	child.Env = append(os.Environ(), importing+"="+dir)
	if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
		t.Errorf("%s, %v", out, err)
	}
}
