package lab

import (
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

// Neighbours is more real software, each as one device, that is there for who it
// is and not for what is wrong with it: Open are ports to wait for, and there may
// be others. Names that it makes up by itself it takes from Host.
var Neighbours = []Software{
	{
		Name: "ippeveprinter", Programs: []string{"ippeveprinter", "avahi-daemon", "dbus-daemon"},
		Package: []string{"cups-ipp-utils", "avahi-daemon", "dbus"}, Users: true, Host: "study-printer",
		Open: []Port{{lan.TCP, 8631, "ipp", "", ""}}, Says: "printer-uuid",
		Truth: Truth{Kind: "printer", Vendor: "Brother", Model: "HL-L2350DW"},
		start: func(b *bench) error {
			return b.announced(`mkdir -p spool
exec ippeveprinter -v -p 8631 -M Brother -m HL-L2350DW -f application/pdf -d spool "Study printer"`)
		},
	},
	{
		Name: "shairport-sync", Programs: []string{"shairport-sync", "avahi-daemon", "dbus-daemon"},
		Package: []string{"shairport-sync", "avahi-daemon", "dbus"}, Users: true, Host: "bedroom",
		Open:  []Port{{lan.TCP, 5000, "", "", ""}},
		Truth: Truth{Kind: "speaker|media"},
		start: func(b *bench) error { return b.announced(`exec shairport-sync -a Bedroom -o dummy`) },
	},
	{
		Name: "snapserver", Programs: []string{"snapserver", "avahi-daemon", "dbus-daemon"},
		Package: []string{"snapserver", "avahi-daemon", "dbus"}, Users: true, Host: "music",
		Open: []Port{{lan.TCP, 1780, "", "", ""}},
		start: func(b *bench) error {
			return b.announced(`exec snapserver --server.datadir="$PWD" --stream.source "pipe://$PWD/fifo?name=home"`)
		},
	},
	{
		Name: "samba", Programs: []string{"smbd", "nmbd"}, Package: []string{"samba"}, Users: true, Host: "attic-nas",
		Open:  []Port{{lan.TCP, 445, "", "", ""}, {lan.UDP, 137, "", "", ""}},
		start: (*bench).samba,
	},
	{
		Name: "wsdd2", Programs: []string{"wsdd2"}, Package: []string{"wsdd2"}, Host: "box",
		Open:  []Port{{lan.UDP, 3702, "", "", ""}},
		Truth: Truth{Kind: "computer|nas|server", Vendor: "NETGEAR", Model: "ReadyNAS 212"},
		start: func(b *bench) error {
			return b.run("wsdd2", "-i", Link, "-4", "-N", "BOX", "-G", "WORKGROUP", "-b", "vendor:NETGEAR,model:ReadyNAS 212")
		},
	},
	{
		Name: "llmnrd", Programs: []string{"llmnrd"}, Package: []string{"llmnrd"}, Host: "attic-pc",
		Open:  []Port{{lan.UDP, 5355, "", "", ""}},
		start: func(b *bench) error { return b.run("llmnrd", "-i", Link, "-H", "attic-pc") },
	},
	{
		Name: "gmediarender", Programs: []string{"gmediarender"}, Package: []string{"gmediarender"}, Host: "kitchen-radio",
		Open:  []Port{{lan.UDP, 1900, "", "", ""}, {lan.TCP, 49494, "", "", ""}},
		Truth: Truth{Kind: "media|speaker", Model: "gmediarender"}, // its makers are the authors
		start: func(b *bench) error {
			return b.run("gmediarender", "-f", "Kitchen radio", "-I", Link, "-p", "49494", "--logfile=/dev/null")
		},
	},
	{
		Name: "miniupnpd", Programs: []string{"miniupnpd"}, Package: []string{"miniupnpd"}, Host: "gateway",
		Open:  []Port{{lan.UDP, 1900, "", "", ""}, {lan.TCP, 5431, "", "", ""}},
		Truth: Truth{Kind: "router", Vendor: "Debian", Model: "Debian router"},
		start: func(b *bench) error {
			conf, err := b.file("miniupnpd.conf", "ext_ifname=eth0\nlistening_ip=eth0\nhttp_port=5431\nuuid=6d696e69-7570-4e70-9000-001640160a0d\nserial=4711\n")
			if err != nil {
				return err
			}
			return b.script("exec miniupnpd -d -f " + conf + " -P $PWD/pid")
		},
	},
	{
		Name: "xrdp", Programs: []string{"xrdp"}, Package: []string{"xrdp"}, Users: true, Host: "desk",
		Open:  []Port{{lan.TCP, 3389, "", "", ""}},
		Truth: Truth{Kind: "computer"},
		start: func(b *bench) error { return b.script("mkdir -p /run/xrdp\nexec xrdp -n -c /etc/xrdp/xrdp.ini") },
	},
	{
		Name: "nginx", Programs: []string{"nginx"}, Package: []string{"nginx-light"}, Users: true, Host: "pages",
		Open:  []Port{{lan.TCP, 80, "", "", ""}},
		start: (*bench).nginx,
	},
	{
		Name: "redis", Programs: []string{"redis-server"}, Package: []string{"redis-server"}, Host: "cache",
		Open: []Port{{lan.TCP, 6379, "", "", ""}},
		start: func(b *bench) error {
			return b.run("redis-server", "--port", "6379", "--dir", b.dir, "--protected-mode", "no", "--save", "")
		},
	},
	{
		Name: "sshd", Programs: []string{"sshd", "ssh-keygen"}, Package: []string{"openssh-server"}, Users: true, Host: "shell",
		Open: []Port{{lan.TCP, 22, "", "", ""}},
		start: func(b *bench) error {
			return b.script(`mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f key
exec ` + lookPath("sshd") + ` -D -e -f /dev/null -h "$PWD/key" -p 22 -o PidFile=none`)
		},
	},
	{
		Name: "tinyproxy", Programs: []string{"tinyproxy"}, Package: []string{"tinyproxy"}, Host: "proxy",
		Open: []Port{{lan.TCP, 8888, "", "", ""}},
		start: func(b *bench) error {
			conf, err := b.file("tinyproxy.conf", "Port 8888\nListen 0.0.0.0\nTimeout 60\nMaxClients 10\nAllow 127.0.0.1\n")
			if err != nil {
				return err
			}
			return b.run("tinyproxy", "-d", "-c", conf)
		},
	},
	{
		Name: "icecast2", Programs: []string{"icecast2"}, Package: []string{"icecast2"}, Users: true, Host: "radio",
		Open:  []Port{{lan.TCP, 8000, "", "", ""}},
		start: (*bench).icecast,
	},
	{
		Name: "mpd", Programs: []string{"mpd"}, Package: []string{"mpd"}, Host: "jukebox",
		Open: []Port{{lan.TCP, 6600, "", "", ""}},
		start: func(b *bench) error {
			conf, err := b.file("mpd/mpd.conf", "bind_to_address \"0.0.0.0\"\nport \"6600\"\nmusic_directory \"%DIR%/mpd\"\ndb_file \"%DIR%/mpd/db\"\nzeroconf_enabled \"no\"\naudio_output {\n type \"null\"\n name \"none\"\n}\n")
			if err != nil {
				return err
			}
			return b.run("mpd", "--no-daemon", "--stderr", conf)
		},
	},
	{
		Name: "mdnsd", Programs: []string{"mdnsd"}, Package: []string{"mdnsd"}, Host: "workshop",
		Open:  []Port{{lan.UDP, 5353, "", "", ""}},
		start: (*bench).mdnsd,
	},
	{
		Name: "radvd", Programs: []string{"radvd"}, Package: []string{"radvd"}, Users: true, Host: "six",
		Truth: Truth{Kind: "router"},
		start: func(b *bench) error {
			if err := b.room.Set("net.ipv6.conf.all.forwarding", "1"); err != nil {
				return err
			}
			conf, err := b.file("radvd.conf", "interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; };\n")
			if err != nil {
				return err
			}
			return b.script("exec radvd -n -C " + conf + " -p $PWD/pid -m stderr")
		},
	},
	{
		Name: "dnsmasq", Programs: []string{"dnsmasq"}, Package: []string{"dnsmasq-base"}, Users: true, Host: "names",
		Open: []Port{{lan.UDP, 67, "", "", ""}, {lan.TCP, 53, "", "", ""}},
		start: func(b *bench) error {
			return b.run("dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-ping", "--dhcp-authoritative",
				"--dhcp-range=192.168.78.200,192.168.78.240,2m", "--dhcp-leasefile="+b.dir+"/leases", "--interface="+Link, "--pid-file=", "--user=root")
		},
	},
}

// bus is a configuration of a message bus that avahi-daemon and its clients meet
// on.
const bus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/><allow receive_type="signal"/>
<allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>
`

// announced runs a script beside a bus and an avahi-daemon of its own.
func (b *bench) announced(text string) error {
	if _, err := b.file("bus.conf", bus); err != nil {
		return err
	}
	if _, err := b.file("avahi.conf", fmt.Sprintf("[server]\nhost-name=%s\nuse-ipv4=yes\nuse-ipv6=yes\nenable-dbus=yes\nallow-interfaces=eth0\n[publish]\npublish-workstation=no\n[rlimits]\n", b.host)); err != nil {
		return err
	}
	return b.script(`mkdir -p /run/dbus /run/avahi-daemon none
mount --bind none /etc/avahi/services
dbus-daemon --config-file="$PWD/bus.conf" --fork --nopidfile
avahi-daemon -D -f "$PWD/avahi.conf" --no-drop-root --no-chroot --no-rlimits
` + text)
}

func (b *bench) samba() error {
	conf, err := b.file("smb.conf", `[global]
netbios name = ATTICNAS
workgroup = HOME
server string = Attic NAS
interfaces = eth0
bind interfaces only = yes
lock directory = %DIR%
state directory = %DIR%
cache directory = %DIR%
private dir = %DIR%
pid directory = %DIR%
log file = %DIR%/smb.log
ncalrpc dir = %DIR%/rpc
[pub]
path = %DIR%
guest ok = yes
`)
	if err != nil {
		return err
	}
	return b.script("mkdir -p /run/samba\nnmbd -D -s " + conf + "\nexec smbd -F --no-process-group -s " + conf)
}

func (b *bench) nginx() error {
	conf, err := b.file("nginx.conf", `daemon off;
user root;
pid %DIR%/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %DIR%/t; proxy_temp_path %DIR%/t; fastcgi_temp_path %DIR%/t; uwsgi_temp_path %DIR%/t; scgi_temp_path %DIR%/t;
	server { listen 80; location / { return 200 "<title>Pages</title>"; } }
}
`)
	if err != nil {
		return err
	}
	return b.run("nginx", "-p", b.dir, "-c", conf)
}

func (b *bench) icecast() error {
	conf, err := b.file("icecast.xml", `<icecast><location>Attic</location><admin>nobody</admin><hostname>radio</hostname>
<authentication><source-password>a password of the owner's own</source-password><admin-user>admin</admin-user><admin-password>a password of the owner's own</admin-password></authentication>
<listen-socket><port>8000</port></listen-socket>
<paths><logdir>/run</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
<logging><accesslog>-</accesslog><errorlog>-</errorlog></logging>
<security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security></icecast>
`)
	if err != nil {
		return err
	}
	return b.script("chmod 777 /run\nexec icecast2 -c " + conf)
}

// mdnsd announces one service, of the name that the machine has.
func (b *bench) mdnsd() error {
	_, err := b.file("services/ssh.service", "type _ssh._tcp\nport 22\n")
	if err != nil {
		return err
	}
	return b.run("mdnsd", "-n", "-i", Link, b.dir+"/services")
}
