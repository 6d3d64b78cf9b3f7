package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/probes/lan"
)

// line is the one live line at a terminal; elsewhere it says nothing.
type line struct {
	to    *os.File
	width int
	last  time.Time
}

func newLine(to *os.File) *line {
	width, tty := terminal(to)
	if !tty {
		return &line{}
	}
	return &line{to: to, width: width}
}

// show is called by the sweep, one call at a time.
func (l *line) show(p lan.Progress) {
	if l.to == nil || p.Running && time.Since(l.last) < 100*time.Millisecond {
		return
	}
	l.last = time.Now()
	fmt.Fprintf(l.to, "\r\x1b[K%s", report.Line(p, l.width-1))
}

func (l *line) clear() {
	if l.to != nil {
		fmt.Fprint(l.to, "\r\x1b[K")
	}
}

// terminal is the width of f's terminal, if it is one.
func terminal(f *os.File) (width int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return max(int(size.Col), 40), true
}
