package identify

import (
	"io"
	"net"
)

// telnetd negotiates as BusyBox telnetd does, waits for its options to be
// refused, and then shows text.
func telnetd(text string) script {
	return func(c net.Conn) {
		io.WriteString(c, "\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03")
		refused := make([]byte, 12)
		if _, err := io.ReadFull(c, refused); err != nil {
			return
		}
		if string(refused) != "\xff\xfc\x01\xff\xfc\x1f\xff\xfe\x01\xff\xfe\x03" {
			io.WriteString(c, "options were not refused\r\n")
			return
		}
		io.WriteString(c, text)
		io.Copy(io.Discard, c)
	}
}
