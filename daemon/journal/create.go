package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Create opens the file at path with flags, and mode 0600 for a new one, as what it is
// in a state directory that may be another user's, where root sweeps by hand beside that
// user's daemon: no link that stands there is followed, nothing but an ordinary file is
// opened, and what root may have made it gives to whom the directory belongs, who is to
// read it again.
func Create(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no ordinary file; move it away", path)
	}
	if err == nil && flags&os.O_CREATE != 0 && os.Geteuid() == 0 {
		err = handOver(f, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// handOver gives f, which root opened, to the owner of its directory, unless it stands
// elsewhere as well.
func handOver(f *os.File, info os.FileInfo) error {
	dir, err := os.Stat(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	of, ok := dir.Sys().(*syscall.Stat_t)
	is, same := info.Sys().(*syscall.Stat_t)
	if !ok || !same || of.Uid == is.Uid || is.Uid != 0 || is.Nlink != 1 {
		return nil
	}
	return f.Chown(int(of.Uid), int(of.Gid))
}
