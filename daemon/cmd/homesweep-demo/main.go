// Command homesweep-demo shows homesweep at work without a network to try it
// on: it builds a simulated household in a network namespace of its own, sweeps
// it with the real engine and serves the real dashboard on a loopback address
// of this machine. It needs no root where the kernel lets ordinary users have
// namespaces, and nothing it sends leaves the namespace.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes/probetest/space"
)

// listenerFD is where the child finds the dashboard's listener.
const listenerFD = 3

func main() {
	once := flag.Bool("once", false, "sweep once, print the JSON and end")
	listen := flag.String("listen", "127.0.0.1:8480", "loopback `ADDRESS` of the dashboard; the next free port is taken if it is in use")
	devices := flag.String("devices", "", "`DIR` with the household's devices (default testdata/devices of the source)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var status int
	var err error
	if space.Inside() {
		err = live(ctx, *once, *devices)
	} else {
		status, err = move(ctx, *once, *listen, *devices)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "homesweep-demo:", err)
		os.Exit(2)
	}
	os.Exit(status)
}

// move starts this program again inside a network of its own, and hands the
// dashboard's listener, opened out here, in.
func move(ctx context.Context, once bool, listen, devices string) (int, error) {
	dir, err := household(devices)
	if err != nil {
		return 0, err
	}
	args := []string{"-devices", dir}
	if once {
		args = append(args, "-once")
	}
	cmd := space.Command(ctx, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if !once {
		l, err := open(listen)
		if err != nil {
			return 0, err
		}
		defer l.Close()
		file, err := l.File()
		if err != nil {
			return 0, fmt.Errorf("handing the dashboard's address over: %w", err)
		}
		defer file.Close()
		cmd.ExtraFiles = []*os.File{file}
		fmt.Printf("Dashboard: http://%s (Ctrl-C ends the demonstration)\n", l.Addr())
	}
	status, err := space.Run(cmd)
	if space.Denied(err) {
		return 0, fmt.Errorf("this machine does not let you have a network namespace; run it as root, or allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns): %w", err)
	}
	return status, err
}

// open listens on address, or on any free port of it when it is in use. Only
// loopback will do: the demonstration has no password.
func open(address string) (*net.TCPListener, error) {
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("-listen %q is not an address such as 127.0.0.1:8480: %w", address, err)
	}
	if !addr.IP.IsLoopback() {
		return nil, fmt.Errorf("-listen %s: the demonstration has no password and is shown on a loopback address only", address)
	}
	l, err := net.ListenTCP("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		addr.Port = 0
		l, err = net.ListenTCP("tcp", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the dashboard's address: %w", err)
	}
	return l, nil
}

// household is the directory with the devices: the one given, else
// testdata/devices where the program is run or where its source lies.
func household(given string) (string, error) {
	candidates := []string{given}
	if given == "" {
		candidates = []string{filepath.Join("testdata", "devices")}
		if _, source, _, ok := runtime.Caller(0); ok {
			candidates = append(candidates, filepath.Join(filepath.Dir(source), "..", "..", "..", "testdata", "devices"))
		}
	}
	for _, dir := range candidates {
		if found, err := filepath.Glob(filepath.Join(dir, "*", "device.json")); err == nil && len(found) > 0 {
			return filepath.Abs(dir)
		}
	}
	return "", fmt.Errorf("no device was found in %v; run the demonstration from the source's folder or name the folder with -devices", candidates)
}
