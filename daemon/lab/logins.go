package lab

import (
	"crypto/pbkdf2"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Upkeep is how the owner keeps a device.
type Upkeep int

// The ways to keep one.
const (
	Shipped Upkeep = iota // with the factory's login, or the factory's lack of one
	Changed               // the password is the owner's own; nothing else was done
	Kept                  // encrypted, by keys where that can be, nothing old left open
)

func (u Upkeep) String() string { return [...]string{"shipped", "changed", "kept"}[u] }

// Entrance is real server software with a login, run as a device that ships with
// a known one. Where the software has no factory login of its own, it is set up
// to look as a product that has a documented one; who is let in is the software's
// own to decide.
type Entrance struct {
	Name     string
	Programs []string // that must be installed
	Package  []string // Debian's, for whoever lacks them
	Users    bool     // it changes its user, so that one alone is not enough
	Host     string   // what the machine is called

	Record         string   // of the login that must be found; empty where it ships without one
	User, Password string   // that login
	Shipped, Still []string // checks that find a problem beside it: as shipped, and with the password changed
	Port           Port     // by which it is entered
	KeptPort       Port     // the same of the well-kept one

	// Log is the file in which the server tells of wrong passwords, and Refusal is
	// how: what its group matches is the account, without one it is User's. Wrong is
	// for who tells it otherwise.
	Log, Refusal string
	Wrong        func(dir, password string) (map[string]int, error)

	start func(b *bench, u Upkeep, password string) error
}

// ownPassword is that of devices whose owner has chosen one.
const ownPassword = "tidy-otter-27-lamp"

// PasswordOf is the password that opens the device.
func (e Entrance) PasswordOf(u Upkeep) string {
	if u == Shipped {
		return e.Password
	}
	return ownPassword
}

// Software is the entrance as the lab installs it.
func (e Entrance) Software(u Upkeep) Software {
	port := e.Port
	if u == Kept {
		port = e.KeptPort
	}
	return Software{
		Name: e.Name, Programs: e.Programs, Package: e.Package, Users: e.Users, Host: e.Host, Open: []Port{port},
		start: func(b *bench) error { return e.start(b, u, e.PasswordOf(u)) },
	}
}

// Expect are the checks that must find a problem worth an owner's time.
func (e Entrance) Expect(u Upkeep) []string {
	switch {
	case u == Kept:
		return nil
	case u == Changed:
		return e.Still
	case e.Record != "":
		return append([]string{"default-login"}, e.Shipped...)
	}
	return e.Shipped
}

// Refused counts the wrong passwords by account, as the server's own log has them.
func (e Entrance) Refused(dir string, u Upkeep) (map[string]int, error) {
	if e.Wrong != nil {
		return e.Wrong(dir, e.PasswordOf(u))
	}
	count := map[string]int{}
	if e.Refusal == "" {
		return count, nil
	}
	said, err := os.ReadFile(filepath.Join(dir, e.Log))
	if err != nil {
		return nil, fmt.Errorf("%s: its log: %w", e.Name, err)
	}
	for _, m := range regexp.MustCompile(e.Refusal).FindAllStringSubmatch(string(said), -1) {
		user := e.User
		if len(m) > 1 {
			user = m[1]
		}
		count[user]++
	}
	return count, nil
}

// tcp is an open port.
func tcp(number uint16) Port { return Port{Transport: lan.TCP, Number: number} }

// locked runs a script as script does, in which the bench's directory is /srv for
// everybody to read, and /tmp and /proc are its own. Nobody answers
// for names.
func (b *bench) locked(text string) error {
	return b.script(`chmod -R a+rX .
mount --bind "$PWD" /srv
mount -t proc proc /proc
cd /srv
mount -t tmpfs -o mode=1777 tmpfs /tmp
: > resolv.conf
mount --bind resolv.conf /etc/resolv.conf
` + text)
}

// accounts gives the machine's users one more, or one of them another password,
// in a view of /etc for locked to mount.
func (b *bench) accounts(user, password string) error {
	hash, err := crypted(password)
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, line string }{
		{"passwd", user + ":x:1007:1007::/srv/home:/bin/bash"}, {"shadow", user + ":" + hash + ":19000:0:99999:7:::"}, {"group", user + ":x:1007:"},
	} {
		text, err := os.ReadFile("/etc/" + f.name)
		if err != nil {
			return err
		}
		if user == "root" && f.name == "passwd" {
			f.line = "root:x:0:0:root:/srv/home:/bin/bash"
		}
		if user == "root" && f.name == "group" {
			f.line = "root:x:0:"
		}
		own := regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(user)+`:.*\n`).ReplaceAllString(string(text), "")
		if _, err := b.file(f.name, own+f.line+"\n"); err != nil {
			return err
		}
	}
	_, err = b.file("home/.hushlogin", "")
	return err
}

// crypted is a password as crypt(5) keeps it.
func crypted(password string) (string, error) {
	cmd := exec.Command("openssl", "passwd", "-6", "-stdin")
	cmd.Stdin = strings.NewReader(password)
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// withAccounts has a script of locked see what accounts prepared.
const withAccounts = `chmod 600 shadow
for f in passwd shadow group; do mount --bind $f /etc/$f; done
chown -R 1007:1007 home
`

// withSyslog gives a script of locked a /dev of its own, with a system log that
// goes to the file syslog.
const withSyslog = `mkdir -p dev/pts
for f in null zero full random urandom tty; do : > dev/$f; mount --bind /dev/$f dev/$f; done
ln -s pts/ptmx dev/ptmx
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount --rbind dev /dev
busybox syslogd -n -O /srv/syslog &
while ! [ -S /dev/log ]; do busybox usleep 20000; done
`

// hangsUp ends a script of locked by the program that follows. Whoever started the
// test may have it ignore SIGHUP, as nohup(1) does; a login that inherits that goes
// on asking when its visitor is gone, and takes nothing for wrong logins.
const hangsUp = "exec env --default-signal=HUP "

// keysOnly is a server for SSH that takes keys and no password.
func (b *bench) keysOnly() error {
	return b.locked(`mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f key
exec ` + lookPath("sshd") + ` -D -e -f /dev/null -h /srv/key -p 22 -o PidFile=none -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no`)
}

// pbkdf is a password as qBittorrent keeps it: PBKDF2 with SHA-512.
func pbkdf(password string) (string, error) {
	salt := []byte("sixteen  letters")
	key, err := pbkdf2.Key(sha512.New, password, salt, 100_000, 64)
	return base64.StdEncoding.EncodeToString(salt) + ":" + base64.StdEncoding.EncodeToString(key), err
}
