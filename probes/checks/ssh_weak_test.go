package checks

import (
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// offer is an SSH server's, as the identifier keeps it.
func offer(banner, kex, hostKey, cipher, other string) lan.Service {
	return port("ssh", lan.Heard{lan.SSHBanner: banner, identify.SSHKex: kex, identify.SSHHostKey: hostKey,
		identify.SSHCipher: cipher, identify.SSHElse: other})
}

const (
	newKex  = "ecdh-sha2-nistp256 diffie-hellman-group14-sha1"
	group1  = "diffie-hellman-group1-sha1"
	newKeys = "rsa-sha2-256 ssh-rsa"
	newCTR  = "aes128-ctr 3des-cbc"
	v2      = "SSH-2.0-dropbear_2012.55"
)

// sshOffers are offers and what they are worth.
var sshOffers = []struct {
	twin
	severity lan.Severity
}{
	{twin{name: "protocol 1", service: port("ssh", lan.Heard{lan.SSHBanner: "SSH-1.5-Cisco-1.25"}), want: lan.Fail}, lan.Soon},
	{twin{name: "protocol 1 too", service: offer("SSH-1.99-OpenSSH_3.9p1", newKex, newKeys, newCTR, ""), want: lan.Fail}, lan.WhenYouCan},
	{twin{name: "only group 1", service: offer(v2, group1, newKeys, newCTR, ""), want: lan.Fail}, lan.Soon},
	{twin{name: "only RC4", service: offer(v2, newKex, newKeys, "arcfour arcfour128", ""), want: lan.Fail}, lan.Soon},
	{twin{name: "only CBC", service: offer(v2, newKex, newKeys, "3des-cbc aes128-cbc rijndael-cbc@lysator.liu.se", ""), want: lan.Fail}, lan.WhenYouCan},
	{twin{name: "only DSS", service: offer(v2, newKex, "ssh-dss", newCTR, ""), want: lan.Fail}, lan.WhenYouCan},
	{twin{name: "only RSA with SHA-1", service: offer(v2, newKex, "ssh-rsa", newCTR, ""), want: lan.Fail}, lan.ForInfo},
	{twin{name: "all old", service: offer(v2, group1, "ssh-rsa ssh-dss", "aes128-cbc", ""), want: lan.Fail}, lan.Soon},
	{twin{name: "1.99 and group 1", service: offer("SSH-1.99-x", group1, newKeys, newCTR, ""), want: lan.Fail}, lan.Soon},
	{twin{name: "old ones also", service: offer(v2, newKex+" "+group1, newKeys+" ssh-dss", "aes128-ctr 3des-cbc arcfour", ""), want: lan.Pass}, 0},
	{twin{name: "new ones of a maker", service: offer(v2, group1, "ssh-dss", "aes128-cbc", "ssh.kex ssh.host_key ssh.cipher"), want: lan.Pass}, 0},
	{twin{name: "no offer", service: port("ssh", lan.Heard{lan.SSHBanner: v2}), want: lan.Undecided}, 0},
	{twin{name: "SFTP of another name", service: port("ftp", nil), want: lan.NotApplicable}, 0},
}

var _ = func() bool {
	for _, o := range sshOffers {
		hold("ssh-weak", o.twin)
	}
	return true
}()

func TestSSHWeakSeverity(t *testing.T) {
	for _, o := range sshOffers {
		if o.want != lan.Fail {
			continue
		}
		p := &probes.Pass{Service: o.service}
		got, err := judged(t, "ssh-weak", p)
		if got != lan.Fail || err != nil || p.Severity == nil || *p.Severity != o.severity || len(p.Evidence) == 0 {
			t.Errorf("%s: %v, %v, severity %v, want %v\n%s", o.name, got, err, p.Severity, o.severity, words(p))
		}
	}
}
