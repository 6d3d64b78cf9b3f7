package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// file is an output under way. It stands under another name beside its place, for
// its owner's eyes only, and takes the place when it is whole.
type file struct {
	path string
	temp *os.File
	done bool
}

// begin makes ready a file that will stand at path, where there may be one already.
// That nothing can be written there is an error now, not after the work.
func begin(path string) (*file, error) {
	path = behind(path) // what a link leads to is replaced, not the link
	mode := fs.FileMode(0o600)
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a directory; name a file in it", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no ordinary file; name another, or - for standard output", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil:
		mode &= info.Mode() // one that its owner may not write stays so
	}
	dir, name := filepath.Split(path)
	temp, err := os.CreateTemp(filepath.Clean(dir), "."+name+".*") // mode 0600
	var cause *fs.PathError                                        // names the other name, which means nothing to anybody
	if errors.As(err, &cause) {
		err = cause.Err
	}
	if err != nil {
		return nil, fmt.Errorf("nothing can be written at %s: %w", path, err)
	}
	f := &file{path: path, temp: temp}
	if err := temp.Chmod(mode); err != nil {
		f.discard()
		return nil, err
	}
	return f, nil
}

// maxLinks is how many symbolic links may lead one to the next (path_resolution(7)).
const maxLinks = 40

// behind is where path leads to, also if nothing is there yet.
func behind(path string) string {
	for range maxLinks {
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			return resolved
		}
		next, err := os.Readlink(path)
		if err != nil {
			break
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil && !filepath.IsAbs(next) {
			next = filepath.Join(dir, next)
		}
		path = next
	}
	return path
}

// keep writes the file and puts it in its place. Who started the program by sudo
// gets it as his own, as nobody else may read it.
func (f *file) keep(write func(io.Writer) error) error {
	defer f.discard()
	b := bufio.NewWriterSize(f.temp, 32<<10)
	if err := write(b); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if uid, err := strconv.Atoi(os.Getenv("SUDO_UID")); err == nil && os.Geteuid() == 0 {
		gid, err := strconv.Atoi(os.Getenv("SUDO_GID"))
		if err != nil {
			gid = -1
		}
		_ = f.temp.Chown(uid, gid) // where that cannot be, in a container, it stays ours
	}
	if err := f.temp.Sync(); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if err := f.temp.Close(); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if err := os.Rename(f.temp.Name(), f.path); err != nil {
		return err
	}
	f.done = true
	return nil
}

// discard takes the file away unless it was kept.
func (f *file) discard() {
	if !f.done {
		f.done = true
		f.temp.Close()
		os.Remove(f.temp.Name())
	}
}

// sameFile reports whether two paths lead to one file, there or yet to come.
func sameFile(a, b string) bool {
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	if err1 == nil && err2 == nil {
		return os.SameFile(one, other)
	}
	a, err1 = filepath.Abs(a)
	b, err2 = filepath.Abs(b)
	return err1 == nil && err2 == nil && a == b
}
