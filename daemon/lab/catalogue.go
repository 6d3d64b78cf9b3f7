package lab

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Catalogue is the real software that the lab can run, each as one device.
var Catalogue = append(atHome, elsewhere...)

// atHome is software at the ports that are its own.
var atHome = []Software{
	{
		Name: "lighttpd with Basic", Programs: []string{"lighttpd"}, Package: []string{"lighttpd"},
		Open: []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}}, Problems: []string{"cleartext-login"},
		start: func(b *bench) error {
			return b.lighttpd(`auth.require = ("/" => ("method" => "basic", "realm" => "Storage box", "require" => "valid-user"))`)
		},
	},
	{
		Name: "lighttpd with Digest", Programs: []string{"lighttpd"}, Package: []string{"lighttpd"},
		Open: []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}},
		start: func(b *bench) error {
			return b.lighttpd(`auth.require = ("/" => ("method" => "digest", "realm" => "Garden camera", "require" => "valid-user"))`)
		},
	},
	{
		Name: "lighttpd with TLS on an odd port", Programs: []string{"lighttpd", "openssl"},
		Package: []string{"lighttpd", "lighttpd-mod-openssl", "openssl"},
		Open:    []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}, {lan.TCP, 8088, "https", "lighttpd", "lighttpd"}},
		start: func(b *bench) error {
			if err := b.certificate(); err != nil {
				return err
			}
			return b.lighttpd(`server.modules += ("mod_openssl")
$SERVER["socket"] == ":8088" { ssl.engine = "enable" ssl.pemfile = "%DIR%/crt" ssl.privkey = "%DIR%/pem" }`)
		},
	},
	{
		Name: "dropbear on two ports", Programs: []string{"dropbear", "dropbearkey"}, Package: []string{"dropbear-bin"},
		Open: []Port{{lan.TCP, 22, "ssh", "dropbear", "dropbear-bin"}, {lan.TCP, 2222, "ssh", "dropbear", "dropbear-bin"}},
		start: func(b *bench) error {
			key := filepath.Join(b.dir, "key")
			if err := exec.CommandContext(b.ctx, "dropbearkey", "-t", "ed25519", "-f", key).Run(); err != nil {
				return err
			}
			return b.run("dropbear", "-F", "-E", "-r", key, "-p", "22", "-p", "2222", "-P", filepath.Join(b.dir, "pid"))
		},
	},
	{
		Name: "mosquitto for anyone", Programs: []string{"mosquitto"}, Package: []string{"mosquitto"},
		Open: []Port{{lan.TCP, 1883, "mqtt", "", ""}}, Problems: []string{"mqtt-open"},
		start: func(b *bench) error { return b.mosquitto("allow_anonymous true") },
	},
	{
		Name: "mosquitto with a login", Programs: []string{"mosquitto"}, Package: []string{"mosquitto"},
		Open:  []Port{{lan.TCP, 1883, "mqtt", "", ""}},
		start: func(b *bench) error { return b.mosquitto("allow_anonymous false") },
	},
	{
		Name: "snmpd", Programs: []string{"snmpd"}, Package: []string{"snmpd"},
		Open: []Port{{lan.UDP, 161, "snmp", "", ""}}, Problems: []string{"snmp-public"},
		start: func(b *bench) error {
			conf, err := b.file("snmpd.conf", "rocommunity public\nagentaddress udp:161\nsysName attic\n")
			if err != nil {
				return err
			}
			return b.run("snmpd", "-f", "-Lo", "-C", "-c", conf, "-p", filepath.Join(b.dir, "pid"))
		},
	},
	{
		Name: "snmpd with a community of its own", Programs: []string{"snmpd"}, Package: []string{"snmpd"},
		start: func(b *bench) error {
			conf, err := b.file("snmpd.conf", "rocommunity attic-only\nagentaddress udp:161\n")
			if err != nil {
				return err
			}
			return b.run("snmpd", "-f", "-Lo", "-C", "-c", conf, "-p", filepath.Join(b.dir, "pid"))
		},
	},
	{
		Name: "minidlna", Programs: []string{"minidlnad"}, Package: []string{"minidlna"},
		Open:  []Port{{lan.TCP, 8200, "http", "MiniDLNA", "minidlna"}}, // its UDP 1900 hears multicast only
		Truth: mini,
		start: func(b *bench) error { return b.minidlna("Attic films", Link, 8200, "") },
	},
	{
		Name: "busybox telnetd without a login", Programs: []string{"busybox"}, Package: []string{"busybox-static"},
		Open: []Port{{lan.TCP, 23, "telnet", "", ""}}, Problems: []string{"telnet-open", "no-login"},
		start: func(b *bench) error { return b.run("busybox", "telnetd", "-F", "-p", "23", "-l", "/bin/sh") },
	},
	{
		Name: "vsftpd", Programs: []string{"vsftpd"}, Package: []string{"vsftpd"},
		Open: []Port{{lan.TCP, 21, "ftp", "vsFTPd", "vsftpd"}}, Problems: []string{"cleartext-login", "ftp-open"},
		start: func(b *bench) error {
			conf, err := b.file("vsftpd.conf", "listen=YES\nbackground=NO\nlocal_enable=YES\nanonymous_enable=NO\nrun_as_launching_user=YES\nseccomp_sandbox=NO\n")
			if err != nil {
				return err
			}
			return b.run("vsftpd", conf)
		},
	},
	{
		Name: "avahi announcing a printer's page", Programs: []string{"avahi-daemon", "lighttpd", "mount"}, Package: []string{"avahi-daemon", "lighttpd"}, Users: true,
		Open:  []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}, {lan.TCP, 8731, "http", "lighttpd", "lighttpd"}, {lan.UDP, 5353, "mdns", "", ""}},
		Truth: Truth{Kind: "printer", Vendor: "Nobody", Model: "Print 3000|Nobody Print 3000"},
		start: func(b *bench) error { return b.avahi() },
	},
}

// elsewhere is software at ports where somebody else is usual, at its own on which
// it keeps silent until it is spoken to, or within TLS.
var elsewhere = []Software{
	{
		Name: "lighttpd on others' ports", Programs: []string{"lighttpd"}, Package: []string{"lighttpd"},
		Open: []Port{
			{lan.TCP, 80, "http", "lighttpd", "lighttpd"}, {lan.TCP, 5900, "http", "lighttpd", "lighttpd"}, {lan.TCP, 3306, "http", "lighttpd", "lighttpd"},
			{lan.TCP, 3389, "http", "lighttpd", "lighttpd"}, {lan.TCP, 27017, "http", "lighttpd", "lighttpd"}, {lan.TCP, 1883, "http", "lighttpd", "lighttpd"},
		},
		start: func(b *bench) error {
			var sockets strings.Builder
			for _, port := range []int{5900, 3306, 3389, 27017, 1883} {
				fmt.Fprintf(&sockets, "$SERVER[\"socket\"] == \":%d\" { }\n", port)
			}
			return b.lighttpd(sockets.String())
		},
	},
	{
		Name: "redis on a web port", Programs: []string{"redis-server"}, Package: []string{"redis-server"},
		Open: []Port{{lan.TCP, 7777, "redis", "", ""}},
		start: func(b *bench) error {
			return b.run("redis-server", "--port", "7777", "--bind", "0.0.0.0", "--dir", b.dir, "--requirepass", "a password of the owner's own", "--save", "")
		},
	},
	{
		Name: "memcached", Programs: []string{"memcached"}, Package: []string{"memcached"},
		Open: []Port{{lan.TCP, 11211, "memcache", "memcached", "memcached"}}, Problems: []string{"database-open"},
		start: func(b *bench) error { return b.run("memcached", "-u", "root", "-p", "11211", "-U", "0") },
	},
	{
		Name: "dovecot on web ports", Programs: []string{"dovecot", "openssl"}, Package: []string{"dovecot-imapd", "dovecot-pop3d", "openssl"}, Users: true,
		Open:  []Port{{lan.TCP, 7080, "imap", "Dovecot", ""}, {lan.TCP, 7443, "imaps", "Dovecot", ""}, {lan.TCP, 8083, "pop3", "Dovecot", ""}},
		start: (*bench).dovecot,
	},
	{
		Name: "ngircd", Programs: []string{"ngircd"}, Package: []string{"ngircd"}, Users: true,
		Open: []Port{{lan.TCP, 6667, "irc", "", ""}, {lan.TCP, 8089, "irc", "", ""}},
		start: func(b *bench) error {
			conf, err := b.file("ngircd.conf", "[Global]\nName=irc.attic.home\nInfo=Attic\nPorts=6667,8089\nListen=0.0.0.0\nMotdPhrase=hello\n[Options]\nIdent=no\nPAM=no\nDNS=no\n")
			if err != nil {
				return err
			}
			return b.run("ngircd", "-n", "-f", conf)
		},
	},
	{
		Name: "coturn", Programs: []string{"turnserver"}, Package: []string{"coturn"},
		Open: []Port{{lan.TCP, 3478, "stun", "Coturn", "coturn"}, {lan.UDP, 3478, "stun", "Coturn", "coturn"}},
		start: func(b *bench) error {
			return b.script(`exec turnserver -n -p 3478 --no-cli --no-tls --no-dtls --log-file=stdout --pidfile="$PWD/pid" -b "$PWD/db"`)
		},
	},
	{
		Name: "rsync on two ports", Programs: []string{"rsync"}, Package: []string{"rsync"},
		Open: []Port{{lan.TCP, 873, "rsync", "", ""}, {lan.TCP, 9000, "rsync", "", ""}},
		start: func(b *bench) error {
			conf, err := b.file("rsyncd.conf", "use chroot = no\nreverse lookup = no\n") // of names there is no server
			if err != nil {
				return err
			}
			if err := b.run("rsync", "--daemon", "--no-detach", "--port=873", "--config="+conf); err != nil {
				return err
			}
			return b.run("rsync", "--daemon", "--no-detach", "--port=9000", "--config="+conf)
		},
	},
	{
		Name: "dropbear behind stunnel", Programs: []string{"stunnel4", "dropbear", "dropbearkey", "openssl"},
		Package: []string{"stunnel4", "dropbear-bin", "openssl"}, Users: true,
		Open:  []Port{{lan.TCP, 7777, "ssh", "dropbear", "dropbear-bin"}},
		start: (*bench).stunnel,
	},
	{
		Name: "mosquitto in TLS", Programs: []string{"mosquitto", "openssl"}, Package: []string{"mosquitto", "openssl"},
		Open: []Port{{lan.TCP, 8883, "secure-mqtt", "", ""}},
		start: func(b *bench) error {
			if err := b.certificate(); err != nil {
				return err
			}
			conf, err := b.file("mosquitto.conf", "listener 8883 0.0.0.0\nuser root\nallow_anonymous false\ncertfile %DIR%/crt\nkeyfile %DIR%/pem\n")
			if err != nil {
				return err
			}
			return b.run("mosquitto", "-c", conf)
		},
	},
}

// certificate makes a key, pem, and a certificate of its own for it, crt.
func (b *bench) certificate() error {
	return exec.CommandContext(b.ctx, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
		"-keyout", filepath.Join(b.dir, "pem"), "-out", filepath.Join(b.dir, "crt"), "-days", "30", "-subj", "/CN=box.local/O=Nobody").Run()
}

// dovecot serves mail that is not there on web ports, one of them in TLS.
func (b *bench) dovecot() error {
	if err := b.certificate(); err != nil {
		return err
	}
	conf, err := b.file("dovecot.conf", `base_dir = /run/dovecot
protocols = imap pop3
ssl_cert = <%DIR%/crt
ssl_key = <%DIR%/pem
log_path = /dev/stderr
passdb {
 driver = static
 args = password=none-of-yours
}
service imap-login {
 process_min_avail = 1
 inet_listener imap {
  port = 7080
 }
 inet_listener imaps {
  port = 7443
  ssl = yes
 }
}
service pop3-login {
 process_min_avail = 1
 inet_listener pop3 {
  port = 8083
 }
 inet_listener pop3s {
  port = 0
 }
}
`)
	if err != nil {
		return err
	}
	return b.script("chmod 755 /run\nmkdir -p /run/dovecot\nexec dovecot -F -c " + conf)
}

// stunnel wraps a server that hears this machine only.
func (b *bench) stunnel() error {
	if err := b.certificate(); err != nil {
		return err
	}
	conf, err := b.file("stunnel.conf", "foreground = yes\npid =\ncert = %DIR%/crt\nkey = %DIR%/pem\n[shell]\naccept = 7777\nconnect = 127.0.0.1:22\n")
	if err != nil {
		return err
	}
	return b.script(`ip link set lo up
dropbearkey -t ed25519 -f key
dropbear -E -r key -p 127.0.0.1:22 -P "$PWD/pid"
exec stunnel4 ` + conf)
}

// mini is who minidlna says that it is. It calls its author the maker, who did not
// make the device.
var mini = Truth{Kind: "media|nas|server", Model: "MiniDLNA|Windows Media Connect compatible (MiniDLNA)"}

// minidlna shares an empty folder on the named interface, with extra configuration.
func (b *bench) minidlna(name, on string, port int, extra string) error {
	own := "%DIR%/" + on
	if _, err := b.file(on+"/media/readme.txt", "nothing to play"); err != nil {
		return err
	}
	conf, err := b.file(on+"/minidlna.conf", fmt.Sprintf("media_dir=%s/media\ndb_dir=%[1]s\nlog_dir=%[1]s\nport=%d\nnetwork_interface=%s\nfriendly_name=%s\ninotify=no\n%s", own, port, on, name, extra))
	if err != nil {
		return err
	}
	return b.run("minidlnad", "-S", "-f", conf, "-P", filepath.Join(b.dir, on, "pid"))
}

// lighttpd serves one page on port 80, with extra configuration.
func (b *bench) lighttpd(extra string) error {
	if _, err := b.file("www/index.html", "<title>A page</title>"); err != nil {
		return err
	}
	if _, err := b.file("users", "owner:a password of the owner's own"); err != nil {
		return err
	}
	conf, err := b.file("lighttpd.conf", `server.document-root = "%DIR%/www"
server.port = 80
server.modules = ("mod_auth", "mod_authn_file")
index-file.names = ("index.html")
auth.backend = "plain"
auth.backend.plain.userfile = "%DIR%/users"
`+extra+"\n")
	if err != nil {
		return err
	}
	return b.run("lighttpd", "-D", "-f", conf)
}

func (b *bench) mosquitto(extra string) error {
	conf, err := b.file("mosquitto.conf", "listener 1883 0.0.0.0\nuser root\n"+extra+"\n")
	if err != nil {
		return err
	}
	return b.run("mosquitto", "-c", conf)
}

// avahi announces a web server on a port that no list has. Its services lie in
// a fixed place, so the program gets a view of the file system of its own.
func (b *bench) avahi() error {
	if err := b.lighttpd(`$SERVER["socket"] == ":8731" { }`); err != nil {
		return err
	}
	_, err := b.file("services/web.service", `<?xml version="1.0" standalone='no'?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>Attic printer</name>
<service><type>_http._tcp</type><port>8731</port><txt-record>vendor=Nobody</txt-record></service>
<service><type>_ipp._tcp</type><port>8731</port><txt-record>ty=Nobody Print 3000</txt-record></service>
</service-group>`)
	if err != nil {
		return err
	}
	conf, err := b.file("avahi.conf", "[server]\nhost-name=attic\nuse-ipv4=yes\nuse-ipv6=no\nenable-dbus=no\nallow-interfaces=eth0\n[publish]\npublish-workstation=no\n[rlimits]\n")
	if err != nil {
		return err
	}
	return b.run("sh", "-c", `mount --bind "$0/services" /etc/avahi/services && mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon && exec avahi-daemon -f "$1" --no-drop-root --no-chroot --no-rlimits`, b.dir, conf)
}
