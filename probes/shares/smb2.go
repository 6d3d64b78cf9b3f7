package shares

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"unicode/utf16"
)

// Commands ([MS-SMB2] 2.2.1.2).
const (
	cmdNegotiate   = 0
	cmdSession     = 1
	cmdTreeConnect = 3
	cmdCreate      = 5
	cmdIoctl       = 11
)

// Status codes ([MS-ERREF] 2.3).
const (
	statusMore     = 0xc0000016 // the login goes on
	statusOverflow = 0x80000005 // there is more than was asked for
	statusPending  = 0x00000103 // wait for the next answer
)

const (
	headerSize = 64
	writeData  = 2 // FILE_WRITE_DATA ([MS-SMB2] 2.2.13.1.1)
	maxPending = 4 // answers that only ask for patience
)

// statusError is the server's no.
type statusError uint32

func (e statusError) Error() string { return fmt.Sprintf("the file server said no (%#x)", uint32(e)) }

// refused reports whether err is a no to who we are, and not to how we asked.
func refused(err error) bool {
	var no statusError
	errors.As(err, &no)
	switch no {
	case 0xc0000022, // access denied
		0xc000006d, 0xc000006e, 0xc0000070, 0xc0000072, 0xc000015b, // no such login, or not so
		0xc00000cc: // no such share, for us
		return true
	}
	return false
}

// session is one connection's, with what the server numbered.
type session struct {
	conn    net.Conn
	server  string
	message uint64
	id      uint64
	tree    uint32
}

// negotiate offers the versions that need no signature of nobody.
func (s *session) negotiate() error {
	body := "\x24\x00\x04\x00\x01\x00\x00\x00\x00\x00\x00\x00homesweep-client\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x02\x02\x10\x02\x00\x03\x02\x03"
	_, _, err := s.ask(cmdNegotiate, body)
	return err
}

// login logs in without a name, in two steps.
func (s *session) login() error {
	for _, token := range [...]string{tokenHello, tokenNobody} {
		body := "\x19\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00" + le16(headerSize+24) + le16(len(token)) + "\x00\x00\x00\x00\x00\x00\x00\x00" + token
		_, status, err := s.ask(cmdSession, body)
		if err != nil {
			return err
		}
		if status == 0 {
			return nil
		}
	}
	return errors.New("the login has no end")
}

// connect asks for one share and gives the access that the server allows there.
func (s *session) connect(share string) (access uint32, err error) {
	path := utf16le(`\\` + s.server + `\` + share)
	s.tree = 0
	said, _, err := s.ask(cmdTreeConnect, "\x09\x00\x00\x00"+le16(headerSize+8)+le16(len(path))+path)
	if err == nil && len(said) < headerSize+16 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, err
	}
	s.tree = binary.LittleEndian.Uint32(said[36:])
	return binary.LittleEndian.Uint32(said[headerSize+12:]), nil
}

// open opens the named pipe, which is a service and no file.
func (s *session) open(pipe string) (handle string, err error) {
	name := utf16le(pipe)
	body := "\x39\x00\x00\x00\x02\x00\x00\x00" + zeros16 + "\x9f\x01\x12\x00\x00\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00\x40\x00\x00\x00" +
		le16(headerSize+56) + le16(len(name)) + "\x00\x00\x00\x00\x00\x00\x00\x00" + name
	said, _, err := s.ask(cmdCreate, body)
	if err == nil && len(said) < headerSize+80 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return "", err
	}
	return string(said[headerSize+64 : headerSize+80]), nil
}

// transact writes request to the pipe and reads the answer
// (FSCTL_PIPE_TRANSCEIVE).
func (s *session) transact(handle, request string) ([]byte, error) {
	at, size := le16(headerSize+56)+"\x00\x00", le16(len(request))+"\x00\x00"
	body := "\x39\x00\x00\x00\x17\xc0\x11\x00" + handle + at + size + "\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x40\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" + request
	said, _, err := s.ask(cmdIoctl, body)
	if err != nil {
		return nil, err
	}
	if len(said) < headerSize+48 {
		return nil, io.ErrUnexpectedEOF
	}
	from, n := binary.LittleEndian.Uint32(said[headerSize+32:]), binary.LittleEndian.Uint32(said[headerSize+36:])
	if uint64(from)+uint64(n) > uint64(len(said)) {
		return nil, io.ErrUnexpectedEOF
	}
	return said[from : from+n], nil
}

// ask sends one request and reads its answer, header included.
func (s *session) ask(command int, body string) (said []byte, status uint32, err error) {
	b := []byte("\x00\x00" + string([]byte{byte((headerSize + len(body)) >> 8), byte(headerSize + len(body))}) +
		"\xfeSMB\x40\x00\x01\x00\x00\x00\x00\x00" + le16(command) + "\x01\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00")
	b = binary.LittleEndian.AppendUint64(b, s.message)
	b = binary.LittleEndian.AppendUint32(append(b, 0, 0, 0, 0), s.tree)
	b = binary.LittleEndian.AppendUint64(b, s.id)
	if _, err := s.conn.Write(append(append(b, zeros16...), body...)); err != nil {
		return nil, 0, err
	}
	for range maxPending {
		said, err = s.read()
		if err != nil {
			return nil, 0, err
		}
		if binary.LittleEndian.Uint16(said[12:]) != uint16(command) || binary.LittleEndian.Uint64(said[24:]) != s.message {
			return nil, 0, errors.New("the file server answers what was not asked")
		}
		if status = binary.LittleEndian.Uint32(said[8:]); status != statusPending {
			break
		}
	}
	s.message++
	switch {
	case status == 0, status == statusOverflow, status == statusMore && command == cmdSession:
		s.id = binary.LittleEndian.Uint64(said[40:])
		return said, status, nil
	}
	return said, status, statusError(status)
}

// read reads one message, at least a header long.
func (s *session) read() ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(s.conn, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < headerSize || n > maxMessage {
		return nil, errors.New("this is no file server of version 2")
	}
	said := make([]byte, n)
	if _, err := io.ReadFull(s.conn, said); err != nil {
		return nil, err
	}
	if string(said[:6]) != "\xfeSMB\x40\x00" {
		return nil, errors.New("this is no file server of version 2")
	}
	return said, nil
}

const zeros16 = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func le16(n int) string { return string([]byte{byte(n), byte(n >> 8)}) }

func utf16le(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}
