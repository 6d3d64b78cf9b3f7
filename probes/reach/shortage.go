package reach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"
	"time"
)

const (
	// maxAsks is how many datagrams' answers are waited for at most: they weigh on
	// this machine only.
	maxAsks = 1024
	// Of the files that the program may open, connections take an eighth and
	// questions by datagram a quarter; half is the port engine's.
	filesPerPlace, filesPerAsk = 8, 4

	shortPause = 50 * time.Millisecond // how long to leave the machine alone
	maxShort   = 100                   // pauses before a question is given up
)

// files is how many files the program may open.
func files() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(uint64(limit.Cur), 1<<20))
}

// short reports whether this machine, not the device, is why a socket was not to
// be had.
func short(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL, syscall.EAGAIN},
		func(e error) bool { return errors.Is(err, e) })
}

// patiently calls open again while the machine is short of sockets: that it is
// says nothing about a device. When it stays so it is counted.
func (r *Road) patiently(ctx context.Context, open func() (net.Conn, error)) (net.Conn, error) {
	for n := 0; ; n++ {
		conn, err := open()
		if err == nil || !short(err) {
			return conn, err
		}
		if n == maxShort {
			r.unasked.Add(1)
			return nil, fmt.Errorf("this machine is short of sockets, so that it was not asked: %w", err)
		}
		if err := pause(ctx, shortPause, nil); err != nil {
			r.unasked.Add(1)
			return nil, err
		}
	}
}

// Notes are in plain words what the road could not do.
func (r *Road) Notes() []string {
	n := r.unasked.Load()
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("This machine was short of open files: questions to devices were not put (%d), and what they serve there may be missing. "+
		"Close other programs or raise the limit of open files.", n)}
}
