package identify

import (
	"strings"
	"testing"
)

func TestParseSSH(t *testing.T) {
	for said, want := range map[string]string{
		"SSH-2.0-dropbear_2022.83\r\n":                       "dropbear|2022.83",
		"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n":         "OpenSSH|9.2p1",
		"SSH-2.0-OpenSSH_for_Windows_8.1\r\n":                "OpenSSH_for_Windows|8.1",
		"SSH-2.0-ROSSSH\r\n":                                 "ROSSSH|",
		"SSH-2.0-Cisco-1.25\n":                               "Cisco|1.25",
		"SSH-1.99-libssh_0.9.6\r\n":                          "libssh|0.9.6",
		"SSH-2.0-dropbear_\r\n":                              "dropbear|",
		"Authorised users only\r\nSSH-2.0-lancom\r\n":        "lancom|",
		"SSH-2.0\r\n":                                        "|",
		"SSH-2.0-" + strings.Repeat("a", 300) + "_1.0\r\n":   "|",
		"SSH-2.0-mod_sftp/0.9.9\r\n":                         "mod_sftp|0.9.9",
		"SSH-2.0-SSHD-UNKNOWN\r\nSSH-2.0-second_9.9 banner ": "SSHD-UNKNOWN|",
	} {
		_, product, version := parseSSH([]byte(said))
		if got := product + "|" + version; got != want {
			t.Errorf("%.40q: %q, want %q", said, got, want)
		}
	}
}

func TestParseFTP(t *testing.T) {
	for said, want := range map[string]string{
		"220 (vsFTPd 3.0.3)\r\n": "vsFTPd|3.0.3",
		"220 ProFTPD 1.3.5e Server (Debian) [::ffff:192.168.1.2]\r\n":                    "ProFTPD|1.3.5e",
		"220 ProFTPD Server (NAS) [192.168.1.2]\r\n":                                     "ProFTPD|",
		"220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n220 Local\r\n": "Pure-FTPd|",
		"220-FileZilla Server 1.7.0\r\n220 Please visit\r\n":                             "FileZilla|1.7.0",
		"220-FileZilla Server version 0.9.41 beta\r\n220 x\r\n":                          "FileZilla|0.9.41",
		"220 bftpd 2.3 at 192.168.1.1 ready.\r\n":                                        "bftpd|2.3",
		"220 Welcome to ASUS RT-AC68U FTP service.\r\n":                                  "|",
		"220 ftp.example.org FTP server ready\r\n":                                       "|",
		"220 \r\n": "|",
	} {
		_, product, version := parseFTP([]byte(said))
		if got := product + "|" + version; got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestParseSMTP(t *testing.T) {
	for said, want := range map[string]string{
		"220 nas ESMTP Postfix (Debian/GNU)\r\n":                "Postfix|",
		"220 nas ESMTP Exim 4.96 Sun, 22 Nov 2026\r\n":          "Exim|4.96",
		"220 nas ESMTP Sendmail 8.15.2/8.15.2; Sun, 22 Nov\r\n": "Sendmail|8.15.2/8.15.2",
		"220 nas SMTP\r\n": "|",
	} {
		_, product, version := parseSMTP([]byte(said))
		if got := product + "|" + version; got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestReplyComplete(t *testing.T) {
	for said, want := range map[string]bool{
		"":                                 false,
		"220 ready":                        false,
		"220 ready\r\n":                    true,
		"220\r\n":                          true,
		"220-more\r\n":                     false,
		"220-more\r\n 220 not yet\r\n":     false,
		"220-more\r\nfree text\r\n220 .\n": true,
	} {
		if got := replyComplete([]byte(said)); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}

func TestParseMySQL(t *testing.T) {
	for said, want := range map[string]string{
		"\x4a\x00\x00\x00\x0a8.0.36-0ubuntu0.22.04.1\x00more":           "MySQL|8.0.36-0ubuntu0.22.04.1|true",
		"\x4a\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00more":   "MariaDB|10.11.6|true",
		"\x45\x00\x00\x00\xff\x6a\x04Host '192.168.1.2' is not allowed": "||true",
		"\x4a\x00\x00\x00\x0aabc\x00":                                   "||false",
		"\x4a\x00\x00\x00\x0a8.0":                                       "||false",
		"\x4a\x00\x00\x01\x0a8.0.1\x00":                                 "||false",
		"\x02\x00\x00":                                                  "||false",
	} {
		product, version, ok := parseMySQL([]byte(said))
		got := product + "|" + version + "|false"
		if ok {
			got = product + "|" + version + "|true"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestParseRFB(t *testing.T) {
	for said, want := range map[string]string{
		"RFB 003.008\n": "3.8", "RFB 003.889\n": "3.889", "RFB 005.000\n": "5.0",
		"RFB 003.008": "", "RFB abc.def\n": "", "": "",
	} {
		if got, ok := parseRFB([]byte(said)); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", said, got, ok)
		}
	}
}
