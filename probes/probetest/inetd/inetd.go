// Package inetd runs real servers of others for tests, one process a connection
// as inetd(8) does, on loopback and with accounts that exist for them only.
package inetd

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// The accounts: a default that was kept, one without a password, one to
// which no password fits.
const (
	User     = "homesweep-admin"
	Password = "factory-word"
	Blank    = "homesweep-blank"
	Off      = "homesweep-off"
)

// hash is crypt(3)'s of Password, SHA-512; nothing is that of no password.
const (
	hash    = "$6$homesweep$siT3C22F.D7zGJ.0D9zeYJ7RNod2OPQrOgeDoF8fbXh5B/8zhAWdFTWH00w2fprUz13EmELnj.wyLcgsClamQ."
	nothing = "$6$homesweep$siT3C22F.D7zGJ.0D9zeYJ7RNod2OPQrOgeDoF8fbXh5B/8zhAWdFTWH00w2fprUz13EmELnj.wyLcgsClam.."
)

// privately runs its arguments where only they see the accounts.
const privately = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
mount --bind "$0/passwd" /etc/passwd
mount --bind "$0/shadow" /etc/shadow
exec "$@"`

// Serve answers connections to the address that it gives with argv, until the
// test ends. dir is for its files, and for the accounts'. It skips the test
// where a mount namespace may not be made, and where argv is not installed; in
// CI it must be.
func Serve(t *testing.T, dir string, argv ...string) netip.AddrPort {
	t.Helper()
	Need(t, argv[0])
	if os.Getuid() != 0 {
		t.Skip("accounts of its own take root")
	}
	account := ":x:61234:61234::/:/bin/sh\n"
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	readable := File(t, dir, "passwd", string(passwd)+User+account+Blank+account+Off+account)
	if err := os.Chmod(readable, 0o644); err != nil {
		t.Fatal(err)
	}
	File(t, dir, "shadow", User+":"+hash+":19000::::::\n"+Blank+"::19000::::::\n"+Off+":"+nothing+":19000::::::\n")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			answer(t, conn.(*net.TCPConn), append([]string{"-c", privately, dir}, argv...))
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return netip.MustParseAddrPort(ln.Addr().String())
}

// longest is how long one connection may take.
const longest = 30 * time.Second

// answer serves one connection to its end; what the program has started ends
// with it.
func answer(t *testing.T, conn *net.TCPConn, args []string) {
	file, err := conn.File()
	conn.Close()
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	cmd := exec.Command("/bin/sh", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = file, file, (*log)(t)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Errorf("start %v: %v", args, err)
		return
	}
	file.Close()
	end := time.AfterFunc(longest, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	_ = cmd.Wait() // a server's status after a refused login says nothing
	end.Stop()
}

// log gives a program's complaints to the test.
type log testing.T

func (l *log) Write(b []byte) (int, error) {
	(*testing.T)(l).Logf("%s", b)
	return len(b), nil
}

// Need skips the test where a program is not installed; in CI it must be.
func Need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have %s", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

// File writes a file in dir, for its owner only, and gives its path.
func File(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
