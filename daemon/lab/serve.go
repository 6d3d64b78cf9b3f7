package lab

import (
	"embed"
	"fmt"
	"os/exec"
	"strings"
)

// apps are small programs of which only the server beneath them is somebody
// else's: Node.js's for HTTP, GStreamer's for RTSP.
//
//go:embed apps
var apps embed.FS

// app runs one of apps in the room by its interpreter.
func (b *bench) app(name, interpreter string, args ...string) error {
	text, err := apps.ReadFile("apps/" + name)
	if err != nil {
		return err
	}
	path, err := b.file(name, string(text))
	if err != nil {
		return err
	}
	return b.run(append([]string{interpreter, path}, args...)...)
}

// web is a page behind a login, as the web servers' configurations have it.
type web struct {
	title, realm, method string
	user, password       string
	port                 int
	tls                  bool
}

// site writes lighttpd's configuration for one page.
func (b *bench) site(w web) error {
	if _, err := b.file("www/index.html", "<title>"+w.title+"</title><p>A page.</p>"); err != nil {
		return err
	}
	conf := fmt.Sprintf("server.document-root = \"%%DIR%%/www\"\nserver.port = %d\nserver.modules = (\"mod_auth\", \"mod_authn_file\")\nindex-file.names = (\"index.html\")\nmimetype.assign = (\".html\" => \"text/html\")\n", w.port)
	if w.user != "" {
		if _, err := b.file("users", w.user+":"+w.password); err != nil {
			return err
		}
		conf += fmt.Sprintf("auth.backend = \"plain\"\nauth.backend.plain.userfile = \"%%DIR%%/users\"\nauth.require = (\"/\" => (\"method\" => %q, \"realm\" => %q, \"require\" => \"valid-user\"))\n", w.method, w.realm)
	}
	if w.tls {
		if err := b.certificate(); err != nil {
			return err
		}
		conf += "server.modules += (\"mod_openssl\")\nssl.engine = \"enable\"\nssl.pemfile = \"%DIR%/crt\"\nssl.privkey = \"%DIR%/pem\"\n"
	}
	_, err := b.file("lighttpd.conf", conf)
	return err
}

// titled serves a page without a login, by whose title the device is known.
func (b *bench) titled(title string) error {
	if err := b.site(web{title: title, port: 80}); err != nil {
		return err
	}
	return b.run("lighttpd", "-D", "-f", b.dir+"/lighttpd.conf")
}

// lights serves a page by lighttpd, in TLS where it is well kept.
func (b *bench) lights(w web, u Upkeep) error {
	if u == Kept {
		w.port, w.tls = 443, true
	}
	if err := b.site(w); err != nil {
		return err
	}
	return b.run("lighttpd", "-D", "-f", b.dir+"/lighttpd.conf")
}

// engine serves a page by nginx.
func (b *bench) engine(w web, u Upkeep) error {
	listen := "listen 80;"
	if u == Kept {
		if err := b.certificate(); err != nil {
			return err
		}
		listen = "listen 443 ssl; ssl_certificate %DIR%/crt; ssl_certificate_key %DIR%/pem;"
	}
	if _, err := b.file("users", w.user+":{PLAIN}"+w.password+"\n"); err != nil {
		return err
	}
	if _, err := b.file("www/index.html", "<title>Router</title><p>Inside.</p>"); err != nil {
		return err
	}
	conf, err := b.file("nginx.conf", `daemon off;
user root;
pid %DIR%/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %DIR%/t; proxy_temp_path %DIR%/t; fastcgi_temp_path %DIR%/t; uwsgi_temp_path %DIR%/t; scgi_temp_path %DIR%/t;
	server { `+listen+` root %DIR%/www; auth_basic "`+w.realm+`"; auth_basic_user_file %DIR%/users; }
}
`)
	if err != nil {
		return err
	}
	return b.run("nginx", "-c", conf)
}

// apache serves /srv/www with extra modules and configuration.
func (b *bench) apache(u Upkeep, modules, conf string) error {
	head := "Listen 80\n"
	list := "mpm_event authz_core authz_user authn_core authn_file dir mime " + modules
	if u == Kept {
		if err := b.certificate(); err != nil {
			return err
		}
		list += " socache_shmcb ssl"
		head = "Listen 443\nSSLEngine on\nSSLCertificateFile /srv/crt\nSSLCertificateKeyFile /srv/pem\n"
	}
	var load strings.Builder
	for m := range strings.FieldsSeq(list) {
		fmt.Fprintf(&load, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
	}
	if _, err := b.file("www/index.html", "<title>Inside</title>"); err != nil {
		return err
	}
	if _, err := b.file("mime.types", "text/html html php\n"); err != nil {
		return err
	}
	if _, err := b.file("apache.conf", load.String()+head+`ServerName box
PidFile /run/apache.pid
DefaultRuntimeDir /run
Mutex file:/run
User www-data
Group www-data
ErrorLog /srv/error.log
TypesConfig /srv/mime.types
DocumentRoot /srv/www
DirectoryIndex index.php index.html
`+conf); err != nil {
		return err
	}
	return b.locked("exec apache2 -X -f /srv/apache.conf")
}

// zabbix has apache ask for the login by Zabbix's form (mod_auth_form).
func (b *bench) zabbix(u Upkeep, password string) error {
	cmd := exec.Command("openssl", "passwd", "-apr1", "-stdin")
	cmd.Stdin = strings.NewReader(password)
	hash, err := cmd.Output()
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"users": "Admin:" + string(hash),
		"www/index.php": `<title>Attic: Zabbix</title><form action="enter" method="post"><input name="name"><input type="password" name="password">` +
			`<input type="hidden" name="autologin" value="1"><button type="submit" name="enter" value="Sign in">Sign in</button></form>`,
		"www/zabbix.php": `<title>Dashboard</title><a href="zabbix.php?action=userprofile.edit">Profile</a> <a href="/leave">Sign out</a>`,
	} {
		if _, err := b.file(name, text); err != nil {
			return err
		}
	}
	const auth = `AuthType form
AuthName Zabbix
AuthFormProvider file
AuthUserFile /srv/users
AuthFormUsername name
AuthFormPassword password
AuthFormLoginRequiredLocation /index.php
Session On
SessionCookieName zbx_session path=/
`
	return b.apache(u, "request session session_cookie auth_form", `<Location "/zabbix.php">
`+auth+`Require valid-user
</Location>
<Location "/enter">
SetHandler form-login-handler
`+auth+`AuthFormLoginSuccessLocation /zabbix.php?action=dashboard.view
Require valid-user
</Location>
<Location "/leave">
SetHandler form-logout-handler
AuthFormLogoutLocation /index.php
Session On
SessionMaxAge 1
SessionCookieName zbx_session path=/
</Location>
`)
}

// node runs one of the web applications, in TLS where it is well kept.
func (b *bench) node(u Upkeep, name, user, password string) error {
	args := []string{"80", user, password}
	if u == Kept {
		if err := b.certificate(); err != nil {
			return err
		}
		args = []string{"443", user, password, b.dir + "/crt", b.dir + "/pem"}
	}
	return b.app(name, "node", args...)
}

// torrents runs qBittorrent without any torrent.
func (b *bench) torrents(u Upkeep, password string) error {
	conf := "[LegalNotice]\nAccepted=true\n[BitTorrent]\nSession\\DHTEnabled=false\nSession\\LSDEnabled=false\nSession\\PeXEnabled=false\nSession\\Port=51413\n[Network]\nPortForwardingEnabled=false\n[Preferences]\nWebUI\\Port=8080\nWebUI\\UseUPnP=false\n"
	if u != Shipped {
		hash, err := pbkdf(password)
		if err != nil {
			return err
		}
		conf += "WebUI\\Password_PBKDF2=\"@ByteArray(" + hash + ")\"\n"
	}
	if u == Kept {
		if err := b.certificate(); err != nil {
			return err
		}
		conf += "WebUI\\HTTPS\\Enabled=true\nWebUI\\HTTPS\\CertificatePath=%DIR%/crt\nWebUI\\HTTPS\\KeyPath=%DIR%/pem\n"
	}
	if _, err := b.file(".config/qBittorrent/qBittorrent.conf", conf); err != nil {
		return err
	}
	return b.run("qbittorrent-nox")
}
