package lab

import (
	"crypto/md5"
	"encoding/hex"
)

// pages are web servers with a login.
var pages = []Entrance{
	{
		// RaspAP runs on lighttpd with this realm.
		Name: "lighttpd with Basic", Programs: []string{"lighttpd", "openssl"}, Package: []string{"lighttpd", "lighttpd-mod-openssl", "openssl"},
		Record: "raspap", User: "admin", Password: "secret", Port: tcp(80), KeptPort: tcp(443),
		Log: "output", Refusal: `password doesn't match for \S+ username: (\w+)`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.lights(web{"RaspAP", "RaspAP", "basic", "admin", password, 80, false}, u)
		},
	},
	{
		// An Axis camera's realm.
		Name: "lighttpd with Digest", Programs: []string{"lighttpd", "openssl"}, Package: []string{"lighttpd", "lighttpd-mod-openssl", "openssl"},
		Record: "axis-pass", User: "root", Password: "pass", Port: tcp(80), KeptPort: tcp(443),
		Log: "output", Refusal: `digest: auth failed for  ?(\w+)`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.lights(web{"Camera", "AXIS_00408CAABBCC", "digest", "root", password, 80, false}, u)
		},
	},
	{
		// APC's realm, behind TLS.
		Name: "lighttpd with Basic in TLS", Programs: []string{"lighttpd", "openssl"}, Package: []string{"lighttpd", "lighttpd-mod-openssl", "openssl"},
		Record: "apc-web", User: "apc", Password: "apc", Port: tcp(443), KeptPort: tcp(443),
		Log: "output", Refusal: `password doesn't match for \S+ username: (\w+)`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.lights(web{"UPS", "APC Management Card", "basic", "apc", password, 443, true}, u)
		},
	},
	{
		// A NETGEAR router's realm.
		Name: "nginx with Basic", Programs: []string{"nginx", "openssl"}, Package: []string{"nginx-light", "openssl"},
		Record: "netgear-router", User: "admin", Password: "password", Port: tcp(80), KeptPort: tcp(443),
		Log: "output", Refusal: `user "(\w+)": password mismatch`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.engine(web{realm: "NETGEAR R7000", user: "admin", password: password, port: 80}, u)
		},
	},
	{
		// A Mobotix camera's realm.
		Name: "apache with Digest", Programs: []string{"apache2", "openssl"}, Package: []string{"apache2", "openssl"}, Users: true,
		Record: "mobotix-closed", User: "admin", Password: "meinsm", Port: tcp(80), KeptPort: tcp(443),
		Log: "error.log", Refusal: "user `?(\\w+)'?: password mismatch",
		start: func(b *bench, u Upkeep, password string) error {
			realm := "MOBOTIX Camera User"
			sum := md5.Sum([]byte("admin:" + realm + ":" + password))
			if _, err := b.file("users", "admin:"+realm+":"+hex.EncodeToString(sum[:])+"\n"); err != nil {
				return err
			}
			return b.apache(u, "auth_digest", `<Location "/">
AuthType Digest
AuthName "`+realm+`"
AuthDigestProvider file
AuthUserFile /srv/users
Require valid-user
</Location>
`)
		},
	},
	{
		// Zabbix, which runs on apache: its pages' names and its form, apache's own login.
		Name: "apache with a form", Programs: []string{"apache2", "openssl"}, Package: []string{"apache2", "openssl"}, Users: true,
		Record: "zabbix", User: "Admin", Password: "zabbix", Port: tcp(80), KeptPort: tcp(443),
		Log: "error.log", Refusal: `user '?(\w+)'?: authentication failure for "/enter"`,
		start: func(b *bench, u Upkeep, password string) error { return b.zabbix(u, password) },
	},
	{
		// The front of Ubiquiti's EdgeOS: a form with a token, a cookie, a page of JSON inside.
		Name: "Node.js with a form", Programs: []string{"node", "openssl"}, Package: []string{"nodejs", "openssl"},
		Record: "edgeos", User: "ubnt", Password: "ubnt", Port: tcp(80), KeptPort: tcp(443), Log: "output", Refusal: `wrong password for (\w+)`,
		start: func(b *bench, u Upkeep, password string) error { return b.node(u, "form.js", "ubnt", password) },
	},
	{
		// Nginx Proxy Manager's API, which is written for Node.js: JSON, a bearer's token.
		Name: "Node.js with JSON", Programs: []string{"node", "openssl"}, Package: []string{"nodejs", "openssl"},
		Record: "nginx-proxy-manager", User: "admin@example.com", Password: "changeme", Port: tcp(80), KeptPort: tcp(443),
		Log: "output", Refusal: `wrong password for (\S+)`,
		start: func(b *bench, u Upkeep, password string) error {
			return b.node(u, "api.js", "admin@example.com", password)
		},
	},
	{
		// The product itself, with its own factory login: Debian's is older than 4.6.1.
		Name: "qbittorrent-nox", Programs: []string{"qbittorrent-nox", "openssl"}, Package: []string{"qbittorrent-nox", "openssl"},
		Record: "qbittorrent", User: "admin", Password: "adminadmin", Port: tcp(8080), KeptPort: tcp(8080),
		Log: ".local/share/qBittorrent/logs/qbittorrent.log", Refusal: `WebAPI login failure\. Reason: invalid credentials.*username: (\w+)`,
		start: (*bench).torrents,
	},
}
