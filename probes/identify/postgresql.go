package identify

import "github.com/homesweep/homesweep/probes/lan"

// PostgreSQLSSL is the field of Heard with a database's answer to the wish for
// encryption: "S" has it, "N" has not.
const PostgreSQLSSL = "postgresql.ssl"

var _ = register(&postgresql, asks)

// postgresql sends SSLRequest (PostgreSQL's frontend/backend protocol, message
// formats) and goes: no handshake, and no user named.
var postgresql = question{
	name: "postgresql", service: "postgresql", ports: []uint16{5432}, moves: true,
	ask:    "\x00\x00\x00\x08\x04\xd2\x16\x2f",
	answer: parsePostgreSQL,
}

// parsePostgreSQL takes one letter with nothing after it.
func parsePostgreSQL(svc *lan.Service, c *cursor) bool {
	answer := c.text(1)
	svc.Heard.Set(PostgreSQLSSL, answer)
	return (answer == "S" || answer == "N") && len(c.b) == 0
}
