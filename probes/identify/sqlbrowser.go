package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is CLNT_UCAST_EX: which databases there are, and on which ports
// (MC-SQLR, section 2.2.2).
var _ = register(&query{service: "ms-sql-m", port: 1434, question: "\x03", parse: parseSQLBrowser}, asks)

// SQLInstance is the name of the first database server on the computer.
const SQLInstance = "mssql.InstanceName"

// parseSQLBrowser reads the answer, names and values by turns (section 2.2.5).
func parseSQLBrowser(svc *lan.Service, _, answer []byte) bool {
	c := cursor{b: answer}
	if !c.is("\x05") || int(c.little(2)) != len(c.b) || !c.is("ServerName;") {
		return false
	}
	c.until(";") // the computer's own name, which it tells elsewhere
	if !c.is("InstanceName;") {
		return false
	}
	svc.Heard.Set(SQLInstance, c.until(";"))
	if _, version, ok := strings.Cut(string(c.b), "Version;"); ok && !c.short {
		version, _, _ = strings.Cut(version, ";")
		if startsVersion(version) {
			svc.Product, svc.Version = "Microsoft SQL Server", lan.Printable(version, lan.MaxName)
		}
	}
	return !c.short
}
