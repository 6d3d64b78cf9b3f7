package bundles

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/homesweep/homesweep/probes/knowledge"
)

// memory is what the store keeps of the last time that it checked every row: a
// second time would tell nothing new, and costs a small router seconds and its
// memory. Whoever could forge it could as well replace the program.
type memory struct {
	Program string            // that checked; another one checks anew
	Sound   string            // the mark of the files that held together
	Refused map[string]string // sum of a file whose rows did not → why
}

// refused is why the rows of k did not hold; nil when they did, or when nobody has
// looked.
func (m memory) refused(k stored) error {
	if why, known := m.Refused[k.sum()]; known {
		return fmt.Errorf("%s", why)
	}
	return nil
}

// mark is what files are known by together.
func (in shelf) mark() string {
	h := sha256.New()
	for _, k := range in {
		h.Write(k.hash[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// program tells this program from any other, an update from what it replaced.
func program() string {
	own, err := knowledge.Own()
	if err != nil {
		return ""
	}
	file, err := os.Stat("/proc/self/exe")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", own.Sum, file.Size(), file.ModTime().Unix())
}

// recall is what this program remembers.
func (s *Store) recall() (m memory) {
	text, err := readBounded(filepath.Join(s.dir, "checked.json"), 64<<10)
	if err != nil || json.Unmarshal(text, &m) != nil || m.Program == "" || m.Program != program() {
		return memory{}
	}
	return m
}

// remember keeps m. Where that fails all is checked again the next time; as it is where
// root sweeps by hand beside a daemon of another user, who could lead his writing astray.
func (s *Store) remember(m memory) {
	info, err := os.Stat(filepath.Dir(s.dir))
	if err != nil {
		return
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != os.Geteuid() {
		return
	}
	m.Program = program()
	path := filepath.Join(s.dir, "checked.json")
	if text, err := json.Marshal(m); err == nil && write(path+fresh, text) == nil {
		_ = os.Rename(path+fresh, path)
	}
}
