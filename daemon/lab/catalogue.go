package lab

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/homesweep/homesweep/probes/lan"
)

// Catalogue is the real software that the lab can run, each as one device.
var Catalogue = []Software{
	{
		Name: "lighttpd with Basic", Programs: []string{"lighttpd"}, Package: []string{"lighttpd"},
		Open: []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}},
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
			key := exec.CommandContext(b.ctx, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
				"-keyout", filepath.Join(b.dir, "pem"), "-out", filepath.Join(b.dir, "crt"), "-days", "30", "-subj", "/CN=box.local/O=Nobody")
			if err := key.Run(); err != nil {
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
		Open: []Port{{lan.TCP, 21, "ftp", "vsFTPd", "vsftpd"}}, Problems: []string{"ftp-open"},
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
		Open:  []Port{{lan.TCP, 80, "http", "lighttpd", "lighttpd"}, {lan.TCP, 8731, "http", "lighttpd", "lighttpd"}},
		Truth: Truth{Kind: "printer", Vendor: "Nobody", Model: "Print 3000|Nobody Print 3000"},
		start: func(b *bench) error { return b.avahi() },
	},
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
