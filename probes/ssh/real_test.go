package ssh

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/probetest/inetd"
)

// knock opens a connection of its own and gives it one login.
func knock(t *testing.T, addr fmt.Stringer, login func(*Client) (Answer, error)) Answer {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	c := opened(t, conn)
	a, err := login(c)
	if err != nil {
		t.Error(err)
	}
	c.Leave()
	return a
}

// accounts plays all that an account can be, with a server that lets those
// without a password in when blank.
func accounts(t *testing.T, addr fmt.Stringer, blank bool) {
	t.Helper()
	for _, tt := range []struct {
		user, password string
		in             bool
	}{
		{inetd.User, inetd.Password, true}, {inetd.User, "x" + inetd.Password, false}, {inetd.User, "", false},
		{inetd.Off, inetd.Password, false}, {inetd.Blank, inetd.Password, false}, {"nobody-at-all", inetd.Password, false},
	} {
		a := knock(t, addr, func(c *Client) (Answer, error) { return c.Password(tt.user, tt.password) })
		if a.In != tt.in || a.Partly || !a.In && !a.Takes("password") {
			t.Errorf("%s with %q: %+v", tt.user, tt.password, a)
		}
	}
	for user, in := range map[string]bool{inetd.User: false, inetd.Blank: blank, "nobody-at-all": false} {
		if a := knock(t, addr, func(c *Client) (Answer, error) { return c.None(user) }); a.In != in {
			t.Errorf("%s without a login: %+v", user, a)
		}
	}
}

func TestDropbear(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inetd.Need(t, "dropbearkey")
	for kind, blank := range map[string]bool{"rsa": false, "ed25519": true} {
		key := filepath.Join(dir, kind)
		if out, err := exec.Command("dropbearkey", "-t", kind, "-f", key).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		argv := []string{"dropbear", "-i", "-r", key}
		if blank {
			argv = append(argv, "-B")
		}
		accounts(t, inetd.Serve(t, dir, argv...), blank)
	}
}

// sshd is an OpenSSH server of the given configuration.
func sshd(t *testing.T, kind string, config ...string) fmt.Stringer {
	t.Helper()
	dir := t.TempDir()
	inetd.Need(t, "ssh-keygen")
	key := filepath.Join(dir, "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-N", "", "-t", kind, "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := inetd.File(t, dir, "config", "HostKey "+key+"\nHostKeyAlgorithms +ssh-rsa\n"+strings.Join(config, "\n")+"\n")
	inetd.Need(t, "sshd")
	return inetd.Serve(t, dir, "/usr/sbin/sshd", "-i", "-e", "-f", file)
}

func TestOpenSSH(t *testing.T) {
	t.Parallel()
	accounts(t, sshd(t, "ed25519", "PasswordAuthentication yes"), false)
	accounts(t, sshd(t, "rsa", "PasswordAuthentication yes", "PermitEmptyPasswords yes"), true)
}

// TestOpenSSHInteractive asks by PAM, as Debian's and most others do.
func TestOpenSSHInteractive(t *testing.T) {
	t.Parallel()
	addr := sshd(t, "ed25519", "UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication yes")
	for password, in := range map[string]bool{inetd.Password: true, "another": false} {
		a := knock(t, addr, func(c *Client) (Answer, error) { return c.Interactive(inetd.User, password) })
		if a.In != in || a.Partly || !strings.Contains(a.Said, "assword:") {
			t.Errorf("%s: %+v", password, a)
		}
	}
}

// TestOpenSSHMethods agrees with OpenSSH on every method of the offer.
func TestOpenSSHMethods(t *testing.T) {
	t.Parallel()
	for option, list := range map[string]string{"KexAlgorithms": kexOffer, "Ciphers": cipherOffer, "MACs": macOffer} {
		for name := range strings.SplitSeq(list, ",") {
			addr := sshd(t, "ecdsa", "PasswordAuthentication yes", option+" "+name)
			if a := knock(t, addr, func(c *Client) (Answer, error) { return c.Password(inetd.User, inetd.Password) }); !a.In {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
}

// TestTooManyTries is how OpenSSH hangs up on somebody who guesses.
func TestTooManyTries(t *testing.T) {
	t.Parallel()
	addr := sshd(t, "ed25519", "PasswordAuthentication yes", "MaxAuthTries 1")
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err = opened(t, conn).Password(inetd.User, "another"); err == nil || !strings.Contains(err.Error(), "Too many authentication failures") {
		t.Errorf("%v", err)
	}
}
