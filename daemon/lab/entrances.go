package lab

import (
	"bufio"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Entrances are the devices with a login that are not a web page.
var Entrances = append(consoles, append(shares, pages...)...)

// consoles are command lines and streams.
var consoles = []Entrance{
	{
		// No factory login of its own: it stands for a PiKVM, which its page is called.
		Name: "dropbear", Programs: []string{"dropbear", "dropbearkey", "lighttpd", "openssl"}, Package: []string{"dropbear-bin", "lighttpd", "openssl"}, Users: true,
		Record: "pikvm-ssh", User: "root", Password: "root", Port: tcp(22), KeptPort: tcp(22),
		Log: "output", Refusal: `Bad password attempt for '(\w+)'`,
		start: func(b *bench, u Upkeep, password string) error {
			if err := b.accounts("root", password); err != nil {
				return err
			}
			if err := b.titled("PiKVM Login"); err != nil {
				return err
			}
			keys := map[bool]string{true: "-s"}[u == Kept]
			return b.locked(withAccounts + `dropbearkey -t ed25519 -f key
exec dropbear -F -E ` + keys + ` -r key -p 22 -P /run/pid`)
		},
	},
	{
		// Says that it is Raspbian's, as the same software does there.
		Name: "OpenSSH", Programs: []string{"sshd", "ssh-keygen", "openssl"}, Package: []string{"openssh-server", "openssl"}, Users: true,
		Record: "raspberrypi-ssh", User: "pi", Password: "raspberry", Port: tcp(22), KeptPort: tcp(22),
		Log: "output", Refusal: `Failed password for (\w+)`,
		start: func(b *bench, u Upkeep, password string) error {
			if u == Kept {
				return b.keysOnly()
			}
			if err := b.accounts("pi", password); err != nil {
				return err
			}
			return b.locked(withAccounts + `mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f key
exec ` + lookPath("sshd") + ` -D -e -f /dev/null -h /srv/key -p 22 -o PidFile=none -o DebianBanner=no -o VersionAddendum=Raspbian-10+deb9u7`)
		},
	},
	{
		// Greets as DD-WRT does, whose telnetd is busybox's too.
		Name: "busybox telnetd", Programs: []string{"busybox", "login", "openssl", "sshd"}, Package: []string{"busybox-static", "login", "openssl", "openssh-server"}, Users: true, Host: "gateway",
		Record: "ddwrt-telnet", User: "root", Password: "admin", Shipped: []string{"telnet-open"}, Still: []string{"telnet-open"},
		Port: tcp(23), KeptPort: tcp(22), Log: "syslog", Refusal: `FAILED LOGIN .* FOR '(\w+)'`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.telnet(u, "root", password, "DD-WRT v24-sp2 std (c) 2012 NewMedia-NET GmbH\nRelease: 08/12/12 (SVN revision: 19798)\n\n",
				hangsUp+"busybox telnetd -F -p 23 -f issue -l /bin/login")
		},
	},
	{
		// A Raspberry Pi with Debian's own telnetd: only the machine's name is special.
		Name: "inetutils telnetd", Programs: []string{"telnetd", "inetd", "login", "busybox", "openssl", "sshd"},
		Package: []string{"inetutils-telnetd", "openbsd-inetd", "login", "busybox-static", "openssl", "openssh-server"}, Users: true, Host: "raspberrypi",
		Record: "raspberrypi-telnet", User: "pi", Password: "raspberry", Shipped: []string{"telnet-open"}, Still: []string{"telnet-open"},
		Port: tcp(23), KeptPort: tcp(22), Log: "syslog", Refusal: `FAILED LOGIN .* FOR '(\w+)'`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.telnet(u, "pi", password, "Raspbian GNU/Linux 10\n", `echo "23 stream tcp nowait root `+lookPath("telnetd")+` telnetd" > inetd.conf
`+hangsUp+"inetd -i inetd.conf")
		},
	},
	{
		// A Hikvision camera's stream, by GStreamer's server with Digest.
		Name: "gst-rtsp-server", Programs: []string{"/usr/bin/python3", "gst-inspect-1.0"},
		Package: []string{"python3-gi", "gir1.2-gst-rtsp-server-1.0", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good", "gstreamer1.0-tools"},
		Record:  "hikvision-rtsp", User: "admin", Password: "12345", Port: tcp(554), KeptPort: tcp(554),
		Log: "output", Refusal: `check Digest auth\n.*no authorization token found`,
		start: func(b *bench, _ Upkeep, password string) error {
			return b.app("stream.py", "/usr/bin/python3", "554", "admin", password, "IP Camera(C4711)", "/Streaming/Channels/101")
		},
	},
	{
		Name: "tigervnc", Programs: []string{"Xtigervnc", "tigervncpasswd"}, Package: []string{"tigervnc-standalone-server", "tigervnc-tools"}, Users: true,
		Shipped: []string{"vnc-open"}, Port: tcp(5900), KeptPort: tcp(5900),
		start: func(b *bench, u Upkeep, password string) error {
			if u == Shipped {
				return b.locked("exec Xtigervnc :0 -SecurityTypes None -rfbport 5900 -geometry 320x200")
			}
			return b.locked("echo " + password + " | tigervncpasswd -f > secret\nexec Xtigervnc :0 -SecurityTypes VncAuth -PasswordFile secret -rfbport 5900 -geometry 320x200")
		},
	},
}

// shares are files, messages and values.
var shares = []Entrance{
	{
		// Greets as a DrayTek router.
		Name: "vsftpd", Programs: []string{"vsftpd", "openssl", "sshd"}, Package: []string{"vsftpd", "openssl", "openssh-server"}, Users: true,
		Record: "draytek-ftp", User: "admin", Password: "admin", Shipped: []string{"ftp-open"}, Still: []string{"ftp-open"}, Port: tcp(21), KeptPort: tcp(22),
		Log: "vsftpd.log", Refusal: `\[(\w+)\] FAIL LOGIN`,
		start: func(b *bench, u Upkeep, password string) error {
			if u == Kept {
				return b.keysOnly()
			}
			if _, err := b.file("vsftpd.conf", "listen=YES\nbackground=NO\nlocal_enable=YES\nanonymous_enable=NO\nseccomp_sandbox=NO\nftpd_banner=DrayTek FTP version 1.0\n"+
				"pam_service_name=vsftpd\nsecure_chroot_dir=/run/empty\nxferlog_enable=YES\nvsftpd_log_file=/srv/vsftpd.log\n"); err != nil {
				return err
			}
			if err := b.accounts("admin", password); err != nil {
				return err
			}
			return b.locked(withAccounts + `mkdir /run/empty
vsftpd /srv/vsftpd.conf & # as the first process it would stumble over the children of others
wait`)
		},
	},
	{
		// No product that we know ships a broker with a login; the record is the lab's.
		Name: "mosquitto", Programs: []string{"mosquitto", "mosquitto_passwd", "lighttpd", "openssl"}, Package: []string{"mosquitto", "lighttpd", "openssl"},
		Record: "lab-mqtt", User: "admin", Password: "public", Port: tcp(1883), KeptPort: tcp(8883),
		start: func(b *bench, u Upkeep, password string) error {
			conf := "user root\nallow_anonymous false\npassword_file %DIR%/users\nlog_type all\n"
			if u == Kept {
				if err := b.certificate(); err != nil {
					return err
				}
				conf = "listener 8883 0.0.0.0\ncertfile %DIR%/crt\nkeyfile %DIR%/pem\n" + conf
			} else {
				conf = "listener 1883 0.0.0.0\n" + conf
			}
			if _, err := b.file("mosquitto.conf", conf); err != nil {
				return err
			}
			if err := b.titled("Lab broker"); err != nil {
				return err
			}
			return b.script("mosquitto_passwd -b -c users admin " + password + "\nexec mosquitto -c mosquitto.conf")
		},
	},
	{
		Name: "snmpd", Programs: []string{"snmpd"}, Package: []string{"snmpd"},
		Shipped: []string{"snmp-public"}, Port: Port{Transport: lan.UDP, Number: 161}, KeptPort: Port{Transport: lan.UDP, Number: 161},
		start: func(b *bench, u Upkeep, _ string) error {
			who := [...]string{"rocommunity public", "rocommunity attic-only", "rouser owner"}[u]
			conf, err := b.file("snmpd.conf", who+"\nagentaddress udp:161\nsysName attic\n")
			if err != nil {
				return err
			}
			return b.run("snmpd", "-f", "-Lo", "-C", "-c", conf, "-p", filepath.Join(b.dir, "pid"))
		},
	},
	{
		// No product that we know ships one with a login; the record is the lab's.
		Name: "redis", Programs: []string{"redis-server", "lighttpd", "openssl"}, Package: []string{"redis-server", "lighttpd", "openssl"},
		Record: "lab-redis", User: "", Password: "foobared", Port: tcp(6379), KeptPort: tcp(6379), Wrong: redisRefused,
		start: func(b *bench, u Upkeep, password string) error {
			argv := []string{"redis-server", "--bind", "0.0.0.0", "--dir", b.dir, "--save", "", "--requirepass", password, "--unixsocket", filepath.Join(b.dir, "s")}
			if u == Kept {
				if err := b.certificate(); err != nil {
					return err
				}
				argv = append(argv, "--port", "0", "--tls-port", "6379", "--tls-cert-file", filepath.Join(b.dir, "crt"), "--tls-key-file", filepath.Join(b.dir, "pem"), "--tls-auth-clients", "no")
			}
			if err := b.titled("Lab memory"); err != nil {
				return err
			}
			return b.run(argv...)
		},
	},
	{
		Name: "samba", Programs: []string{"smbd"}, Package: []string{"samba"}, Users: true, Host: "attic-nas",
		Shipped: []string{"smb-guest", "smb1"}, Port: tcp(445), KeptPort: tcp(445),
		start: func(b *bench, u Upkeep, _ string) error {
			old := map[bool]string{true: "server min protocol = NT1\nmap to guest = Bad User\n"}[u == Shipped]
			if _, err := b.file("smb.conf", `[global]
workgroup = HOME
interfaces = eth0
bind interfaces only = yes
lock directory = /srv/s
state directory = /srv/s
cache directory = /srv/s
private dir = /srv/s
pid directory = /srv/s
ncalrpc dir = /srv/s/rpc
log file = /srv/smb.log
`+old+fmt.Sprintf("[pub]\npath = /srv/s\nguest ok = %s\n", map[bool]string{true: "yes", false: "no"}[u == Shipped])); err != nil {
				return err
			}
			return b.locked("mkdir -p s /run/samba\nexec smbd -F --no-process-group -s /srv/smb.conf")
		},
	},
}

// telnet serves a login over Telnet by the given script, which finds the greeting
// in the file issue; the well-kept one has SSH instead.
func (b *bench) telnet(u Upkeep, user, password, greeting, text string) error {
	if u == Kept {
		return b.keysOnly()
	}
	if err := b.accounts(user, password); err != nil {
		return err
	}
	if _, err := b.file("issue", greeting); err != nil {
		return err
	}
	return b.locked(withAccounts + "mount --bind issue /etc/issue\nmount --bind issue /etc/issue.net\n" + withSyslog + text)
}

// redisRefused asks the server itself, over its own socket, how many errors of
// that sort there were (redis.io, INFO errorstats).
func redisRefused(dir, password string) (map[string]int, error) {
	conn, err := net.Dial("unix", filepath.Join(dir, "s"))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "AUTH %s\r\nINFO errorstats\r\nQUIT\r\n", password); err != nil {
		return nil, err
	}
	wrong := 0
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), "errorstat_WRONGPASS:count="); ok {
			if wrong, err = strconv.Atoi(n); err != nil {
				return nil, err
			}
		}
	}
	return map[string]int{"": wrong}, nil
}
